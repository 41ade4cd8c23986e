"""Comments without words, and equal comments of several accounts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt

from creator_search.domain.authenticity.explanations import Circumstances
from creator_search.domain.authenticity.signals import (
    Explanation,
    RepeatedEvidence,
    RepeatedText,
    Signal,
    UsualRange,
    WordlessEvidence,
    WordlessPost,
    unknown,
)
from creator_search.domain.authenticity.texts import has_words, is_long, names_accounts, normal_text

WORDLESS, REPEATED = "comments_without_words", "repeated_comments"
MIN_COMMENTS = 30
MAX_TEXTS = 20
_TEXT_LENGTH = 80
_BASIS = "a limit chosen on generated comments; not measured on stored creators, and no source is known"
WORDLESS_SHARE, WORDLESS_ERRORS = 0.85, 3.0
REPEATED_RANGE = UsualRange(low=0, high=0.3, basis=_BASIS)
"""Chosen on generated comments (seeds 0 to 9 of the benchmark): no clean creator of 3,000 creator-years is above it,
one is above 0.25, and all creators with copied comments are above 0.4.
"""


def comments_without_words(circumstances: Circumstances) -> Signal:
    """The share of the comments read that have no letter and no digit outside of mentions of accounts: only emoji,
    punctuation or mentions. Comments without a text (pictures) are excluded; null below 30 comments. Its usual range is
    `wordless_range`."""
    posts = []
    for read in circumstances.comments:
        texts = [comment.text for comment in read.comments if comment.text.strip()]
        wordless = [text for text in texts if not has_words(text)]
        naming = sum(names_accounts(text) for text in wordless)
        if texts:
            posts.append(
                WordlessPost(
                    shortcode=read.shortcode, comments=len(texts), without_words=len(wordless), naming_accounts=naming
                )
            )
    total = sum(post.comments for post in posts)
    if total < MIN_COMMENTS:
        return unknown(WORDLESS, total, f"{WORDLESS}: {total} comments were read, {MIN_COMMENTS} are needed")
    value = round(sum(post.without_words for post in posts) / total, 4)
    usual = wordless_range(total)
    return Signal(
        name=WORDLESS,
        value=value,
        usual_range=usual,
        sample_size=total,
        evidence=WordlessEvidence(posts=tuple(posts)),
        benign_explanations=() if usual.contains(value) else _of_posts(circumstances),
    )


def wordless_range(comments: int) -> UsualRange:
    """0 to 0.85 + 3 × √(0.85 × 0.15 ÷ comments), at most 1: a share above it is more than three standard errors of a
    binomial share above 0.85, so that the random share of few comments is not unusual. Of 51 comments or fewer, no
    share is.

    Chosen on generated comments (seeds 0 to 9 of the benchmark), of the shares 0.84 to 0.9 with 0 to 3 standard errors:
    the pair with the fewest flags of clean creators, 0.27 per 100 creator-years, among those that 95 % of the creators
    with bought comments exceed. A limit of 0.9 for any number of comments has the same recall and 0.86 flags.
    """
    high = WORDLESS_SHARE + WORDLESS_ERRORS * sqrt(WORDLESS_SHARE * (1 - WORDLESS_SHARE) / comments)
    basis = f"{WORDLESS_SHARE:g} and {WORDLESS_ERRORS:g} standard errors of a share of {comments} comments: {_BASIS}"
    return UsualRange(low=0, high=min(1.0, round(high, 4)), basis=basis)


def _of_posts(circumstances: Circumstances) -> tuple[Explanation, ...]:
    """What explains comments under the posts whose comments were read."""
    known = (circumstances.by_code.get(read.shortcode) for read in circumstances.comments)
    return tuple(cause for post in known if post for cause in circumstances.of_words(post))


@dataclass(slots=True)
class _Group:
    """The comments with one text."""

    comments: int = 0
    accounts: set[str] = field(default_factory=set)
    posts: set[str] = field(default_factory=set)


def repeated_comments(circumstances: Circumstances) -> Signal:
    """The share of comments whose text, in normal form, other accounts wrote too, under any of the posts.

    The normal form has no letter case, mentions, emoji and punctuation. Compared are comments of at least 12 letters or
    digits (6 of East Asian scripts) of known accounts: shorter ones, as "so cute", are the same by chance, and are
    counted apart. Null below 30 compared comments.
    """
    groups: defaultdict[str, _Group] = defaultdict(_Group)
    compared = short = 0
    for read in circumstances.comments:
        for comment in read.comments:
            text = normal_text(comment.text)
            if not is_long(text):
                short += 1
            elif comment.commenter is not None:
                compared += 1
                group = groups[text]
                group.comments += 1
                group.accounts.add(comment.commenter)
                group.posts.add(read.shortcode)
    if compared < MIN_COMMENTS:
        needed = f"{MIN_COMMENTS} are needed that are long enough and name their account"
        return unknown(REPEATED, compared, f"{REPEATED}: {compared} comments can be compared, {needed}")
    repeated = sorted(
        ((text, group) for text, group in groups.items() if len(group.accounts) > 1),
        key=lambda found: (-found[1].comments, found[0]),
    )
    value = round(sum(group.comments for _, group in repeated) / compared, 4)
    listed = dict(repeated[:MAX_TEXTS])
    return Signal(
        name=REPEATED,
        value=value,
        usual_range=REPEATED_RANGE,
        sample_size=compared,
        evidence=RepeatedEvidence(
            compared_comments=compared,
            short_comments=short,
            texts=tuple(
                RepeatedText(
                    text=text[:_TEXT_LENGTH],
                    comments=group.comments,
                    accounts=len(group.accounts),
                    posts=len(group.posts),
                )
                for text, group in listed.items()
            ),
            other_repeated_comments=sum(group.comments for _, group in repeated[MAX_TEXTS:]),
        ),
        benign_explanations=()
        if REPEATED_RANGE.contains(value)
        else (*_asked_for(listed, circumstances), *_of_posts(circumstances)),
    )


def _asked_for(groups: Mapping[str, _Group], circumstances: Circumstances) -> Sequence[Explanation]:
    """Repeated texts that the caption of one of their posts contains."""
    found = []
    for text, group in groups.items():
        for code in sorted(group.posts):
            post = circumstances.by_code.get(code)
            if post and text in normal_text(post.caption):
                explanation = "the caption of a post contains the text that comments repeat, and may ask for it"
                found.append(
                    Explanation(
                        explanation=explanation,
                        evidence={"shortcode": code, "text": text[:_TEXT_LENGTH], "comments": group.comments},
                    )
                )
                break
    return found

"""Innocent causes of unusual values, as far as the stored posts and comments show them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from statistics import median

from creator_search.domain.authenticity.giveaways import giveaway_word
from creator_search.domain.authenticity.signals import Explanation, Spike
from creator_search.domain.authenticity.texts import names_accounts
from creator_search.domain.comments import PostComments
from creator_search.domain.posts import Post

BEFORE_A_RISE = timedelta(days=7)
UNUSUAL = 4.0
"""How many times its median a figure of a post is called unusual."""
MIN_OTHERS = 5
"""Other posts that have the figure, for a median."""
MIN_NAMING_COMMENTS = 10
NAMING_SHARE = 0.5
_PER_SPIKE = 5
FIGURES: Mapping[str, Callable[[Post], int | None]] = {
    "comments": lambda post: post.comments,
    "likes and comments": lambda post: post.engagement,
    "views": lambda post: post.views,
}


@dataclass(frozen=True)
class Circumstances:
    """The posts of a creator, and the stored comments of some of them. Both are empty if they may not be shown."""

    posts: Sequence[Post] = ()
    comments: Sequence[PostComments] = ()

    @cached_property
    def by_code(self) -> Mapping[str, Post]:
        return {post.shortcode: post for post in self.posts}

    def of_rises(self, spikes: Sequence[Spike]) -> tuple[Explanation, ...]:
        """Posts of the days of a rise of the followers, or up to 7 days before, that can be its cause: with 4 times the
        median comments, engagement or views of the creator's other posts (5 at least), with words of a giveaway, with
        comments that name accounts (half of 10 at least), or with co-authors, to whose followers it was shown. At most
        5 for each rise."""
        return tuple(cause for spike in spikes if spike.excess > 0 for cause in self._of_rise(spike)[:_PER_SPIKE])

    def _of_rise(self, spike: Spike) -> list[Explanation]:
        since, until = spike.since - BEFORE_A_RISE, spike.until
        ordered = sorted(self.posts, key=lambda post: (post.taken_at, post.shortcode))
        near = [post for post in ordered if since <= post.taken_at.astimezone(UTC).date() <= until]
        others = [post for post in ordered if post not in near and not post.is_pinned]
        return [cause for post in near for cause in (*self.of_words(post), *_of_counts(post, others))]

    def of_words(self, post: Post) -> list[Explanation]:
        """The words of a giveaway in the caption, comments that name accounts, and co-authors."""
        found = []
        if word := giveaway_word(post.caption):
            found.append(_about(post, f'the caption has a word of giveaways, "{word}"', word=word))
        for read in (read for read in self.comments if read.shortcode == post.shortcode):
            naming = sum(names_accounts(comment.text) for comment in read.comments)
            if len(read.comments) >= MIN_NAMING_COMMENTS and naming >= NAMING_SHARE * len(read.comments):
                text = f"{naming} of {len(read.comments)} comments name other accounts, as giveaways ask"
                found.append(_about(post, text, naming=naming, comments=len(read.comments)))
        if post.co_authors:
            text = "the post was published together with other accounts, and shown to their followers"
            found.append(_about(post, text, co_authors=len(post.co_authors)))
        return found


def _of_counts(post: Post, others: Sequence[Post]) -> list[Explanation]:
    found = []
    for figure, count in FIGURES.items():
        alike = (p for p in others if figure != "views" or p.views_kind is post.views_kind)
        known, value = [c for p in alike if (c := count(p)) is not None], count(post)
        if value is None or len(known) < MIN_OTHERS:
            continue
        usual = median(known)
        if usual and value >= UNUSUAL * usual:
            text = f"{value / usual:.1f} times the usual {figure}"
            found.append(_about(post, text, figure=figure, value=value, median=usual, posts=len(known)))
    return found


def _about(post: Post, text: str, **evidence: str | int | float) -> Explanation:
    return Explanation(
        explanation=f"a post of {_day(post.taken_at)}: {text}",
        evidence={"shortcode": post.shortcode, "taken_at": _iso(post.taken_at), **evidence},
    )


def _day(at: datetime) -> str:
    return at.astimezone(UTC).date().isoformat()


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

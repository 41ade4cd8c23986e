"""The sentiment and languages of the comments on the newest posts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean

from creator_search.domain.analytics.audience import Share, shares
from creator_search.domain.comments import PostComments
from creator_search.domain.posts import Sentiment

MIN_COMMENTS = 20
"""The fewest comments of which a figure is computed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentSentiment:
    """The sentiment of the stored comments, over the newest posts that have some, whatever the period.

    `score` is the mean of the comments' scores (−1…1), `distribution` the shares of positive, neutral and negative
    ones, `languages` the shares of those whose language was recognised. Each comment counts once, however often its
    text or its commenter comes back; `sample_size` is their number, without comments that only mention accounts, and
    without the creator's own. Figures over fewer than 20 comments are null. `posts` is the number of posts whose
    comments were read, the last of them at `read_at`.
    """

    score: float | None
    distribution: dict[Sentiment, float] | None
    languages: tuple[Share, ...] | None
    sample_size: int
    posts: int
    read_at: datetime | None
    min_sample_size: int = MIN_COMMENTS
    notes: tuple[str, ...] = ()


def comment_sentiment(read: Sequence[PostComments], *, is_private: bool) -> CommentSentiment:
    comments = [c for post in read for c in post.comments if not c.is_only_mentions]
    scores = [c.sentiment_score for c in comments if c.sentiment_score is not None]
    found = shares([c.sentiment for c in comments if c.sentiment and c.sentiment_score is not None]) or ()
    codes = [c.language_code for c in comments if c.language_code]
    has_score, has_language = len(scores) >= MIN_COMMENTS, len(codes) >= MIN_COMMENTS
    of = {share.name: share.share for share in found}
    return CommentSentiment(
        score=round(fmean(scores), 4) if has_score else None,
        distribution={sentiment: of.get(sentiment, 0.0) for sentiment in Sentiment} if has_score else None,
        languages=shares(codes) if has_language else None,
        sample_size=len(scores),
        posts=len(read),
        read_at=max((post.read_at for post in read), default=None),
        notes=tuple(_notes(read, len(comments), len(scores), len(codes), is_private=is_private)),
    )


def _notes(read: Sequence[PostComments], comments: int, scores: int, codes: int, *, is_private: bool) -> list[str]:
    if is_private:
        return ["comment_sentiment: the profile is private"]
    if not read:
        return ["comment_sentiment: no comments have been read"]
    notes = []
    if scores < comments:
        notes.append(f"comment_sentiment: {comments - scores} of {comments} comments are not analyzed yet")
    if scores < MIN_COMMENTS:
        notes.append(f"score, distribution: {scores} comments are analyzed, {MIN_COMMENTS} are needed")
    if codes < MIN_COMMENTS:
        notes.append(f"languages: recognised in {codes} comments, {MIN_COMMENTS} are needed")
    missing = sorted({name for post in read for name in post.missing})
    if missing:
        notes.append(f"comments: the provider left out {', '.join(missing)} of at least one post's comments")
    return notes

"""Posts of the stored creators that perform far better than usual, and queries of them."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from creator_search.domain.accounts import HistoryKey
from creator_search.domain.analytics.growth_curves import GrowthPoint
from creator_search.domain.analytics.niches import Niche
from creator_search.domain.analytics.outliers import OutlierScore
from creator_search.domain.images import Image
from creator_search.domain.posts import MediaType, Post
from creator_search.domain.profiles import Profile

MIN_SCORE = 1.5
"""Posts with a lower score are not stored."""
MAX_AGE = timedelta(days=30)
"""Older posts are not scored."""
MAX_OUTLIERS_PAGE = 100
_MAX_CURVE = 48


class Baseline(StrEnum):
    """What a post is compared with: the creator's other posts, or the creators of the niche."""

    CREATOR = "creator"
    NICHE = "niche"


class OutlierSort(StrEnum):
    SCORE = "score"
    RECENT = "recent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlier:
    """A post of the account `key`, whose username is `username`, with its score. `category` and `language` are those of
    the post's caption, `niche` is the key of the niche that it was compared with; all are None if unknown.
    """

    key: HistoryKey
    username: str
    baseline: Baseline
    taken_at: datetime
    score: OutlierScore
    category: str | None = None
    language: str | None = None
    niche: str | None = None
    image: Image | None = None

    @classmethod
    def of(
        cls, profile: Profile, post: Post, score: OutlierScore, baseline: Baseline, niche: Niche | None = None
    ) -> Self:
        """The own curve is reduced to 48 of its points."""
        made = cls(
            key=profile.history_key,
            username=profile.username,
            baseline=baseline,
            taken_at=post.taken_at,
            score=replace(score, own_curve=_thinned(score.own_curve)),
            niche=niche.key if niche else None,
        )
        return made.described(post)

    def described(self, post: Post) -> Self:
        """With the analysis and the image that the post has now."""
        analysis = post.analysis
        return replace(
            self,
            category=analysis.content_category if analysis else None,
            language=analysis.language_code if analysis else None,
            image=post.image,
        )

    @property
    def item(self) -> tuple[Baseline, str]:
        """What identifies it among those of its creator."""
        return self.baseline, self.score.shortcode


def _thinned(curve: tuple[GrowthPoint, ...]) -> tuple[GrowthPoint, ...]:
    """Points at equal distances, the first and the last ones included: a creator may be refreshed every hour."""
    if len(curve) <= _MAX_CURVE:
        return curve
    return tuple(curve[n * (len(curve) - 1) // (_MAX_CURVE - 1)] for n in range(_MAX_CURVE))


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlierQuery:
    """`since` and `until` limit the time at which the posts were published; both are inclusive."""

    baseline: Baseline
    since: datetime
    until: datetime
    min_score: float = MIN_SCORE
    category: str | None = None
    language: str | None = None
    media_type: MediaType | None = None
    sort: OutlierSort = OutlierSort.SCORE

    def passes(self, found: Outlier) -> bool:
        return (
            self.since <= found.taken_at <= self.until
            and found.score.score >= self.min_score
            and self.category in (None, found.category)
            and self.language in (None, found.language)
            and self.media_type in (None, found.score.media_type)
        )


@dataclass(frozen=True, slots=True)
class OutlierPosition:
    """The last outlier that a page examined: its score or its time in epoch seconds, and its key. Equal values are in
    the order of the keys.
    """

    value: float
    key: str


@dataclass(frozen=True, slots=True)
class OutlierPage:
    """`after` is the position of the next page, None at the end. A page may be short although there are more."""

    outliers: tuple[Outlier, ...]
    after: OutlierPosition | None

"""The report of a campaign: its posts, and figures of all, per creator and per day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from statistics import fmean, median

from creator_search.domain.analytics.content import hashtags, mentions
from creator_search.domain.analytics.engagement import rate
from creator_search.domain.campaigns import CampaignFields
from creator_search.domain.posts import Post, ViewsKind


class PostSource(StrEnum):
    MANUAL = "manual"
    """Added to the campaign by hand."""
    MATCHED = "matched"
    """Has a hashtag or a mention of the campaign, and was taken on one of its days."""


class CreatorState(StrEnum):
    STORED = "stored"
    PRIVATE = "private"
    REQUESTED = "requested"
    """Not stored; a profile request is queued now."""
    NOT_FOUND = "not_found"
    ERASED = "erased"
    NOT_REQUESTED = "not_requested"
    """Not stored, and no request was accepted now."""
    NOT_READ = "not_read"
    """Stored, but the time of the request was over before its posts were read."""


@dataclass(frozen=True, slots=True)
class ReportedPost:
    username: str
    post: Post
    source: PostSource
    followers: int

    @property
    def engagement_rate(self) -> float | None:
        return None if self.post.engagement is None else rate(self.post.engagement, self.followers)


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignFigures:
    """Sums over the posts whose counts are visible; null if none is. Hidden counts are left out, and not counted as 0.

    `engagement` = likes + comments of the `sample_size` posts that show both. `plays` and `views` are sums of different
    posts: a post has one of the two kinds. Rates are percentages: `engagement_rate` of the followers, the others of the
    plays or the views of each post; mean and median over the posts that have both numbers.
    """

    posts: int
    likes: int | None
    comments: int | None
    engagement: int | None
    sample_size: int
    plays: int | None
    plays_sample_size: int
    views: int | None
    views_sample_size: int
    engagement_rate_mean: float | None
    engagement_rate_median: float | None
    engagement_rate_by_plays_mean: float | None
    engagement_rate_by_plays_median: float | None
    engagement_rate_by_views_mean: float | None
    engagement_rate_by_views_median: float | None

    @classmethod
    def of(cls, found: Sequence[ReportedPost]) -> "CampaignFigures":
        posts = [reported.post for reported in found]
        plays, views = (_of_kind(posts, kind) for kind in (ViewsKind.PLAYS, ViewsKind.VIEWS))
        engaged = [p.engagement for p in posts if p.engagement is not None]
        by_followers = _MeanMedian.of(r.engagement_rate for r in found)
        by_plays, by_views = (_MeanMedian.of(_rate_by_views(p) for p in seen) for seen in (plays, views))
        return cls(
            posts=len(posts),
            likes=_sum(p.likes for p in posts),
            comments=_sum(p.comments for p in posts),
            engagement=_sum(engaged),
            sample_size=len(engaged),
            plays=_sum(p.views for p in plays),
            plays_sample_size=len(plays),
            views=_sum(p.views for p in views),
            views_sample_size=len(views),
            engagement_rate_mean=by_followers.mean,
            engagement_rate_median=by_followers.median,
            engagement_rate_by_plays_mean=by_plays.mean,
            engagement_rate_by_plays_median=by_plays.median,
            engagement_rate_by_views_mean=by_views.mean,
            engagement_rate_by_views_median=by_views.median,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignCost:
    """`per_engagement` = budget ÷ engagement; `per_thousand_views` = 1000 × budget ÷ the plays or the views, as
    `views_kind` says; null if the posts have both, which are not comparable."""

    budget: Decimal
    currency: str | None
    per_engagement: float | None
    per_thousand_views: float | None
    views_kind: ViewsKind | None


@dataclass(frozen=True, slots=True)
class CreatorRow:
    username: str
    state: CreatorState
    followers: int | None
    figures: CampaignFigures | None
    """None unless the posts of the creator were read."""


@dataclass(frozen=True, slots=True)
class DayRow:
    """The posts that were published on a day (UTC)."""

    day: date
    figures: CampaignFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignReport:
    """`posts` are newest first, `timeline` has the days with posts, oldest first."""

    totals: CampaignFigures
    cost: CampaignCost | None
    creators: tuple[CreatorRow, ...]
    timeline: tuple[DayRow, ...]
    posts: tuple[ReportedPost, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PostMatcher:
    """Which posts belong to a campaign by their hashtags, mentions, and day. Hashtags are compared as whole words and
    without regard to case. A creator is mentioned in the caption, or tagged, or named as co-author or sponsor."""

    hashtags: frozenset[str]
    mentions: frozenset[str]
    starts_on: date | None
    ends_on: date | None

    @classmethod
    def of(cls, fields: CampaignFields) -> "PostMatcher":
        return cls(frozenset(fields.hashtags), frozenset(fields.mentions), fields.starts_on, fields.ends_on)

    @property
    def has_terms(self) -> bool:
        return bool(self.hashtags or self.mentions)

    def matches(self, post: Post) -> bool:
        day = post.taken_at.date()
        if (self.starts_on and day < self.starts_on) or (self.ends_on and day > self.ends_on):
            return False
        named = {*mentions(post.caption), *(post.tagged_users or ()), *(post.co_authors or ()), *(post.sponsors or ())}
        return not (self.hashtags.isdisjoint(hashtags(post.caption)) and self.mentions.isdisjoint(named))

    def is_before(self, taken_at: datetime) -> bool:
        """Whether this post and all older ones are too old."""
        return self.starts_on is not None and taken_at.date() < self.starts_on


def make_report(
    fields: CampaignFields,
    found: Iterable[ReportedPost],
    creators: Sequence[tuple[str, CreatorState, int | None]],
    notes: Sequence[str],
) -> CampaignReport:
    """Make the report. A post of several creators of the campaign counts once, for the one by whom it was added by
    hand, else for the first by name."""
    by_code: dict[str, ReportedPost] = {}
    for reported in sorted(found, key=lambda r: (r.source is not PostSource.MANUAL, r.username)):
        by_code.setdefault(reported.post.shortcode, reported)
    posts = sorted(by_code.values(), key=lambda r: (r.post.taken_at, r.post.shortcode), reverse=True)
    totals = CampaignFigures.of(posts)
    cost = _cost(fields, totals)
    days = sorted({r.post.taken_at.date() for r in posts})
    rows = (
        CreatorRow(
            name,
            state,
            followers,
            CampaignFigures.of([r for r in posts if r.username == name]) if state is CreatorState.STORED else None,
        )
        for name, state, followers in creators
    )
    return CampaignReport(
        totals=totals,
        cost=cost,
        creators=tuple(rows),
        timeline=tuple(
            DayRow(day, CampaignFigures.of([r for r in posts if r.post.taken_at.date() == day])) for day in days
        ),
        posts=tuple(posts),
        notes=(*_notes(fields, posts, totals), *_cost_notes(cost, totals), *notes),
    )


@dataclass(frozen=True, slots=True)
class _MeanMedian:
    mean: float | None = None
    median: float | None = None

    @classmethod
    def of(cls, values: Iterable[float | None]) -> "_MeanMedian":
        known = [value for value in values if value is not None]
        return cls(round(fmean(known), 4), round(median(known), 4)) if known else cls()


def _of_kind(posts: Sequence[Post], kind: ViewsKind) -> list[Post]:
    return [p for p in posts if p.views is not None and p.views_kind is kind]


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _rate_by_views(post: Post) -> float | None:
    return rate(post.engagement, post.views) if post.engagement is not None and post.views else None


def _cost(fields: CampaignFields, totals: CampaignFigures) -> CampaignCost | None:
    if fields.budget is None:
        return None
    budget = float(fields.budget)
    kind = ViewsKind.PLAYS if totals.plays_sample_size else ViewsKind.VIEWS if totals.views_sample_size else None
    if totals.plays_sample_size and totals.views_sample_size:
        kind = None
    seen = totals.plays if kind is ViewsKind.PLAYS else totals.views if kind is ViewsKind.VIEWS else None
    return CampaignCost(
        budget=fields.budget,
        currency=fields.currency,
        per_engagement=round(budget / totals.engagement, 4) if totals.engagement else None,
        per_thousand_views=round(1000 * budget / seen, 4) if seen else None,
        views_kind=kind,
    )


def _notes(fields: CampaignFields, posts: Sequence[ReportedPost], totals: CampaignFigures) -> list[str]:
    notes = []
    if not posts:
        notes.append("totals: no stored post belongs to the campaign")
    elif totals.sample_size < totals.posts:
        hidden = totals.posts - totals.sample_size
        notes.append(f"engagement: {hidden} of {totals.posts} posts left out: likes or comments are hidden")
    unknown = sum(1 for r in posts if r.post.views is not None and r.post.views_kind is None)
    if unknown:
        notes.append(f"views: {unknown} of {totals.posts} posts left out: it is not known what their views count")
    if any(not r.followers for r in posts):
        notes.append("engagement_rate: posts of creators without followers are left out")
    if not fields.hashtags and not fields.mentions:
        notes.append("posts: the campaign has no hashtags or mentions, so only posts added by hand belong to it")
    elif fields.starts_on is None or fields.ends_on is None:
        notes.append("posts: the campaign has no start or no end, so posts of any time on that side match")
    return notes


def _cost_notes(cost: CampaignCost | None, totals: CampaignFigures) -> list[str]:
    if cost is None:
        return ["cost: the campaign has no budget"]
    notes = []
    if cost.currency is None:
        notes.append("cost.currency: the campaign has none")
    if cost.per_engagement is None:
        notes.append("cost.per_engagement: no engagement is known")
    elif totals.sample_size < totals.posts:
        notes.append("cost.per_engagement: too high, because posts whose counts are hidden are left out")
    if totals.plays_sample_size and totals.views_sample_size:
        notes.append("cost.per_thousand_views: the posts have plays and views, which are not comparable")
    elif cost.per_thousand_views is None:
        notes.append("cost.per_thousand_views: no views are known")
    elif totals.plays_sample_size + totals.views_sample_size < totals.posts:
        notes.append("cost.per_thousand_views: too high if the posts without known views were seen too")
    return notes

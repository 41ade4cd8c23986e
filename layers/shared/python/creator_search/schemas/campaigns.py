"""Bodies of campaigns and their reports."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo

from creator_search.domain.campaign_report import (
    CampaignCost,
    CampaignFigures,
    CampaignReport,
    CreatorState,
    PostSource,
    ReportedPost,
)
from creator_search.domain.campaigns import MAX_BUDGET, MAX_TERMS, NAME_LENGTH, Campaign
from creator_search.domain.errors import InvalidParameter
from creator_search.domain.posts import MediaType, ViewsKind
from creator_search.schemas.times import iso
from creator_search.services.campaigns.campaigns import CampaignParts

MAX_REPORTED_POSTS = 1000
POST_COLUMNS = (
    *("username", "shortcode", "url", "source", "taken_at", "media_type", "likes", "comments", "engagement"),
    *("engagement_rate", "views", "views_kind"),
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,20}(\.\d{1,20})?", re.ASCII)
_Text = Annotated[str, Field(min_length=1, max_length=NAME_LENGTH)]
_Term = Annotated[str, Field(min_length=1, max_length=160)]


def _require_plain_number(given: Any) -> Any:
    """Raises InvalidParameter for what is no number, and for text that only Python takes for one: 1_000."""
    is_number = isinstance(given, int | float) and not isinstance(given, bool)
    if not is_number and not (isinstance(given, str) and _NUMBER.fullmatch(given)):
        raise InvalidParameter("budget: must be a number")
    return given


_Budget = Annotated[
    Decimal, Field(ge=0, le=MAX_BUDGET, decimal_places=2, examples=[1500.5]), BeforeValidator(_require_plain_number)
]
_Currency = Annotated[
    str,
    Field(description="must be an ISO 4217 code of three letters, as EUR", pattern="^[A-Za-z]{3}$", examples=["EUR"]),
]


def _require_iso_day(given: Any, info: ValidationInfo) -> Any:
    """Raises InvalidParameter for what is no day, although pydantic would convert it: numbers and times."""
    if isinstance(given, str) and _DAY.fullmatch(given):
        with suppress(ValueError):
            return date.fromisoformat(given)
    raise InvalidParameter(f"{info.field_name}: must be a day, as in 2026-01-31")


_Day = Annotated[date, BeforeValidator(_require_iso_day)]


class _CampaignInput(BaseModel):
    model_config = ConfigDict(extra="forbid")

    brand: _Text | None = Field(default=None, examples=["Acme"])
    starts_on: _Day | None = Field(default=None, description="The first day, in UTC.", examples=["2026-01-01"])
    ends_on: _Day | None = Field(default=None, description="The last day, in UTC.", examples=["2026-01-31"])
    budget: _Budget | None = None
    currency: _Currency | None = Field(default=None, description="ISO 4217, kept as given.")
    hashtags: list[_Term] | None = Field(default=None, max_length=MAX_TERMS, examples=[["acmerun"]])
    mentions: list[_Term] | None = Field(default=None, max_length=MAX_TERMS, examples=[["acme"]])


class NewCampaign(_CampaignInput):
    name: _Text = Field(examples=["Spring run"])


class CampaignChange(_CampaignInput):
    """Fields that are absent stay as they are; null removes an optional one."""

    name: _Text = Field(default="", examples=["Spring run"], validate_default=False)


class CampaignBody(BaseModel):
    id: str
    version: int
    name: str
    brand: str | None
    starts_on: date | None
    ends_on: date | None
    budget: float | None
    currency: str | None
    hashtags: list[str]
    mentions: list[str]
    created_at: str
    updated_at: str

    @classmethod
    def values(cls, found: Campaign) -> dict[str, Any]:
        fields = found.fields
        return {
            "id": found.id,
            "version": found.version,
            "name": fields.name,
            "brand": fields.brand,
            "starts_on": fields.starts_on,
            "ends_on": fields.ends_on,
            "budget": None if fields.budget is None else float(fields.budget),
            "currency": fields.currency,
            "hashtags": list(fields.hashtags),
            "mentions": list(fields.mentions),
            "created_at": iso(found.created_at),
            "updated_at": iso(found.updated_at),
        }

    @classmethod
    def of(cls, found: Campaign) -> Self:
        return cls(**cls.values(found))


class CampaignCreatorBody(BaseModel):
    username: str
    added_at: str


class CampaignPostBody(CampaignCreatorBody):
    shortcode: str


class CampaignDetails(CampaignBody):
    """`posts` are those that were added by hand."""

    profiles: list[CampaignCreatorBody]
    posts: list[CampaignPostBody]

    @classmethod
    def of_parts(cls, found: CampaignParts) -> Self:
        return cls(
            **cls.values(found.campaign),
            profiles=[CampaignCreatorBody(username=c.username, added_at=iso(c.added_at)) for c in found.creators],
            posts=[
                CampaignPostBody(shortcode=p.shortcode, username=p.username, added_at=iso(p.added_at))
                for p in found.posts
            ],
        )


class FiguresBody(BaseModel):
    """Sums over the posts whose counts are visible; null if none is. Hidden counts are left out. `engagement` = likes +
    comments of `sample_size` posts; a post has either plays or views; rates are percentages."""

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
    def of(cls, found: CampaignFigures) -> Self:
        return cls(**asdict(found))


class CostBody(BaseModel):
    """`per_thousand_views` is for plays or views, according to `views_kind`; null if the posts have both."""

    budget: float
    currency: str | None
    per_engagement: float | None
    per_thousand_views: float | None
    views_kind: ViewsKind | None

    @classmethod
    def of(cls, found: CampaignCost) -> Self:
        return cls(**{**asdict(found), "budget": float(found.budget)})


class CreatorRowBody(BaseModel):
    """`figures` is null unless `state` is stored."""

    username: str
    state: CreatorState
    followers: int | None
    figures: FiguresBody | None


class DayBody(BaseModel):
    """The posts that were published on this day (UTC)."""

    day: date
    figures: FiguresBody


class ReportedPostBody(BaseModel):
    """`source` is matched for posts found by hashtags and mentions, manual for those added by hand."""

    username: str
    shortcode: str
    url: str
    source: PostSource
    taken_at: str
    media_type: MediaType
    likes: int | None
    comments: int | None
    engagement: int | None
    engagement_rate: float | None
    views: int | None
    views_kind: ViewsKind | None

    @classmethod
    def of(cls, found: ReportedPost) -> Self:
        post = found.post
        return cls(
            username=found.username,
            shortcode=post.shortcode,
            url=f"https://www.instagram.com/p/{post.shortcode}/",
            source=found.source,
            taken_at=iso(post.taken_at),
            media_type=post.media_type,
            likes=post.likes,
            comments=post.comments,
            engagement=post.engagement,
            engagement_rate=found.engagement_rate,
            views=post.views,
            views_kind=post.views_kind,
        )


class ReportBody(BaseModel):
    """`posts` are the newest 1,000, `timeline` has the days with posts."""

    campaign: CampaignBody
    totals: FiguresBody
    cost: CostBody | None
    creators: list[CreatorRowBody]
    timeline: list[DayBody]
    posts: list[ReportedPostBody]
    notes: list[str]

    @classmethod
    def of(cls, parts: CampaignParts, found: CampaignReport) -> Self:
        notes = list(found.notes)
        if len(found.posts) > MAX_REPORTED_POSTS:
            notes.append(f"posts: the newest {MAX_REPORTED_POSTS} are listed; the CSV has all")
        return cls(
            campaign=CampaignBody.of(parts.campaign),
            totals=FiguresBody.of(found.totals),
            cost=CostBody.of(found.cost) if found.cost else None,
            creators=[
                CreatorRowBody(
                    username=row.username,
                    state=row.state,
                    followers=row.followers,
                    figures=FiguresBody.of(row.figures) if row.figures else None,
                )
                for row in found.creators
            ],
            timeline=[DayBody(day=row.day, figures=FiguresBody.of(row.figures)) for row in found.timeline],
            posts=[ReportedPostBody.of(post) for post in found.posts[:MAX_REPORTED_POSTS]],
            notes=notes,
        )


def post_cells(found: CampaignReport) -> Iterator[list[Any]]:
    """Yield the cells of POST_COLUMNS of every post."""
    for post in found.posts:
        body = ReportedPostBody.of(post).model_dump(mode="json")
        yield [body[name] for name in POST_COLUMNS]

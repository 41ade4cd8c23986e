"""GET /api/outliers."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Self

from creator_search.bootstrap import Container
from creator_search.domain.outliers import (
    MAX_AGE,
    MAX_OUTLIERS_PAGE,
    MIN_SCORE,
    Baseline,
    Outlier,
    OutlierPosition,
    OutlierQuery,
    OutlierSort,
)
from creator_search.domain.posts import MediaType, ViewsKind
from creator_search.http import Blank, Cursor, Cursors, Language, Now, endpoint, lambda_handler, provided
from creator_search.schemas.envelope import Envelope
from creator_search.schemas.times import iso
from creator_search.services.ports import Cdn
from creator_search.services.reading.outliers import OutlierReader
from fastapi import Query
from pydantic import BaseModel

router, route = endpoint("list_outliers")

_MAX_AGE_HOURS = int(MAX_AGE.total_seconds()) // 3600
_MAX_SCORE = 1_000_000


class OwnPointBody(BaseModel):
    age_hours: float
    views: float


class UsualPointBody(OwnPointBody):
    sample_size: int


class NicheBody(BaseModel):
    category: str
    language: str
    tier: str


class OutlierBody(BaseModel):
    """`score` = `views` ÷ `usual_views`; both are counts of `views_kind` at `age_hours` after the post was published,
    when it was last seen. `usual_views` is the median of `sample_size` other posts of the creator (or creators of the
    `niche`, null for the creator baseline), of the same media type and kind of views. `category` and `language` are
    those of the caption, null until it is analyzed. `own_curve` has at most 48 of the points of the post."""

    username: str
    shortcode: str
    url: str
    media_type: MediaType
    taken_at: str
    seen_at: str
    age_hours: float
    views: int
    views_kind: ViewsKind
    score: float
    baseline: Baseline
    niche: NicheBody | None
    usual_views: float
    sample_size: int
    usual_curve: list[UsualPointBody]
    own_curve: list[OwnPointBody]
    category: str | None
    language: str | None
    media_url: str | None

    @classmethod
    def of(cls, found: Outlier, cdn: Cdn) -> Self:
        score = found.score
        names = found.niche.split("#") if found.niche else None
        return cls(
            username=found.username,
            shortcode=score.shortcode,
            url=f"https://www.instagram.com/p/{score.shortcode}/",
            media_type=score.media_type,
            taken_at=iso(found.taken_at),
            seen_at=iso(score.seen_at),
            age_hours=score.age_hours,
            views=score.views,
            views_kind=score.views_kind,
            score=score.score,
            baseline=found.baseline,
            niche=NicheBody(category=names[0], language=names[1], tier=names[2]) if names else None,
            usual_views=score.usual_views,
            sample_size=score.sample_size,
            usual_curve=[
                UsualPointBody(age_hours=p.age_hours, views=p.views, sample_size=p.sample_size)
                for p in score.usual_curve
            ],
            own_curve=[OwnPointBody(age_hours=p.age_hours, views=p.views) for p in score.own_curve],
            category=found.category,
            language=found.language,
            media_url=cdn.image_url(found.image) if found.image else None,
        )


class OutliersMeta(BaseModel):
    next_cursor: str | None
    has_more: bool
    sort: OutlierSort


class OutliersAnswer(Envelope):
    data: list[OutlierBody]
    meta: OutliersMeta


@route()
def list_outliers(
    now: Now,
    cursors: Cursors,
    outliers: Annotated[OutlierReader, provided(Container.outlier_reader)],
    cdn: Annotated[Cdn, provided(Container.cdn)],
    baseline: Annotated[
        Baseline,
        Query(
            description="must be creator or niche: the creator's other posts, or the creators of the same category, "
            "language and follower tier",
            examples=["creator"],
        ),
    ] = Baseline.CREATOR,
    category: Annotated[
        str | None,
        Query(
            description="A content category from the analysis, 1 to 64 characters.", max_length=64, examples=["travel"]
        ),
        Blank,
    ] = None,
    language: Language = None,
    type_: Annotated[
        MediaType | None,
        Query(alias="type", description="must be image, video, reel or carousel", examples=["reel"]),
        Blank,
    ] = None,
    min_score: Annotated[
        float,
        Query(
            ge=MIN_SCORE,
            le=_MAX_SCORE,
            description="The minimum score. Posts below 1.5 are not stored.",
            examples=[3],
            allow_inf_nan=False,
        ),
    ] = 3,
    max_age_hours: Annotated[
        int, Query(ge=1, le=_MAX_AGE_HOURS, description="Only posts published since then.", examples=[168])
    ] = 168,
    sort: Annotated[OutlierSort, Query(description="must be score or recent", examples=["score"])] = OutlierSort.SCORE,
    limit: Annotated[
        int, Query(ge=1, le=MAX_OUTLIERS_PAGE, description="The maximum number of posts.", examples=[20])
    ] = 20,
    cursor: Cursor = None,
) -> OutliersAnswer:
    """Posts of the stored creators that perform far better than usual at their age, with the highest score or the
    newest first. Posts without a known baseline, and those of private creators, are omitted. A page may have fewer
    posts than `limit`, or none, while `has_more` is true. All pages cover the period that ends at the first request; a
    post whose score changes in the meantime may be missing or be listed twice."""
    scope = f"list_outliers#{baseline}#{category}#{language}#{type_}#{min_score}#{max_age_hours}#{sort}"
    until, *position = cursors.verify(scope, cursor) if cursor else (int(now.timestamp()),)
    end = datetime.fromtimestamp(until, UTC)
    query = OutlierQuery(
        baseline=baseline,
        since=end - timedelta(hours=max_age_hours),
        until=end,
        min_score=min_score,
        category=category.casefold() if category else None,
        language=language,
        media_type=type_,
        sort=sort,
    )
    page = outliers.read_page(query, limit, OutlierPosition(*position) if position else None)
    after = page.after
    next_cursor = cursors.sign(scope, [until, after.value, after.key]) if after else None
    return OutliersAnswer(
        data=[OutlierBody.of(found, cdn) for found in page.outliers],
        meta=OutliersMeta(next_cursor=next_cursor, has_more=next_cursor is not None, sort=sort),
    )


handler = lambda_handler(router)

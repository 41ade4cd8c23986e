"""GET /api/creators/search."""

from typing import Annotated, Self

from creator_search.bootstrap import Container
from creator_search.domain.search import MAX_CREATORS_PAGE, CreatorQuery, CreatorSort, ListedCreator
from creator_search.http import Blank, CurrentCaller, Cursor, Cursors, Language, endpoint, lambda_handler, provided
from creator_search.schemas.envelope import Envelope
from creator_search.schemas.times import iso
from creator_search.services.activity import ActivityRecorder
from creator_search.services.ports import Cdn, CreatorIndex
from fastapi import Query, Request
from pydantic import BaseModel

router, route = endpoint("search_creators")

_FOLLOWERS_LIMIT = 10**12
MAX_RECORDED_QUERY = 1_000


class FoundCreator(BaseModel):
    """`engagement_rate` is a percentage of the followers."""

    username: str
    full_name: str
    followers: int
    following: int | None
    posts_count: int | None
    engagement_rate: float | None
    is_verified: bool
    category: str | None
    language: str | None
    profile_image_url: str | None
    profile_type: str
    last_updated: str

    @classmethod
    def of(cls, found: ListedCreator, cdn: Cdn) -> Self:
        return cls(
            username=found.username,
            full_name=found.full_name,
            followers=found.followers,
            following=found.following,
            posts_count=found.posts_count,
            engagement_rate=found.engagement_rate,
            is_verified=found.is_verified,
            category=found.category,
            language=found.language,
            profile_image_url=cdn.image_url(found.image) if found.image else None,
            profile_type=found.profile_type,
            last_updated=iso(found.updated_at),
        )


class SearchMeta(BaseModel):
    next_cursor: str | None
    has_more: bool
    sort: CreatorSort


class SearchAnswer(Envelope):
    data: list[FoundCreator]
    meta: SearchMeta


@route()
def search_creators(
    request: Request,
    caller: CurrentCaller,
    cursors: Cursors,
    activity: Annotated[ActivityRecorder, provided(Container.activity_recorder)],
    index: Annotated[CreatorIndex, provided(Container.creator_index)],
    cdn: Annotated[Cdn, provided(Container.cdn)],
    category: Annotated[
        str | None,
        Query(
            description="The profile's category, 1 to 100 characters; case does not matter.",
            max_length=100,
            examples=["Media"],
        ),
        Blank,
    ] = None,
    language: Language = None,
    min_followers: Annotated[
        int | None,
        Query(ge=0, le=_FOLLOWERS_LIMIT, description="The minimum number of followers.", examples=[10000]),
        Blank,
    ] = None,
    max_followers: Annotated[
        int | None,
        Query(ge=0, le=_FOLLOWERS_LIMIT, description="The maximum number of followers.", examples=[1000000]),
        Blank,
    ] = None,
    min_engagement: Annotated[
        float | None,
        Query(ge=0, le=1_000_000, description="must be a percentage, 0 or more", examples=[1.5], allow_inf_nan=False),
        Blank,
    ] = None,
    verified: Annotated[bool | None, Query(description="must be true or false", examples=[True]), Blank] = None,
    q: Annotated[
        str | None,
        Query(
            description="A prefix of the username or full name, 1 to 100 characters.", max_length=100, examples=["nat"]
        ),
        Blank,
    ] = None,
    sort: Annotated[
        CreatorSort | None,
        Query(description="must be followers, engagement or name; only name with q", examples=["name"]),
        Blank,
    ] = None,
    limit: Annotated[
        int, Query(ge=1, le=MAX_CREATORS_PAGE, description="The maximum number of creators.", examples=[20])
    ] = 20,
    cursor: Cursor = None,
) -> SearchAnswer:
    """Search the stored creators; private ones are not included. Sorted by followers or engagement, largest first, or
    by name, alphabetically. A page may have fewer creators than `limit`, or none, while `has_more` is true: with
    filters, one call examines a limited number of creators."""
    query = CreatorQuery.parse(
        category=category,
        language=language,
        min_followers=min_followers,
        max_followers=max_followers,
        min_engagement=min_engagement,
        verified=verified,
        q=q,
        sort=sort,
    )
    scope = f"search_creators#{index.positions}#{query!r}"
    page = index.search(query, limit, cursors.start(scope, cursor))
    if cursor is None and query.is_filtered:
        shown = str(request.query_params)[:MAX_RECORDED_QUERY]
        activity.record_search(caller.subject, shown, len(page.creators), text=query.prefix)
    next_cursor = cursors.sign(scope, page.after) if page.after else None
    return SearchAnswer(
        data=[FoundCreator.of(creator, cdn) for creator in page.creators],
        meta=SearchMeta(next_cursor=next_cursor, has_more=next_cursor is not None, sort=query.sort),
    )


handler = lambda_handler(router)

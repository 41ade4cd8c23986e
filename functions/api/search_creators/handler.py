"""GET /api/creators/search."""

from typing import Annotated, Self

from creator_search import providers
from creator_search.domain.errors import InvalidParameter
from creator_search.domain.search import MAX_PAGE, Creator, CreatorQuery, CreatorSort, folded
from creator_search.http import (
    Blank,
    Cursor,
    Envelope,
    Language,
    endpoint,
    lambda_handler,
    provided,
    seal,
    timestamp,
    unseal,
)
from creator_search.services.ports import Cdn, CreatorIndex
from fastapi import Query
from pydantic import BaseModel

router, route = endpoint("search_creators")

_MAX_FOLLOWERS = 10**12


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
    def of(cls, found: Creator, cdn: Cdn) -> Self:
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
            profile_image_url=cdn.url(found.image_key, found.image_version or "") if found.image_key else None,
            profile_type=found.profile_type,
            last_updated=timestamp(found.updated_at),
        )


class SearchMeta(BaseModel):
    next_cursor: str | None
    has_more: bool
    sort: CreatorSort


class SearchAnswer(Envelope):
    data: list[FoundCreator]
    meta: SearchMeta


@route(
    example={
        "success": True,
        "data": [
            {
                "username": "natgeo",
                "full_name": "National Geographic",
                "followers": 280000000,
                "following": 190,
                "posts_count": 31000,
                "engagement_rate": 0.12,
                "is_verified": True,
                "category": "Media",
                "language": None,
                "profile_image_url": "https://images.example/profiles/natgeo/profile.jpg?v=0f3a9c1d2b4e",
                "profile_type": "primary",
                "last_updated": "2026-01-31T12:00:00.000Z",
            }
        ],
        "meta": {"next_cursor": None, "has_more": False, "sort": "followers"},
    }
)
def search_creators(
    index: Annotated[CreatorIndex, provided(providers.creator_index)],
    cdn: Annotated[Cdn, provided(providers.cdn)],
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
        int | None, Query(ge=0, le=_MAX_FOLLOWERS, description="At least so many followers.", examples=[10000]), Blank
    ] = None,
    max_followers: Annotated[
        int | None, Query(ge=0, le=_MAX_FOLLOWERS, description="At most so many followers.", examples=[1000000]), Blank
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
            description="How a username or a full name begins, 1 to 100 characters.", max_length=100, examples=["nat"]
        ),
        Blank,
    ] = None,
    sort: Annotated[
        CreatorSort | None,
        Query(description="must be followers, engagement or name; with q, name", examples=["name"]),
        Blank,
    ] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE, description="How many at most.", examples=[20])] = 20,
    cursor: Cursor = None,
) -> SearchAnswer:
    """The creators stored here; private ones are never found. Most followers (or engagement) first, names from a to z.
    A page may be short, even empty, while `has_more` is true: what few pass is looked for bit by bit."""
    prefix = folded((q or "").strip().removeprefix("@")) or None
    if prefix and sort not in (None, CreatorSort.NAME):
        raise InvalidParameter("sort: must be name, or absent, with q")
    if min_followers is not None and max_followers is not None and min_followers > max_followers:
        raise InvalidParameter("min_followers: must not be more than max_followers")
    query = CreatorQuery(
        category=category if category and folded(category) else None,
        language=language,
        min_followers=min_followers,
        max_followers=max_followers,
        min_engagement=min_engagement,
        verified=verified,
        prefix=prefix,
        sort=CreatorSort.NAME if prefix else sort or CreatorSort.FOLLOWERS,
    )
    scope = f"search_creators#{query!r}"
    page = index.search(query, limit, unseal(scope, cursor) if cursor else None)
    next_cursor = seal(scope, page.after) if page.after else None
    return SearchAnswer(
        data=[FoundCreator.of(creator, cdn) for creator in page.creators],
        meta=SearchMeta(next_cursor=next_cursor, has_more=next_cursor is not None, sort=query.sort),
    )


handler = lambda_handler(router)

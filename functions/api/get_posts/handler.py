"""GET /api/profile/{username}/posts."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Self

from creator_search import providers
from creator_search.config import config
from creator_search.documents.post import AI_FIELDS, PostBody, PostMeasures
from creator_search.domain.browsing import MAX_PAGE, PostPosition, PostQuery, PostSort
from creator_search.domain.errors import InvalidParameter
from creator_search.domain.profiles import MediaType, Sentiment
from creator_search.http import (
    COMPLETED_ID,
    Blank,
    Cursor,
    Envelope,
    Event,
    Language,
    Username,
    endpoint,
    event_stream,
    lambda_handler,
    provided,
    seal,
    unseal,
    wants_events,
)
from creator_search.responses import Timer, versioned_response
from creator_search.services.list_posts import Basis, Listing, ListPosts
from creator_search.services.ports import Cdn
from creator_search.services.read_creator import ReadCreator
from fastapi import Query, Request, Response
from pydantic import BaseModel

router, route = endpoint("get_posts")

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class PostsMeta(BaseModel):
    """`total` is how many posts are stored; null with filters, whose matches are not counted."""

    next_cursor: str | None
    has_more: bool
    total: int | None
    cache_hit: bool
    response_time_ms: float
    last_updated: str
    stale: bool
    source: str
    age_seconds: int
    notes: list[str]


class PostsAnswer(Envelope):
    posts: list[PostBody]
    meta: PostsMeta


class Walk:
    """One walk through the posts: what is asked for, and where it is."""

    def __init__(self, username: str, query: PostQuery, *, include_ai: bool, posts: ListPosts, cdn: Cdn) -> None:
        self.username = username
        self.query = query
        self._left_out = None if include_ai else set(AI_FIELDS)
        self._posts = posts
        self._cdn = cdn

    @property
    def _scope(self) -> str:
        return f"get_posts#{self.username}#{self.query!r}"

    def cursor(self, listing: Listing) -> str | None:
        after, basis = listing.after, listing.basis
        if after is None:
            return None
        updated = basis.updated_at.timestamp()
        position = [after.key, after.engagement, basis.followers, basis.median_views, basis.total, updated]
        return seal(self._scope, position)

    def page(self, cursor: str, limit: int) -> Listing:
        """Raises InvalidParameter, Unavailable."""
        key, engagement, followers, median_views, total, updated = unseal(self._scope, cursor)
        basis = Basis(followers, median_views, total, datetime.fromtimestamp(updated, UTC))
        return self._posts.next(self.username, self.query, limit, PostPosition(key, engagement), basis)

    def bodies(self, listing: Listing) -> list[dict[str, Any]]:
        measures = PostMeasures(followers=listing.basis.followers, median_views=listing.basis.median_views)
        made = (PostBody.of(post, measures, self._cdn.url) for post in listing.posts)
        return [body.model_dump(mode="json", exclude=self._left_out) for body in made]

    def total(self, listing: Listing) -> int | None:
        if listing.basis.is_private:
            return 0
        return None if self.query.filters else listing.basis.total

    @classmethod
    def of(cls, username: str, asked: dict[str, Any], *, include_ai: bool, posts: ListPosts, cdn: Cdn) -> Self:
        """Raises InvalidParameter."""
        query = PostQuery(**asked)
        if query.since and query.until and query.since > query.until:
            raise InvalidParameter("since: must not be later than until")
        return cls(username, query, include_ai=include_ai, posts=posts, cdn=cdn)


@route(
    response_model=PostsAnswer,
    example={
        "success": True,
        "posts": [
            {
                "shortcode": "Cx1",
                "url": "https://www.instagram.com/p/Cx1/",
                "media_type": "reel",
                "taken_at": "2026-01-30T18:20:00.000Z",
                "caption": "Snow leopards at dusk #wildlife",
                "likes": 880,
                "comments": 20,
                "views": 13000,
                "engagement": 900,
                "engagement_rate": 6.6176,
                "engagement_rate_by_views": 6.9231,
                "outlier_score": 2.4074,
                "is_pinned": False,
                "is_sponsored": False,
                "hashtags": ["wildlife"],
                "media_url": "https://images.example/posts/natgeo/Cx1.jpg?v=0f3a9c1d2b4e",
            }
        ],
        "meta": {
            "next_cursor": "WyJwb3N0IzAwMTc2OTc5NzIwMCNDeDEiXQ.3yqf",
            "has_more": True,
            "total": 100,
            "cache_hit": True,
            "response_time_ms": 9.1,
            "last_updated": "2026-01-31T12:00:00.000Z",
            "stale": False,
            "source": "store",
            "age_seconds": 120,
            "notes": [],
        },
    },
)
def get_posts(
    username: Username,
    request: Request,
    posts: Annotated[ListPosts, provided(providers.list_posts)],
    read: Annotated[ReadCreator, provided(providers.read_creator)],
    cdn: Annotated[Cdn, provided(providers.cdn)],
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE, description="How many at most.", examples=[20])] = 20,
    cursor: Cursor = None,
    type_: Annotated[
        MediaType | None,
        Query(alias="type", description="must be image, video, reel or carousel", examples=["reel"]),
        Blank,
    ] = None,
    category: Annotated[
        str | None,
        Query(
            description="A content category found by analysis, 1 to 64 characters.", max_length=64, examples=["travel"]
        ),
        Blank,
    ] = None,
    sentiment: Annotated[
        Sentiment | None, Query(description="must be positive, negative or neutral", examples=["positive"]), Blank
    ] = None,
    language: Language = None,
    since: Annotated[
        datetime | None,
        Query(description="must be an ISO 8601 date or time; posts from then on", examples=["2026-01-01"]),
        Blank,
    ] = None,
    until: Annotated[
        datetime | None,
        Query(
            description="must be an ISO 8601 date or time; posts up to then, the whole day for a date",
            examples=["2026-01-31"],
        ),
        Blank,
    ] = None,
    sort: Annotated[PostSort, Query(description="must be recent or engagement", examples=["recent"])] = PostSort.RECENT,
    include_ai: Annotated[bool, Query(description="Whether posts have their ai_ fields.", examples=[True])] = True,
    stream: Annotated[bool, Query(description="Send all posts as Server-Sent Events.", examples=[False])] = False,
) -> Response:
    """Posts and reels with their figures. As a stream, `data: {"posts": […], "chunk": n, "total": n}` in chunks of
    `limit`, last `data: {"stream_completed": true, "total_posts": n}`. A page may be short, even empty, while
    `has_more` is true: a filter that few posts pass is looked for bit by bit."""
    timer = Timer(providers.now())
    deadline = timer.now + timedelta(seconds=config().read_budget_seconds)
    asked = {
        "media_type": type_,
        "category": category.casefold() if category else None,
        "sentiment": sentiment,
        "language": language,
        "since": _utc(since),
        "until": _utc(until, whole_day=bool(_DATE.fullmatch(request.query_params.get("until", "")))),
        "sort": sort,
    }
    walk = Walk.of(username, asked, include_ai=include_ai, posts=posts, cdn=cdn)
    if wants_events(request, stream):
        return _stream(request, walk, request.headers.get("last-event-id") or cursor, limit, posts, read, deadline)
    listing = walk.page(cursor, limit) if cursor else posts.first(username, walk.query, limit, deadline)
    return _answer(walk, listing, timer)


def _answer(walk: Walk, listing: Listing, timer: Timer) -> Response:
    notes = ["total: posts that pass a filter are not counted"] if walk.query.filters else []
    if listing.basis.is_private:
        notes = ["posts: the profile is private"]
    next_cursor = walk.cursor(listing)
    about = timer.about(is_cached=listing.is_cached, is_stale=listing.is_stale, updated_at=listing.basis.updated_at)
    meta = {"next_cursor": next_cursor, "has_more": next_cursor is not None, "total": walk.total(listing), **about}
    body = {"success": True, "posts": walk.bodies(listing), "meta": {**meta, "notes": notes}}
    return versioned_response(body, version=[body["posts"], next_cursor], is_stale=listing.is_stale)


def _stream(
    request: Request,
    walk: Walk,
    start: str | None,
    limit: int,
    posts: ListPosts,
    read: ReadCreator,
    deadline: datetime,
) -> Response:
    # What can be refused is refused before the stream begins: a bad cursor, a name known not to exist.
    listing: Listing | None
    if start and start != COMPLETED_ID:
        listing = walk.page(start, limit)
    else:
        listing = posts.stored(walk.username, walk.query, limit)
        if listing is None:
            read.refuse_absent(walk.username)

    def chunks() -> Iterator[Event]:
        page, sent, chunk = listing, 0, 0
        if page is None:
            yield Event({"posts": [], "chunk": 0, "total": None})
            page = posts.first(walk.username, walk.query, limit, deadline)
        while True:
            bodies, next_cursor = walk.bodies(page), walk.cursor(page)
            if bodies:
                chunk, sent = chunk + 1, sent + len(bodies)
                yield Event({"posts": bodies, "chunk": chunk, "total": walk.total(page)}, id=next_cursor)
            if next_cursor is None:
                break
            page = walk.page(next_cursor, limit)
        yield Event({"stream_completed": True, "total_posts": sent}, id=COMPLETED_ID)

    return event_stream(request, chunks(), config().stream_budget_seconds)


def _utc(at: datetime | None, *, whole_day: bool = False) -> datetime | None:
    """A time without a zone is UTC."""
    if at is None:
        return None
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return aware + timedelta(hours=23, minutes=59, seconds=59) if whole_day else aware


handler = lambda_handler(router)

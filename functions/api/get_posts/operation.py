"""GET /api/profile/{username}/posts."""

from collections.abc import Iterator
from typing import Annotated, Any

from creator_search.answers.posts import cursor_scope, first_page_answer, next_cursor, page_answer
from creator_search.bootstrap import Container
from creator_search.domain.documents import DocumentName, etag_of
from creator_search.domain.post_queries import DEFAULT_POSTS_PAGE, MAX_POSTS_PAGE, PostQuery, PostSort
from creator_search.domain.posts import MediaType, Sentiment
from creator_search.http import (
    COMPLETED_ID,
    Blank,
    Cursor,
    Cursors,
    Event,
    Language,
    ReadTimer,
    Since,
    StreamSeconds,
    Until,
    Username,
    endpoint,
    event_stream,
    lambda_handler,
    provided,
    ready_response,
    wants_events,
)
from creator_search.schemas.envelope import Envelope
from creator_search.schemas.post import AI_FIELDS, PostBody, posts_json, posts_text
from creator_search.services.ports import Cdn
from creator_search.services.reading.creators import CreatorReader
from creator_search.services.reading.fetch import ProfileFetcher
from creator_search.services.reading.post_listing import PostListing
from creator_search.services.reading.posts import PostReader
from fastapi import Query, Request, Response
from pydantic import BaseModel

router, route = endpoint("get_posts")


class PostsMeta(BaseModel):
    """`total` is the number of stored posts; null with filters, because matches are not counted. `source` is the
    provider of the profile; see the meta of the profile.
    """

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


@route(response_model=PostsAnswer)
def get_posts(
    username: Username,
    request: Request,
    timer: ReadTimer,
    cursors: Cursors,
    stream_seconds: StreamSeconds,
    creators: Annotated[CreatorReader, provided(Container.creators)],
    posts: Annotated[PostReader, provided(Container.post_reader)],
    fetcher: Annotated[ProfileFetcher, provided(Container.profile_fetcher)],
    cdn: Annotated[Cdn, provided(Container.cdn)],
    limit: Annotated[
        int, Query(ge=1, le=MAX_POSTS_PAGE, description="The maximum number of posts.", examples=[20])
    ] = DEFAULT_POSTS_PAGE,
    cursor: Cursor = None,
    type_: Annotated[
        MediaType | None,
        Query(alias="type", description="must be image, video, reel or carousel", examples=["reel"]),
        Blank,
    ] = None,
    category: Annotated[
        str | None,
        Query(
            description="A content category from the analysis, 1 to 64 characters.", max_length=64, examples=["travel"]
        ),
        Blank,
    ] = None,
    sentiment: Annotated[
        Sentiment | None, Query(description="must be positive, negative or neutral", examples=["positive"]), Blank
    ] = None,
    language: Language = None,
    since: Since = None,
    until: Until = None,
    sort: Annotated[PostSort, Query(description="must be recent or engagement", examples=["recent"])] = PostSort.RECENT,
    include_ai: Annotated[bool, Query(description="Whether posts include their ai_ fields.", examples=[True])] = True,
    stream: Annotated[bool, Query(description="Send all posts as Server-Sent Events.", examples=[False])] = False,
) -> Response:
    """Posts and reels with their figures. A page may have fewer posts than `limit`, or none, while `has_more` is true:
    with a filter, one call examines a limited number of posts. With `stream=true`, all posts in chunks of `limit`:
    `data: {"posts": […], "chunk": n, "total": n}`; the last event is `data: {"stream_completed": true, "total_posts":
    n}`."""
    query = PostQuery(
        media_type=type_,
        category=category.casefold() if category else None,
        sentiment=sentiment,
        language=language,
        since=since,
        until=until,
        sort=sort,
    )

    def page_at(sealed: str) -> PostListing:
        return posts.read_page(username, query, limit, cursors.verify(cursor_scope(username, query), sealed))

    def cursor_after(listing: PostListing) -> str | None:
        return next_cursor(cursors, username, query, listing.meta(query))

    def bodies(listing: PostListing) -> list[dict[str, Any]]:
        made = posts_json(listing, cdn.image_url)
        return made if include_ai else [{n: v for n, v in body.items() if n not in AI_FIELDS} for body in made]

    if not wants_events(request, stream):
        if cursor is None and include_ai and limit == DEFAULT_POSTS_PAGE and query == PostQuery():
            stored = creators.read_document(username, DocumentName.POSTS, timer.deadline)
            return ready_response(first_page_answer(stored, timer, cursors, username))
        listing = page_at(cursor) if cursor else posts.read_first_page(username, query, limit, timer.deadline)
        basis = listing.basis
        about = timer.meta(
            is_cached=listing.is_cached, is_stale=listing.is_stale, updated_at=basis.updated_at, source=basis.source
        )
        body, after = posts_text(bodies(listing)), cursor_after(listing)
        page = listing.meta(query)
        return ready_response(page_answer(body, etag_of(body), page, after, about, is_stale=listing.is_stale))

    # Errors that can be detected are returned before the stream starts: an invalid cursor, or a creator known not to
    # exist.
    start = request.headers.get("last-event-id") or cursor
    first = page_at(start) if start and start != COMPLETED_ID else posts.read_stored_page(username, query, limit)
    if first is None:
        fetcher.refuse_absent(username)

    def events() -> Iterator[Event]:
        listing = first
        if listing is None:
            yield Event({"posts": [], "chunk": 0, "total": None})
            listing = posts.read_first_page(username, query, limit, timer.deadline)
        chunk = sent = 0
        for page in posts.read_from(username, query, limit, listing):
            if found := bodies(page):
                chunk, sent = chunk + 1, sent + len(found)
                yield Event({"posts": found, "chunk": chunk, "total": page.meta(query).total}, id=cursor_after(page))
        yield Event({"stream_completed": True, "total_posts": sent}, id=COMPLETED_ID)

    return event_stream(request, events(), stream_seconds)


handler = lambda_handler(router)

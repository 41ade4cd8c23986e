"""/api/me/searches and /api/me/profiles."""

from typing import Annotated, Self

from creator_search.bootstrap import Container
from creator_search.domain.activity import OpenedProfile, RecordedSearch
from creator_search.http import CurrentCaller, Cursor, Cursors, PageLimit, endpoints, lambda_handler, provided
from creator_search.schemas.envelope import Envelope, ListMeta
from creator_search.schemas.times import iso
from creator_search.services.activity import page_of_opened
from creator_search.services.ports import ActivityStore
from pydantic import BaseModel

router, route = endpoints()
Store = Annotated[ActivityStore, provided(Container.activity_store)]


class SearchRow(BaseModel):
    """`query` is the query string of the search; `results` is the number of creators on the page."""

    query: str
    at: str
    results: int

    @classmethod
    def of(cls, found: RecordedSearch) -> Self:
        return cls(query=found.query, at=iso(found.at), results=found.results)


class SearchesAnswer(Envelope):
    data: list[SearchRow]
    meta: ListMeta


class OpenedRow(BaseModel):
    """`times` counts the answers 200 and 304 of GET /api/profile/{username}."""

    username: str
    first_opened_at: str
    last_opened_at: str
    times: int
    expires_at: str

    @classmethod
    def of(cls, found: OpenedProfile) -> Self:
        return cls(
            username=found.username,
            first_opened_at=iso(found.first_opened_at),
            last_opened_at=iso(found.last_opened_at),
            times=found.times,
            expires_at=iso(found.expires_at),
        )


class OpenedAnswer(Envelope):
    data: list[OpenedRow]
    meta: ListMeta


@route("list_searches")
def list_searches(
    caller: CurrentCaller, cursors: Cursors, store: Store, limit: PageLimit = 20, cursor: Cursor = None
) -> SearchesAnswer:
    """Your searches of the last 30 days, newest first; the further pages of a search are not listed."""
    scope = f"list_searches#{caller.subject}"
    page = store.list_searches(caller.subject, limit, cursors.start(scope, cursor))
    return SearchesAnswer(
        data=[SearchRow.of(found) for found in page.rows], meta=ListMeta.of(cursors.next(scope, page))
    )


@route("delete_searches")
def delete_searches(caller: CurrentCaller, store: Store) -> None:
    """Delete all of your searches."""
    store.delete_searches(caller.subject)


@route("list_opened_profiles")
def list_opened_profiles(
    caller: CurrentCaller, cursors: Cursors, store: Store, limit: PageLimit = 20, cursor: Cursor = None
) -> OpenedAnswer:
    """The profiles that you opened, the last opened first. An entry is deleted 30 days after the profile was last
    opened."""
    scope = f"list_opened_profiles#{caller.subject}"
    after = cursors.start(scope, cursor)
    page = page_of_opened(store.list_opened(caller.subject), limit, after)
    return OpenedAnswer(data=[OpenedRow.of(found) for found in page.rows], meta=ListMeta.of(cursors.next(scope, page)))


handler = lambda_handler(router)

"""/api/me/lists."""

from contextlib import suppress
from typing import Annotated, Any

from creator_search.bootstrap import Container
from creator_search.domain.errors import NotFound
from creator_search.domain.owned import Placed, etag_of_version
from creator_search.http import (
    CurrentCaller,
    Cursor,
    Cursors,
    IfMatch,
    OwnedId,
    PageLimit,
    ReadTimer,
    Username,
    endpoints,
    lambda_handler,
    provided,
)
from creator_search.schemas.envelope import ListMeta
from creator_search.schemas.lists import (
    EntriesAnswer,
    EntryAnswer,
    EntryBody,
    EntryInput,
    ImportAnswer,
    ImportBody,
    ListAnswer,
    ListBody,
    ListChange,
    ListsAnswer,
    NewList,
)
from creator_search.services.campaigns.lists import CreatorLists
from fastapi import Body, Response

router, route = endpoints()

_Lists = Annotated[CreatorLists, provided(Container.creator_lists)]


_KNOWN: dict[int | str, Any] = {
    200: {
        "description": "Replaced",
        "model": EntryAnswer,
        "content": {
            "application/json": {
                "example": {
                    "success": True,
                    "data": {
                        "username": "natgeo",
                        "tags": ["nature"],
                        "note": None,
                        "added_at": "2026-01-31T12:00:00.000Z",
                        "updated_at": "2026-01-31T12:05:00.000Z",
                    },
                }
            }
        },
    }
}


@route("create_list")
def create_list(caller: CurrentCaller, body: NewList, lists: _Lists, response: Response) -> ListAnswer:
    """Create a list. A caller has at most 200."""
    created = lists.create(caller.subject, body.name)
    response.headers["ETag"] = etag_of_version(created.version)
    return ListAnswer(data=ListBody.of(created))


@route("list_lists")
def list_lists(
    caller: CurrentCaller, lists: _Lists, cursors: Cursors, limit: PageLimit = 20, cursor: Cursor = None
) -> ListsAnswer:
    """The caller's lists, newest first."""
    scope = f"list_lists#{caller.subject}"
    page = lists.list_page(caller.subject, limit, cursors.start(scope, cursor))
    return ListsAnswer(data=[ListBody.of(found) for found in page.rows], meta=ListMeta.of(cursors.next(scope, page)))


@route("get_list")
def get_list(caller: CurrentCaller, list_id: OwnedId, lists: _Lists, response: Response) -> ListAnswer:
    """A list without its entries. The ETag is that of its name: changes of the entries do not change it."""
    found = lists.read(caller.subject, list_id)
    response.headers["ETag"] = etag_of_version(found.version)
    return ListAnswer(data=ListBody.of(found))


@route("change_list")
def change_list(
    caller: CurrentCaller,
    list_id: OwnedId,
    body: ListChange,
    lists: _Lists,
    response: Response,
    if_match: IfMatch = None,
) -> ListAnswer:
    """Rename a list, if it still has the version in If-Match."""
    changed = lists.rename(caller.subject, list_id, body.name, if_match)
    response.headers["ETag"] = etag_of_version(changed.version)
    return ListAnswer(data=ListBody.of(changed))


@route("delete_list")
def delete_list(caller: CurrentCaller, list_id: OwnedId, lists: _Lists, if_match: IfMatch = None) -> None:
    """Delete a list, known or not; with If-Match, only this version."""
    with suppress(NotFound):
        lists.delete(caller.subject, list_id, if_match)


@route("list_entries")
def list_entries(
    caller: CurrentCaller,
    list_id: OwnedId,
    lists: _Lists,
    cursors: Cursors,
    limit: PageLimit = 20,
    cursor: Cursor = None,
) -> EntriesAnswer:
    """The creators of a list, by username."""
    scope = f"list_entries#{caller.subject}#{list_id}"
    page = lists.read_entries(caller.subject, list_id, limit, cursors.start(scope, cursor))
    return EntriesAnswer(data=[EntryBody.of(found) for found in page.rows], meta=ListMeta.of(cursors.next(scope, page)))


@route("put_list_entry", documented=_KNOWN)
def put_list_entry(
    caller: CurrentCaller,
    list_id: OwnedId,
    username: Username,
    lists: _Lists,
    response: Response,
    body: Annotated[EntryInput | None, Body()] = None,
) -> EntryAnswer:
    """Add a creator, 201, or replace the tags and the note of a known one, 200. A list has at most 1,000."""
    given = body or EntryInput()
    entry, placed = lists.put_entry(caller.subject, list_id, username, given.tags, given.note)
    response.status_code = 201 if placed is Placed.ADDED else 200
    return EntryAnswer(data=EntryBody.of(entry))


@route("delete_list_entry")
def delete_list_entry(caller: CurrentCaller, list_id: OwnedId, username: Username, lists: _Lists) -> None:
    """Remove a creator, known or not."""
    lists.remove_entry(caller.subject, list_id, username)


@route("import_list")
def import_list(
    caller: CurrentCaller,
    list_id: OwnedId,
    timer: ReadTimer,
    lists: _Lists,
    body: Annotated[
        bytes,
        Body(
            media_type="text/csv",
            description="Usernames, one a line or in a column named username, handle, …; at most 1,000 rows. Columns "
            "named tags and note are read too.",
            examples=["username,tags\n@natgeo,nature\n"],
        ),
    ],
) -> ImportAnswer:
    """Add creators from CSV; those that are not stored are requested. Known entries keep their tags and note."""
    return ImportAnswer(data=ImportBody.of(lists.import_file(caller.subject, list_id, body, timer.deadline)))


handler = lambda_handler(router)

"""/api/me/lists."""

from enum import StrEnum
from typing import Annotated, Any, Self

from creator_search.bootstrap import Container
from creator_search.domain.lists import (
    LIST_NAME_LENGTH,
    MAX_TAGS,
    NOTE_LENGTH,
    SHOWN_ERRORS,
    TAG_LENGTH,
    CreatorList,
    ListEntry,
)
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
from creator_search.schemas.envelope import Envelope, ListMeta
from creator_search.schemas.tables import XLSX, csv_table, xlsx_table
from creator_search.schemas.times import iso
from creator_search.services.campaigns.lists import CreatorLists, ImportResult
from fastapi import Body, Query, Response
from pydantic import BaseModel, ConfigDict, Field

router, route = endpoints()

_Lists = Annotated[CreatorLists, provided(Container.creator_lists)]
_Name = Annotated[str, Field(min_length=1, max_length=LIST_NAME_LENGTH, examples=["Runners"])]
_COLUMNS = ("username", "tags", "note", "added_at")


class NewList(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: _Name


class ListChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: _Name


class EntryInput(BaseModel):
    """Absent tags and notes are removed."""

    model_config = ConfigDict(extra="forbid")

    tags: list[Annotated[str, Field(min_length=1, max_length=TAG_LENGTH)]] = Field(
        default=[], max_length=MAX_TAGS, examples=[["running"]], description="Texts without commas."
    )
    note: str | None = Field(default=None, max_length=NOTE_LENGTH, examples=["Answers on Mondays"])


class ListBody(BaseModel):
    id: str
    version: int
    name: str
    created_at: str
    updated_at: str

    @classmethod
    def of(cls, found: CreatorList) -> Self:
        created_at, updated_at = iso(found.created_at), iso(found.updated_at)
        return cls(id=found.id, version=found.version, name=found.name, created_at=created_at, updated_at=updated_at)


class ListAnswer(Envelope):
    data: ListBody


class ListsAnswer(Envelope):
    data: list[ListBody]
    meta: ListMeta


class EntryBody(BaseModel):
    username: str
    tags: list[str]
    note: str | None
    added_at: str
    updated_at: str

    @classmethod
    def of(cls, found: ListEntry) -> Self:
        return cls(
            username=found.username,
            tags=list(found.tags),
            note=found.note,
            added_at=iso(found.added_at),
            updated_at=iso(found.updated_at),
        )


class EntryAnswer(Envelope):
    data: EntryBody


class EntriesAnswer(Envelope):
    data: list[EntryBody]
    meta: ListMeta


class RefusedBody(BaseModel):
    line: int
    value: str
    error: str


class ImportBody(BaseModel):
    """`known` creators were in the list already, or occur in the file again. `requested` ones are not stored, and
    requested now; `not_requested` ones do not exist, were erased, or could not be requested: import the file again.
    `refused` has the first 100 of the `refused_total` rows without a valid username."""

    added: int
    known: int
    requested: int
    not_requested: int
    refused_total: int
    refused: list[RefusedBody]

    @classmethod
    def of(cls, found: ImportResult) -> Self:
        refused = found.file.refused
        return cls(
            added=found.added,
            known=found.known + found.file.repeated,
            requested=found.requested,
            not_requested=found.not_requested,
            refused_total=len(refused),
            refused=[RefusedBody(line=r.line, value=r.value, error=r.reason) for r in refused[:SHOWN_ERRORS]],
        )


class ImportAnswer(Envelope):
    data: ImportBody


class ListFormat(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


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
_FILE: dict[int | str, Any] = {
    200: {
        "description": "The file",
        "content": {"text/csv": {"schema": {"type": "string"}}, XLSX: {"schema": {"type": "string"}}},
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
    page = lists.list_page(caller.subject, limit, cursors.verify(scope, cursor) if cursor else None)
    after = cursors.sign(scope, page.after) if page.after else None
    return ListsAnswer(
        data=[ListBody.of(found) for found in page.rows], meta=ListMeta(next_cursor=after, has_more=bool(after))
    )


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
    """Delete a list; with If-Match, only this version."""
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
    page = lists.read_entries(caller.subject, list_id, limit, cursors.verify(scope, cursor) if cursor else None)
    after = cursors.sign(scope, page.after) if page.after else None
    return EntriesAnswer(
        data=[EntryBody.of(found) for found in page.rows], meta=ListMeta(next_cursor=after, has_more=bool(after))
    )


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


@route("export_list", documented=_FILE, response_model=None)
def export_list(
    caller: CurrentCaller,
    list_id: OwnedId,
    lists: _Lists,
    format_: Annotated[
        ListFormat, Query(alias="format", description="must be csv or xlsx", examples=["csv"])
    ] = ListFormat.CSV,
) -> Response:
    """All creators of a list with tags and notes. CSV text that a spreadsheet would run as a formula is prefixed with
    an apostrophe, which an import removes."""
    found, entries = lists.read_all(caller.subject, list_id)
    rows = [[e.username, ",".join(e.tags), e.note, iso(e.added_at)] for e in entries]
    headers = {"Content-Disposition": f'attachment; filename="list-{found.id}.{format_}"'}
    if format_ is ListFormat.XLSX:
        return Response(xlsx_table("creators", _COLUMNS, rows), media_type=XLSX, headers=headers)
    return Response(csv_table(_COLUMNS, rows), media_type="text/csv", headers=headers)


handler = lambda_handler(router)

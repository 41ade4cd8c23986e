"""GET /api/me/lists/{id}/export."""

from enum import StrEnum
from typing import Annotated, Any

from creator_search.bootstrap import Container
from creator_search.http import CurrentCaller, OwnedId, endpoint, lambda_handler, provided
from creator_search.schemas.tables import XLSX, csv_table, xlsx_table
from creator_search.schemas.times import iso
from creator_search.services.campaigns.lists import ListReader
from fastapi import Query, Response

router, route = endpoint("export_list")

_Lists = Annotated[ListReader, provided(Container.list_reader)]
_COLUMNS = ("username", "tags", "note", "added_at")


class ListFormat(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


_FILE: dict[int | str, Any] = {
    200: {
        "description": "The file",
        "content": {"text/csv": {"schema": {"type": "string"}}, XLSX: {"schema": {"type": "string"}}},
    }
}


@route(documented=_FILE, response_model=None, response_class=Response)
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

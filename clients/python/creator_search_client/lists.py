"""Named lists of creators."""

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, Literal, Unpack

from creator_search_client.answers import Answer
from creator_search_client.caller_types import CreatorList, CreatorListChanges, CreatorListEntry
from creator_search_client.campaigns import change
from creator_search_client.connection import Call, Connection, segment

PAGE_SIZE = 100
_PATH = "/api/me/lists"


class CreatorLists:
    _connection: Connection

    def creator_lists(self) -> Iterator[CreatorList]:
        return self._connection.pages(_PATH, {"limit": PAGE_SIZE})

    def create_creator_list(self, name: str) -> Answer[CreatorList]:
        return self._connection.post(_PATH, {"name": name})

    def creator_list(self, id: str) -> Answer[CreatorList]:
        return self._connection.get(_list(id))

    def update_creator_list(
        self, known: Answer[CreatorList], **changes: Unpack[CreatorListChanges]
    ) -> Answer[CreatorList]:
        """Change the list that an answer contains. Raises PreconditionFailed if it was changed since. It is not
        retried."""
        return change(self._connection, _list(known.data["id"]), known, changes)

    def delete_creator_list(self, id: str) -> None:
        self._connection.delete(_list(id))

    def creator_list_entries(self, id: str) -> Iterator[CreatorListEntry]:
        """Yield the creators of a list, with their tags and notes."""
        return self._connection.pages(f"{_list(id)}/profiles", {"limit": PAGE_SIZE})

    def add_to_creator_list(
        self, id: str, username: str, *, tags: Sequence[str] = (), note: str | None = None
    ) -> Answer[CreatorListEntry]:
        """Add a creator, or replace the tags and the note of one that is in the list."""
        return self._connection.put(f"{_list(id)}/profiles/{segment(username)}", {"tags": [*tags], "note": note})

    def remove_from_creator_list(self, id: str, username: str) -> None:
        self._connection.delete(f"{_list(id)}/profiles/{segment(username)}")

    def import_creator_list(self, id: str, csv: str | bytes) -> Answer[Any]:
        """Add creators from CSV: usernames, one a line or in a column named so. Unknown ones are requested."""
        content = csv.encode() if isinstance(csv, str) else csv
        headers = {"Content-Type": "text/csv; charset=utf-8"}
        return self._connection.call(Call("POST", f"{_list(id)}/import", headers=headers, content=content))

    def export_creator_list(self, id: str, file: BinaryIO, *, format: Literal["csv", "xlsx"] = "csv") -> int:
        """Write the list to a file that is open for bytes, and return the number of bytes."""
        return self._connection.download(Call("GET", f"{_list(id)}/export", {"format": format}), file)


def _list(id: str) -> str:
    return f"{_PATH}/{segment(id)}"

"""Named lists of creators in DynamoDB, in the partition of their caller."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from creator_search.adapters.dynamodb.items import Item, format_time
from creator_search.adapters.dynamodb.schema.accounts import LIST_ENTRY_PREFIX, LIST_PREFIX
from creator_search.adapters.dynamodb.wholes import OwnedWholes
from creator_search.domain.clock import Clock
from creator_search.domain.listing import Listed
from creator_search.domain.lists import CreatorList, ListEntry
from creator_search.domain.owned import Placed

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDBListStore:
    """Implements ListStore."""

    def __init__(self, client: "DynamoDBClient", *, accounts: str, clock: Clock, new_id: "Callable[[], str]") -> None:
        self._wholes = OwnedWholes(
            client, accounts=accounts, clock=clock, prefix=LIST_PREFIX, part_prefixes=(LIST_ENTRY_PREFIX,)
        )
        self._new_id = new_id

    def count_lists(self, subject: str) -> int:
        return self._wholes.count(subject)

    def create_list(self, subject: str, created: CreatorList) -> None:
        self._wholes.create(subject, created.id, self._encode(created))

    def list_lists(self, subject: str, limit: int, after: str | None) -> Listed[CreatorList]:
        found = self._wholes.page(subject, limit, after)
        return Listed([_decode(item) for item in found.rows], found.after)

    def load_list(self, subject: str, list_id: str) -> CreatorList | None:
        item = self._wholes.load(subject, list_id)
        return _decode(item) if item else None

    def replace_list(self, subject: str, changed: CreatorList) -> bool:
        return self._wholes.replace(subject, changed.id, self._encode(changed))

    def delete_list(self, subject: str, list_id: str, version: int | None) -> bool:
        return self._wholes.delete(subject, list_id, version)

    def page_entries(self, subject: str, list_id: str, limit: int, after: str | None) -> Listed[ListEntry]:
        found = self._wholes.page_parts(subject, LIST_ENTRY_PREFIX, list_id, limit, after)
        return Listed([_decode_entry(item) for item in found.rows], found.after)

    def list_entries(self, subject: str, list_id: str) -> Sequence[ListEntry]:
        return [_decode_entry(item) for item in self._wholes.parts(subject, LIST_ENTRY_PREFIX, list_id)]

    def add_entries(self, subject: str, list_id: str, entries: Sequence[ListEntry]) -> Mapping[str, Placed]:
        parts = {entry.username: _encode_entry(entry) for entry in entries}
        return self._wholes.add_parts(subject, LIST_ENTRY_PREFIX, list_id, parts)

    def load_entry(self, subject: str, list_id: str, username: str) -> ListEntry | None:
        item = self._wholes.load_part(subject, LIST_ENTRY_PREFIX, list_id, username)
        return _decode_entry(item) if item else None

    def put_entry(self, subject: str, list_id: str, entry: ListEntry) -> Placed:
        return self._wholes.put_part(subject, LIST_ENTRY_PREFIX, list_id, entry.username, _encode_entry(entry))

    def remove_entries(self, subject: str, list_id: str, usernames: Sequence[str]) -> None:
        self._wholes.remove_parts(subject, LIST_ENTRY_PREFIX, list_id, usernames)

    def _encode(self, found: CreatorList) -> dict[str, Any]:
        return {
            "id": found.id,
            "version": found.version,
            "write_id": self._new_id(),
            "name": found.name,
            "created_at": format_time(found.created_at),
            "updated_at": format_time(found.updated_at),
        }


def _decode(item: Item) -> CreatorList:
    return CreatorList(
        id=item["id"],
        version=item["version"],
        name=item["name"],
        created_at=datetime.fromisoformat(item["created_at"]),
        updated_at=datetime.fromisoformat(item["updated_at"]),
    )


def _encode_entry(entry: ListEntry) -> dict[str, Any]:
    return {
        "username": entry.username,
        "added_at": format_time(entry.added_at),
        "updated_at": format_time(entry.updated_at),
        "tags": list(entry.tags),
        "note": entry.note,
    }


def _decode_entry(item: Item) -> ListEntry:
    added_at = datetime.fromisoformat(item["added_at"])
    return ListEntry(
        username=item["username"],
        added_at=added_at,
        updated_at=datetime.fromisoformat(item["updated_at"]) if "updated_at" in item else added_at,
        tags=tuple(item.get("tags", ())),
        note=item.get("note"),
    )

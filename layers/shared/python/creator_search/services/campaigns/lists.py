"""Named lists of a caller, and the import of usernames into them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from creator_search.domain.caller_errors import PreconditionFailed
from creator_search.domain.campaign_report import CreatorState
from creator_search.domain.clock import Clock
from creator_search.domain.errors import Conflict, NotFound
from creator_search.domain.listing import Listed
from creator_search.domain.lists import (
    MAX_ENTRIES,
    MAX_LISTS,
    CreatorList,
    ImportedFile,
    ListEntry,
    checked_list_name,
    checked_note,
    checked_tags,
    read_import,
)
from creator_search.domain.owned import Placed, check_version, is_owned_id, sortable_id
from creator_search.services.at_most import add_at_most
from creator_search.services.campaigns.erased import require_not_erased
from creator_search.services.campaigns.placed import added_of, require_present
from creator_search.services.campaigns.unknown import UnknownCreators
from creator_search.services.ports import ListStore, NewId, ProfileStore, Tombstones

ABSENT = "The list does not exist"
CHANGED = "The list has changed since this version"
_TOO_MANY = f"A caller has at most {MAX_LISTS} lists"
_TOO_MANY_ENTRIES = f"A list has at most {MAX_ENTRIES} creators"


@dataclass(frozen=True, slots=True)
class ImportResult:
    """`requested` are the added creators that were not stored and are requested now, `not_requested` those for which no
    request was accepted."""

    file: ImportedFile
    added: int
    known: int
    requested: int
    not_requested: int


class ListReader:
    """Reads lists. Every method raises NotFound for an id that is malformed, absent or another caller's, and
    StoreUnavailable."""

    def __init__(self, lists: ListStore) -> None:
        self._lists = lists

    def list_page(self, subject: str, limit: int, after: str | None) -> Listed[CreatorList]:
        return self._lists.list_lists(subject, limit, after)

    def read(self, subject: str, list_id: str) -> CreatorList:
        found = self._lists.load_list(subject, list_id) if is_owned_id(list_id) else None
        if found is None:
            raise NotFound(ABSENT)
        return found

    def read_all(self, subject: str, list_id: str) -> tuple[CreatorList, Sequence[ListEntry]]:
        return self.read(subject, list_id), self._lists.list_entries(subject, list_id)

    def read_entries(self, subject: str, list_id: str, limit: int, after: str | None) -> Listed[ListEntry]:
        self.read(subject, list_id)
        return self._lists.page_entries(subject, list_id, limit, after)


class CreatorLists(ListReader):
    """Every method raises the same errors as those of ListReader."""

    def __init__(
        self,
        *,
        lists: ListStore,
        profiles: ProfileStore,
        unknown: UnknownCreators,
        tombstones: Tombstones,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        super().__init__(lists)
        self._tombstones = tombstones
        self._profiles = profiles
        self._unknown = unknown
        self._clock = clock
        self._new_id = new_id

    def create(self, subject: str, name: str) -> CreatorList:
        """Raises InvalidParameter, and Conflict if the caller has too many lists."""
        checked, now = checked_list_name(name), self._clock()
        if self._lists.count_lists(subject) >= MAX_LISTS:
            raise Conflict(_TOO_MANY)
        id_ = sortable_id(now, self._new_id())
        created = CreatorList(id=id_, version=1, name=checked, created_at=now, updated_at=now)
        add_at_most(
            MAX_LISTS,
            lambda: self._lists.count_lists(subject),
            _TOO_MANY,
            add=lambda: self._lists.create_list(subject, created),
            take_back=lambda _: self._lists.delete_list(subject, id_, None),
        )
        return created

    def rename(self, subject: str, list_id: str, name: str | None, if_match: str | None) -> CreatorList:
        """Raises InvalidParameter, PreconditionRequired and PreconditionFailed."""
        stored = self.read(subject, list_id)
        check_version(if_match, stored.version, CHANGED)
        new_name = checked_list_name(name) if name is not None else stored.name
        changed = replace(stored, name=new_name, version=stored.version + 1, updated_at=self._clock())
        if not self._lists.replace_list(subject, changed):
            raise PreconditionFailed(CHANGED)
        return changed

    def delete(self, subject: str, list_id: str, if_match: str | None) -> None:
        """Delete the list with its entries. With `if_match`, raises PreconditionFailed."""
        version = None
        if if_match is not None and is_owned_id(list_id):
            stored = self._lists.load_list(subject, list_id)
            if stored:
                check_version(if_match, stored.version, CHANGED)
                version = stored.version
        if not is_owned_id(list_id) or not self._lists.delete_list(subject, list_id, version):
            raise PreconditionFailed(CHANGED) if version is not None else NotFound(ABSENT)

    def put_entry(
        self, subject: str, list_id: str, username: str, tags: Sequence[str], note: str | None
    ) -> tuple[ListEntry, Placed]:
        """Add a creator, or replace the tags and the note. Raises InvalidParameter, Conflict, ProfileErased."""
        checked, text, now = checked_tags(tags), checked_note(note), self._clock()
        self.read(subject, list_id)
        require_not_erased(self._tombstones, username)
        stored = self._lists.load_entry(subject, list_id, username)
        if stored is None and len(self._lists.list_entries(subject, list_id)) >= MAX_ENTRIES:
            raise Conflict(_TOO_MANY_ENTRIES)
        added_at = stored.added_at if stored else now
        entry = ListEntry(username=username, added_at=added_at, updated_at=now, tags=checked, note=text)

        def put() -> Mapping[str, Placed]:
            return require_present({username: self._lists.put_entry(subject, list_id, entry)}, ABSENT)

        placed = put() if stored else self._add_entries(subject, list_id, put)
        return entry, placed[username]

    def _add_entries(self, subject: str, list_id: str, add: Callable[[], Mapping[str, Placed]]) -> Mapping[str, Placed]:
        return add_at_most(
            MAX_ENTRIES,
            lambda: len(self._lists.list_entries(subject, list_id)),
            _TOO_MANY_ENTRIES,
            add=add,
            take_back=lambda placed: self._lists.remove_entries(subject, list_id, added_of(placed)),
        )

    def remove_entry(self, subject: str, list_id: str, username: str) -> None:
        self.read(subject, list_id)
        self._lists.remove_entries(subject, list_id, [username])

    def import_file(self, subject: str, list_id: str, content: bytes, deadline: datetime) -> ImportResult:
        """Add the usernames of a CSV file, and request the added creators that are not stored, until the deadline.
        Known entries keep their tags and note; erased creators are not added. Raises InvalidParameter, and Conflict,
        adding nothing, if the list would have too many entries."""
        self.read(subject, list_id)
        file, now = read_import(content), self._clock()
        names = [row.username for row in file.rows]
        known = {entry.username for entry in self._lists.list_entries(subject, list_id)}
        erased = self._tombstones.erased_among([name for name in names if name not in known])
        new = [
            ListEntry(username=row.username, added_at=now, updated_at=now, tags=row.tags, note=row.note)
            for row in file.rows
            if row.username not in known | erased
        ]
        if new and len(known) + len(new) > MAX_ENTRIES:
            raise Conflict(f"{_TOO_MANY_ENTRIES}; it would have {len(known) + len(new)}")

        def add() -> Mapping[str, Placed]:
            return require_present(self._lists.add_entries(subject, list_id, new), ABSENT)

        placed = self._add_entries(subject, list_id, add) if new else {}
        # Those that were known too: an earlier import may have failed before it requested them.
        stored = self._profiles.load_profiles(names)
        states = self._unknown.request_all(subject, (name for name in names if name not in stored), deadline)
        added = sum(result is Placed.ADDED for result in placed.values())
        requested = sum(state is CreatorState.REQUESTED for state in states.values())
        return ImportResult(file, added, len(names) - len(erased) - added, requested, len(states) - requested)

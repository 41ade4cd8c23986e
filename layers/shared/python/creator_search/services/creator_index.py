"""Keeps the documents of the search engine equal to the stored profiles."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from creator_search.domain.errors import StoreUnavailable
from creator_search.domain.profiles import Profile
from creator_search.domain.search import CreatorPosition, CreatorQuery, CreatorSort, ListedCreator
from creator_search.services.ports import CreatorDocuments, CreatorIndex, ProfileStore

_AT_ONCE = 500
_MOST_ROUNDS = 5


class RepairPart(StrEnum):
    """The parts of a repair. It first deletes the documents of creators that are not stored, so that a failure to list
    the stored creators leaves no erased one in the index. Then it writes the documents of the stored creators."""

    INDEXED = "indexed"
    STORED = "stored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """The progress of a repair: the next page is the one after `after` in this part. `part` is None at the end."""

    part: RepairPart | None = RepairPart.INDEXED
    after: CreatorPosition | None = None
    examined: int = 0
    refused: int = 0


class CreatorIndexer:
    def __init__(self, documents: CreatorDocuments) -> None:
        self._documents = documents

    def apply(self, changes: Mapping[str, Profile | None]) -> Sequence[str]:
        """Write the state of each profile, by its key; return the keys of those whose documents the engine refuses. The
        changes of one profile must be applied in their order."""
        return self._documents.replace({key: _listed(key, profile) for key, profile in changes.items()})


class CreatorIndexRepair:
    """`stored` lists the creators of the table, `indexed` those of the search engine."""

    def __init__(
        self, *, profiles: ProfileStore, documents: CreatorDocuments, stored: CreatorIndex, indexed: CreatorIndex
    ) -> None:
        self._profiles = profiles
        self._documents = documents
        self._indexes = {
            RepairPart.STORED: (stored, CreatorQuery()),
            RepairPart.INDEXED: (indexed, CreatorQuery(sort=CreatorSort.NAME)),
        }

    def repair(self, done: Repair, may_continue: Callable[[], bool]) -> Repair:
        """Compare pages, at least one, while `may_continue()` is true. Changes that are applied in the meantime are
        kept."""
        # At each step: a write to an index that was deleted in the meantime would create one without the mapping, and
        # without what the steps before have written.
        if self._documents.create_index():
            done = Repair()
        while done.part is not None:
            index, query = self._indexes[done.part]
            page = index.search(query, _AT_ONCE, done.after)
            refused = self._write_stored([creator.username for creator in page.creators])
            following = RepairPart.STORED if done.part is RepairPart.INDEXED else None
            done = Repair(
                part=done.part if page.after else following,
                after=page.after,
                examined=done.examined + len(page.creators),
                refused=done.refused + len(refused),
            )
            if not may_continue():
                break
        return done

    def _write_stored(self, usernames: Sequence[str]) -> set[str]:
        """Write the documents of these creators as they are stored. Raises StoreUnavailable.

        A change that is stored while this runs may be applied before its older state is written here. Therefore the
        profiles are read again after the write, until none has changed: every later change is applied after this.
        """
        refused: set[str] = set()
        unsure = self._load(usernames)
        for _ in range(_MOST_ROUNDS):
            if not unsure:
                return refused
            refused |= set(self._documents.replace(unsure))
            now = self._load(tuple(unsure))
            unsure = {name: creator for name, creator in now.items() if creator != unsure[name]}
        raise StoreUnavailable()

    def _load(self, usernames: Sequence[str]) -> dict[str, ListedCreator | None]:
        found = self._profiles.load_profiles(usernames, is_consistent=True) if usernames else {}
        return {name: _listed(name, found.get(name)) for name in usernames}


def _listed(key: str, profile: Profile | None) -> ListedCreator | None:
    """Return the entry of the profile with this key in the index, if it is listed. A profile whose username another
    account has now is stored under another key and is not listed."""
    listed = ListedCreator.of(profile) if profile else None
    return listed if listed and listed.username == key else None

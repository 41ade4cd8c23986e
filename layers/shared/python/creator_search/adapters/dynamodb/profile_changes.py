"""The changes of profiles in the stream of the profiles table."""

from collections.abc import Mapping, Sequence
from typing import Any

from creator_search.adapters.dynamodb.items import from_wire
from creator_search.adapters.dynamodb.profile_rows import decode_profile
from creator_search.adapters.dynamodb.schema.profiles import PROFILE_ITEM
from creator_search.domain.profiles import Profile
from creator_search.domain.search import ChangedProfiles


class StreamedProfileChanges:
    """Implements ProfileChanges. A stream contains the changes of one item in order."""

    def read(self, records: Sequence[Mapping[str, Any]]) -> ChangedProfiles:
        found: dict[str, Profile | None] = {}
        unreadable: set[str] = set()
        for record in records:
            change = record["dynamodb"]
            key = from_wire(change["Keys"])
            if key["item"] != PROFILE_ITEM:
                continue
            username, image = key["username"], change.get("NewImage")
            unreadable.discard(username)
            try:
                found[username] = decode_profile(from_wire(image)) if image else None
            except Exception:  # whatever a decoder raises: the stream would stop at this record
                found[username] = None
                unreadable.add(username)
        return ChangedProfiles(found, unreadable)

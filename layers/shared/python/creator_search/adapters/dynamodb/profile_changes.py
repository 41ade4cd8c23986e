"""The changes of profiles in the stream of the profiles table."""

from collections.abc import Mapping, Sequence
from typing import Any

from creator_search.adapters.dynamodb.items import from_wire
from creator_search.adapters.dynamodb.profile_rows import decode_profile
from creator_search.adapters.dynamodb.schema.profiles import PROFILE_ITEM
from creator_search.domain.profiles import Profile


class StreamedProfileChanges:
    """Implements ProfileChanges. A stream contains the changes of one item in order."""

    def read(self, records: Sequence[Mapping[str, Any]]) -> Mapping[str, Profile | None]:
        found: dict[str, Profile | None] = {}
        for record in records:
            change = record["dynamodb"]
            key = from_wire(change["Keys"])
            if key["item"] == PROFILE_ITEM:
                found[key["username"]] = decode_profile(from_wire(image)) if (image := change.get("NewImage")) else None
        return found

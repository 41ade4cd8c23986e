"""The documents of creators in the search engine: their mapping, and their conversion and writing."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

from creator_search.adapters.aws.client import failing_as
from creator_search.adapters.opensearch.engine import ALREADY_EXISTS
from creator_search.domain.errors import StoreUnavailable
from creator_search.domain.images import Image
from creator_search.domain.profile_types import ProfileType
from creator_search.domain.search import ListedCreator, folded

if TYPE_CHECKING:
    from creator_search.adapters.opensearch.engine import SearchEngine

UNKNOWN_RATE = -1
"""Sorts creators with an unknown engagement rate after all others."""
_SHOWN: Mapping[str, Any] = {"type": "keyword", "index": False, "doc_values": False}
_COUNT: Mapping[str, Any] = {"type": "long", "index": False, "doc_values": False}
MAPPING: Mapping[str, Any] = {
    "mappings": {
        "dynamic": "strict",
        "properties": {
            "username": {"type": "keyword"},
            "names": {"type": "keyword"},
            "followers": {"type": "long"},
            "engagement_order": {"type": "double"},
            "is_verified": {"type": "boolean"},
            "category_key": {"type": "keyword"},
            "language": {"type": "keyword"},
            "full_name": _SHOWN,
            "category": _SHOWN,
            "profile_type": _SHOWN,
            "updated_at": _SHOWN,
            "following": _COUNT,
            "posts_count": _COUNT,
            "engagement_rate": {"type": "double", "index": False, "doc_values": False},
            "image": {"type": "object", "enabled": False},
        },
    }
}
"""If the mapping changes, the index needs another name (catalogue.SEARCH_INDEX)."""
_FIELDS = tuple(field.name for field in fields(ListedCreator))
_NAME_LENGTH = 200
"""In characters: a term has at most 32,766 bytes, and DynamoDB's index has as many characters of a name."""
_WRITTEN_AT_ONCE = 500


def encode_creator(creator: ListedCreator) -> dict[str, Any]:
    """Return the document: the fields of the creator, and those that are only used for searching and sorting."""
    rate, full_name = creator.engagement_rate, folded(creator.full_name)[:_NAME_LENGTH]
    document = {
        **asdict(creator),
        "updated_at": creator.updated_at.isoformat(),
        "names": [creator.username, *([full_name] if full_name else [])],
        "category_key": folded(creator.category or "") or None,
        "engagement_order": UNKNOWN_RATE if rate is None else rate,
    }
    return {name: value for name, value in document.items() if value is not None}


def decode_creator(document: Mapping[str, Any]) -> ListedCreator:
    """Return the creator of a document, which any version may have written."""
    known = {name: document.get(name) for name in _FIELDS}
    image, kind = document.get("image"), document.get("profile_type")
    read: dict[str, Any] = {
        "updated_at": datetime.fromisoformat(document["updated_at"]),
        "profile_type": next((each for each in ProfileType if each == kind), ProfileType.SECONDARY),
        "image": Image(image["key"], image["version"]) if image else None,
    }
    return ListedCreator(**{**known, **read})


class OpenSearchCreatorDocuments:
    """Implements CreatorDocuments."""

    def __init__(self, engine: "SearchEngine") -> None:
        self._engine = engine

    def create_index(self) -> bool:
        from botocore.exceptions import ClientError

        with failing_as(StoreUnavailable):
            try:
                self._engine.create(body=MAPPING)
            except ClientError as error:
                if error.response["Error"].get("Code") != ALREADY_EXISTS:
                    raise
                return False
        return True

    def replace(self, creators: Mapping[str, ListedCreator | None]) -> Sequence[str]:
        refused: list[str] = []
        items = list(creators.items())
        for start in range(0, len(items), _WRITTEN_AT_ONCE):
            some = items[start : start + _WRITTEN_AT_ONCE]
            lines = [line for name, creator in some for line in _lines(name, creator)]
            with failing_as(StoreUnavailable):
                answer = self._engine.bulk(lines=lines)
            results = answer.get("items", ())
            if len(results) != len(some):
                raise StoreUnavailable()  # what it says nothing about may not have been written
            refused += _refused(results)
        return refused


def _lines(name: str, creator: ListedCreator | None) -> list[Mapping[str, Any]]:
    if creator is None:
        return [{"delete": {"_id": name}}]
    return [{"index": {"_id": name}}, encode_creator(creator)]


def _refused(results: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the documents that the engine refuses as they are. Raises StoreUnavailable if another one failed."""
    refused = []
    for item in results:
        [(action, result)] = item.items()
        status = result["status"]
        if status < 300 or (action == "delete" and status == 404 and "error" not in result):
            continue
        if status != 400:
            raise StoreUnavailable()
        refused.append(result["_id"])
    return refused

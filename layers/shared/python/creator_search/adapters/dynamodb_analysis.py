"""What was read in captions, in the control table."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from creator_search.adapters.dynamodb import batch_get, batch_write, epoch, is_expired, to_wire
from creator_search.adapters.dynamodb_posts import analysis_fields, analysis_of
from creator_search.domain.answers import Clock
from creator_search.domain.profiles import PostAnalysis

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_READS_AT_ONCE = 100


class DynamoDBAnalysisCache:
    def __init__(self, client: "DynamoDBClient", *, control: str, clock: Clock) -> None:
        self._client = client
        self._table = control
        self._clock = clock

    def read(self, version: str, captions: Sequence[str]) -> Mapping[str, PostAnalysis]:
        by_id = {_id(version, caption): caption for caption in captions}
        ids, found = list(by_id), {}
        for start in range(0, len(ids), _READS_AT_ONCE):
            keys: list[Any] = [to_wire({"id": id_}) for id_ in ids[start : start + _READS_AT_ONCE]]
            for item in batch_get(self._client, {self._table: {"Keys": keys}}).get(self._table, []):
                analysis = analysis_of(item)
                if analysis and not is_expired(item, self._clock()):
                    found[by_id[item["id"]]] = analysis
        return found

    def save(self, version: str, readings: Mapping[str, PostAnalysis], lifetime: timedelta) -> None:
        until = epoch(self._clock() + lifetime)
        items = (
            {"id": _id(version, caption), "expires_at": until, **analysis_fields(analysis)}
            for caption, analysis in readings.items()
        )
        batch_write(self._client, self._table, [{"PutRequest": {"Item": to_wire(item)}} for item in items])


def _id(version: str, caption: str) -> str:
    return f"caption#{version}#{hashlib.sha256(caption.encode()).hexdigest()}"

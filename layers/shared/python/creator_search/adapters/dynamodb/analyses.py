"""Cached analyses of captions, in the control table."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from creator_search.adapters.dynamodb.items import batch_get, batch_write, epoch, is_expired, to_wire
from creator_search.adapters.dynamodb.post_rows import decode_analysis, encode_analysis
from creator_search.adapters.dynamodb.schema.control import analysis_id
from creator_search.domain.clock import Clock
from creator_search.domain.posts import PostAnalysis

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_READS_AT_ONCE = 100


class DynamoDBAnalysisCache:
    """Implements AnalysisCache."""

    def __init__(self, client: "DynamoDBClient", *, control: str, clock: Clock) -> None:
        self._client = client
        self._table = control
        self._clock = clock

    def load_analyses(self, version: str, captions: Sequence[str]) -> Mapping[str, PostAnalysis]:
        by_id = {analysis_id(version, caption): caption for caption in captions}
        ids, found = list(by_id), {}
        for start in range(0, len(ids), _READS_AT_ONCE):
            keys: list[Any] = [to_wire({"id": id_}) for id_ in ids[start : start + _READS_AT_ONCE]]
            for item in batch_get(self._client, {self._table: {"Keys": keys}}).get(self._table, []):
                analysis = decode_analysis(item)
                if analysis and not is_expired(item, self._clock()):
                    found[by_id[item["id"]]] = analysis
        return found

    def save_analyses(self, version: str, analyses: Mapping[str, PostAnalysis], lifetime: timedelta) -> None:
        until = epoch(self._clock() + lifetime)
        items = (
            {"id": analysis_id(version, caption), "expires_at": until, **encode_analysis(analysis)}
            for caption, analysis in analyses.items()
        )
        batch_write(self._client, self._table, [{"PutRequest": {"Item": to_wire(item)}} for item in items])

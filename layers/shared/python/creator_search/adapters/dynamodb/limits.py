"""Counts of the requests of callers, in the control table."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from creator_search.adapters.aws.client import failing_as, is_conditional_failure
from creator_search.adapters.dynamodb.items import batch_get, from_wire, to_wire
from creator_search.adapters.dynamodb.schema.control import request_count_id
from creator_search.domain.errors import StoreUnavailable
from creator_search.domain.limits import WINDOW, RequestClass

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KEEP = timedelta(minutes=2)
"""How long rows are kept after their window."""


class DynamoDBRequestCounts:
    """Implements RequestCounts: one row a caller, class and minute, so no two callers write the same row."""

    def __init__(self, client: "DynamoDBClient", *, control: str) -> None:
        self._client = client
        self._table = control

    def add_request(self, subject: str, kind: RequestClass, window: int, limit: int) -> int | None:
        end = (window + 1) * WINDOW.total_seconds() + _KEEP.total_seconds()
        try:
            with failing_as(StoreUnavailable):
                answer = self._client.update_item(
                    TableName=self._table,
                    Key=to_wire({"id": request_count_id(subject, kind, window)}),
                    UpdateExpression="ADD taken :one SET expires_at = :end",
                    ConditionExpression="attribute_not_exists(taken) OR taken < :limit",
                    ExpressionAttributeValues=to_wire({":one": 1, ":end": int(end), ":limit": limit}),
                    ReturnValues="UPDATED_NEW",
                )
        except Exception as error:
            if is_conditional_failure(error):
                return None
            raise
        return int(from_wire(answer["Attributes"])["taken"])

    def load_counts(self, subject: str, kinds: Sequence[RequestClass], window: int) -> Mapping[RequestClass, int]:
        ids = {request_count_id(subject, kind, window): kind for kind in kinds}
        found = batch_get(self._client, {self._table: {"Keys": [to_wire({"id": id_}) for id_ in ids]}})
        return {ids[item["id"]]: int(item["taken"]) for item in found.get(self._table, [])}

"""First answers by Idempotency-Key, in the partition of their caller in the accounts table."""

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from creator_search.adapters.aws.client import failing_as
from creator_search.adapters.dynamodb.items import epoch, is_expired, put_if, to_wire
from creator_search.adapters.dynamodb.schema.accounts import caller_key, idempotency_item
from creator_search.domain.clock import Clock
from creator_search.domain.errors import StoreUnavailable
from creator_search.domain.idempotency import RepeatedRequest

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDBIdempotencyStore:
    """Implements IdempotencyStore."""

    def __init__(self, client: "DynamoDBClient", *, accounts: str, clock: Clock) -> None:
        self._client = client
        self._table = accounts
        self._clock = clock

    def begin(self, request: RepeatedRequest, fingerprint: str, seconds: float) -> dict[str, Any] | None:
        now = self._clock()
        item = {
            **_key(request),
            "fingerprint": fingerprint,
            "attempt": uuid.uuid4().hex,
            "expires_at": epoch(now + timedelta(seconds=seconds)),
        }
        condition, names = "attribute_not_exists(#item) OR expires_at <= :now", {"#item": "item"}
        in_the_way = put_if(self._client, self._table, item, condition, names, {":now": epoch(now)})
        return None if in_the_way is None or is_expired(in_the_way, now) else dict(in_the_way)

    def finish(self, request: RepeatedRequest, fingerprint: str, answer: dict[str, Any], lifetime: timedelta) -> None:
        item = {
            **_key(request),
            "username": request.username,
            "fingerprint": fingerprint,
            "answer": answer,
            "expires_at": epoch(self._clock() + lifetime),
        }
        with failing_as(StoreUnavailable):
            self._client.put_item(TableName=self._table, Item=to_wire(item))

    def abandon(self, request: RepeatedRequest) -> None:
        with failing_as(StoreUnavailable):
            self._client.delete_item(TableName=self._table, Key=to_wire(_key(request)))


def _key(request: RepeatedRequest) -> dict[str, str]:
    return {"owner": caller_key(request.subject), "item": idempotency_item(request.key)}

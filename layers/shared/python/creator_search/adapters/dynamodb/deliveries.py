"""Deliveries of webhooks in DynamoDB."""

import uuid
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from creator_search.adapters.aws.client import failing_as
from creator_search.adapters.dynamodb.items import (
    Item,
    epoch,
    format_time,
    from_wire,
    get,
    is_expired,
    member,
    parse_time,
    put_if,
    to_wire,
)
from creator_search.adapters.dynamodb.owned import list_owned
from creator_search.adapters.dynamodb.schema.accounts import (
    DUE_DELIVERIES,
    DUE_SHARDS,
    caller_key,
    delivery_item,
    delivery_prefix,
    due_shard,
)
from creator_search.domain.clock import Clock
from creator_search.domain.deliveries import Delivery, DeliveryAddress, DeliveryStatus
from creator_search.domain.errors import StoreUnavailable
from creator_search.domain.listing import Listed
from creator_search.domain.webhooks import WebhookEvent

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDBDeliveryStore:
    """Implements DeliveryStore."""

    def __init__(self, client: "DynamoDBClient", *, accounts: str, clock: Clock) -> None:
        self._client = client
        self._table = accounts
        self._clock = clock

    def add_delivery(self, delivery: Delivery) -> Delivery | None:
        current = put_if(
            self._client,
            self._table,
            _written(delivery),
            "attribute_not_exists(#item)",
            {"#item": "item"},
            {},
        )
        return None if current is None else decode_delivery(delivery.subject, current)

    def load_delivery(self, address: DeliveryAddress) -> Delivery | None:
        found = get(self._client, self._table, _key(address), consistent=True)
        if found is None or is_expired(found, self._clock()):
            return None
        return decode_delivery(address.subject, found)

    def save_delivery(self, delivery: Delivery, over: Delivery) -> bool:
        names, values = {"#version": "version"}, {":version": over.version}
        return put_if(self._client, self._table, _written(delivery), "#version = :version", names, values) is None

    def delete_delivery(self, address: DeliveryAddress) -> None:
        with failing_as(StoreUnavailable):
            self._client.delete_item(TableName=self._table, Key=to_wire(_key(address)))

    def list_deliveries(self, subject: str, webhook_id: str, limit: int, after: str | None = None) -> Listed[Delivery]:
        prefix = delivery_prefix(webhook_id)
        found = list_owned(
            self._client,
            self._table,
            subject,
            prefix,
            limit=limit,
            after=f"{prefix}{after}" if after else None,
            clock=self._clock,
            is_descending=True,
        )
        rows = [decode_delivery(subject, item) for item in found.rows]
        return Listed(rows, found.after.removeprefix(prefix) if found.after else None)

    def list_due_deliveries(self, now: datetime, limit: int) -> Sequence[DeliveryAddress]:
        found: list[DeliveryAddress] = []
        for shard in range(DUE_SHARDS):
            with failing_as(StoreUnavailable):
                page = self._client.query(
                    TableName=self._table,
                    IndexName=DUE_DELIVERIES.name,
                    KeyConditionExpression="due_shard = :shard AND due_at <= :now",
                    ExpressionAttributeValues=to_wire({":shard": due_shard(shard), ":now": now.timestamp()}),
                    Limit=-(-limit // DUE_SHARDS),
                )
            found += [_address(from_wire(item)) for item in page["Items"]]
        return found[:limit]


def _key(address: DeliveryAddress) -> dict[str, str]:
    return {
        "owner": caller_key(address.subject),
        "item": delivery_item(address.webhook_id, address.delivery_id),
    }


def _address(key: Item) -> DeliveryAddress:
    _, webhook_id, delivery_id = key["item"].split("#")
    return DeliveryAddress(key["owner"].removeprefix(caller_key("")), webhook_id, delivery_id)


def _written(delivery: Delivery) -> dict[str, Any]:
    # Two writers that change the same row compute the same next version; this distinguishes their writes.
    return {**encode_delivery(delivery), "write_id": uuid.uuid4().hex}


def encode_delivery(delivery: Delivery) -> dict[str, Any]:
    """A notification of an erasure is not in the index of the creator's rows, from which the erasure deletes."""
    due_at, lease_until = delivery.due_at, delivery.lease_until
    is_erasure = delivery.event is WebhookEvent.PROFILE_ERASED
    return {
        **_key(delivery.address),
        "webhook_id": delivery.webhook_id,
        "id": delivery.id,
        "event": delivery.event.value,
        "username": None if is_erasure else delivery.username,
        "erased_username": delivery.username if is_erasure else None,
        "body": delivery.body,
        "created_at": format_time(delivery.created_at),
        "expires_at": epoch(delivery.expires_at),
        "status": delivery.status.value,
        "attempts": delivery.attempts,
        "next_attempt_at": format_time(delivery.next_attempt_at),
        "lease_until": format_time(lease_until),
        "due_shard": due_shard(zlib.crc32(delivery.id.encode()) % DUE_SHARDS) if due_at else None,
        "due_at": due_at.timestamp() if due_at else None,
        "last_attempt_at": format_time(delivery.last_attempt_at),
        "response_status": delivery.response_status,
        "response_ms": delivery.response_ms,
        "error": delivery.error,
        "version": delivery.version,
    }


def decode_delivery(subject: str, item: Item) -> Delivery:
    return Delivery(
        subject=subject,
        webhook_id=item["webhook_id"],
        id=item["id"],
        event=WebhookEvent(item["event"]),
        username=item.get("username") or item.get("erased_username"),
        body=item.get("body"),
        created_at=datetime.fromisoformat(item["created_at"]),
        expires_at=datetime.fromtimestamp(item["expires_at"], UTC),
        status=member(DeliveryStatus, item.get("status")) or DeliveryStatus.FAILED,
        attempts=item.get("attempts", 0),
        next_attempt_at=parse_time(item.get("next_attempt_at")),
        lease_until=parse_time(item.get("lease_until")),
        due_at=datetime.fromtimestamp(item["due_at"], UTC) if "due_at" in item else None,
        last_attempt_at=parse_time(item.get("last_attempt_at")),
        response_status=item.get("response_status"),
        response_ms=item.get("response_ms"),
        error=item.get("error"),
        version=item["version"],
    )

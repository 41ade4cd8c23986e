"""Webhooks in DynamoDB, and who is interested in a creator."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from creator_search.adapters.aws.client import failing_as
from creator_search.adapters.dynamodb.items import (
    Item,
    batch_get,
    batch_write,
    epoch,
    format_time,
    from_wire,
    get,
    is_expired,
    pages,
    parse_time,
    put_if,
    to_wire,
)
from creator_search.adapters.dynamodb.owned import list_owned
from creator_search.adapters.dynamodb.schema.accounts import (
    CREATOR_ROWS,
    WEBHOOK_PREFIX,
    caller_key,
    delivery_prefix,
    favorite_item,
    requested_item,
    webhook_item,
)
from creator_search.adapters.dynamodb.schema.control import event_time_id
from creator_search.domain.clock import Clock
from creator_search.domain.errors import StoreUnavailable
from creator_search.domain.listing import Listed
from creator_search.domain.webhooks import OldSecret, Webhook, WebhookEvent

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_CALLERS_AT_ONCE = 100
_EVENTS_KEPT_FOR = timedelta(days=15)
"""Longer than a message can be in a queue."""


class DynamoDBWebhookStore:
    """Implements WebhookStore and InterestedCallers."""

    def __init__(self, client: "DynamoDBClient", *, accounts: str, clock: Clock) -> None:
        self._client = client
        self._table = accounts
        self._clock = clock

    def save_webhook(self, hook: Webhook, over: Webhook | None) -> bool:
        # Two writers that change the same row compute the same next version; `write_id` distinguishes their writes.
        item = {**encode_webhook(hook), "write_id": uuid.uuid4().hex}
        if over is None:
            condition, names = "attribute_not_exists(#item)", {"#item": "item"}
            return put_if(self._client, self._table, item, condition, names, {}) is None
        given = {":version": over.version}
        return put_if(self._client, self._table, item, "#version = :version", {"#version": "version"}, given) is None

    def load_webhook(self, subject: str, webhook_id: str) -> Webhook | None:
        key = {"owner": caller_key(subject), "item": webhook_item(webhook_id)}
        found = get(self._client, self._table, key, consistent=True)
        return decode_webhook(subject, found) if found else None

    def list_webhooks(self, subject: str, limit: int, after: str | None = None) -> Listed[Webhook]:
        start = webhook_item(after) if after else None
        found = list_owned(
            self._client, self._table, subject, WEBHOOK_PREFIX, limit=limit, after=start, clock=self._clock
        )
        rows = [decode_webhook(subject, item) for item in found.rows]
        return Listed(rows, found.after.removeprefix(WEBHOOK_PREFIX) if found.after else None)

    def delete_webhook(self, subject: str, webhook_id: str) -> None:
        # The webhook first: without it, a delivery is not attempted.
        key = to_wire({"owner": caller_key(subject), "item": webhook_item(webhook_id)})
        with failing_as(StoreUnavailable):
            self._client.delete_item(TableName=self._table, Key=key)
        for page in pages(
            self._client.query,
            TableName=self._table,
            KeyConditionExpression="#owner = :owner AND begins_with(#item, :prefix)",
            ExpressionAttributeNames={"#owner": "owner", "#item": "item"},
            ExpressionAttributeValues=to_wire({":owner": caller_key(subject), ":prefix": delivery_prefix(webhook_id)}),
            ProjectionExpression="#owner, #item",
            ConsistentRead=True,
        ):
            batch_write(self._client, self._table, [{"DeleteRequest": {"Key": key}} for key in page["Items"]])

    def list_interested(self, username: str, after: str | None = None) -> Listed[str]:
        """The positions are `<kind>#<owner>`: first all favourites are listed, then all requests."""
        kinds = {"favorite": favorite_item(username), "requested": requested_item(username)}
        kind, _, owner = after.partition("#") if after else ("favorite", "", "")
        request: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": CREATOR_ROWS.name,
            "KeyConditionExpression": "#username = :username AND #item = :item",
            "ExpressionAttributeNames": {"#username": "username", "#item": "item"},
            "ExpressionAttributeValues": to_wire({":username": username, ":item": kinds[kind]}),
            "Limit": _CALLERS_AT_ONCE,
        }
        if owner:
            request["ExclusiveStartKey"] = to_wire({"owner": owner, "item": kinds[kind], "username": username})
        with failing_as(StoreUnavailable):
            page = self._client.query(**request)
        keys = page["Items"]
        rows = self._unexpired(keys) if kind == "requested" else [from_wire(key)["owner"] for key in keys]
        stopped = from_wire(page["LastEvaluatedKey"]) if page.get("LastEvaluatedKey") else None
        following = "requested#" if kind == "favorite" else None
        return Listed(
            [owner.removeprefix(caller_key("")) for owner in rows],
            f"{kind}#{stopped['owner']}" if stopped else following,
        )

    def _unexpired(self, keys: list[Any]) -> list[str]:
        """Return the owners of the items that have not expired, which the index does not tell."""
        if not keys:
            return []
        wanted = [{name: key[name] for name in ("owner", "item")} for key in keys]
        projection = {
            "ProjectionExpression": "#owner, expires_at",
            "ExpressionAttributeNames": {"#owner": "owner"},
        }
        found = batch_get(self._client, {self._table: {"Keys": wanted, **projection}}).get(self._table, [])
        now = self._clock()
        return sorted(item["owner"] for item in found if not is_expired(item, now))


class DynamoDBEventTimes:
    """Implements EventTimes."""

    def __init__(self, client: "DynamoDBClient", *, control: str, clock: Clock) -> None:
        self._client = client
        self._table = control
        self._clock = clock

    def settle_time(self, event_id: str, at: datetime) -> datetime:
        now = self._clock()
        item = {
            "id": event_time_id(event_id),
            "occurred_at": format_time(at),
            "expires_at": epoch(now + _EVENTS_KEPT_FOR),
        }
        condition, values = "attribute_not_exists(id) OR expires_at <= :now", {":now": epoch(now)}
        known = put_if(self._client, self._table, item, condition, None, values)
        return at if known is None else datetime.fromisoformat(known["occurred_at"])


def encode_webhook(hook: Webhook) -> dict[str, Any]:
    return {
        "owner": caller_key(hook.subject),
        "item": webhook_item(hook.id),
        "id": hook.id,
        "url": hook.url,
        "events": [event.value for event in hook.events],
        "secret": hook.secret,
        "old_secrets": [{"text": old.text, "until": old.until.timestamp()} for old in hook.old_secrets],
        "created_at": format_time(hook.created_at),
        "disabled_at": format_time(hook.disabled_at),
        "disabled_reason": hook.disabled_reason,
        "failures": hook.failures,
        "paused_until": hook.paused_until.timestamp() if hook.paused_until else None,
        "version": hook.version,
    }


def decode_webhook(subject: str, item: Item) -> Webhook:
    return Webhook(
        subject=subject,
        id=item["id"],
        url=item["url"],
        events=tuple(event for event in WebhookEvent if event.value in item.get("events", ())),
        secret=item["secret"],
        old_secrets=tuple(OldSecret(old["text"], _time(old["until"])) for old in item.get("old_secrets", ())),
        created_at=datetime.fromisoformat(item["created_at"]),
        disabled_at=parse_time(item.get("disabled_at")),
        disabled_reason=item.get("disabled_reason"),
        failures=item.get("failures", 0),
        paused_until=_time(item["paused_until"]) if "paused_until" in item else None,
        version=item["version"],
    )


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)

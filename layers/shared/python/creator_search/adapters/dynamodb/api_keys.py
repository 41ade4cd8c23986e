"""API keys: two items each, one for their owner, one for the verification."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from creator_search.adapters.aws.client import failing_as, is_conditional_failure
from creator_search.adapters.dynamodb.items import Item, epoch, format_time, get, is_expired, parse_time, to_wire
from creator_search.adapters.dynamodb.owned import list_owned
from creator_search.adapters.dynamodb.schema.accounts import DIGEST_ITEM, KEY_PREFIX, caller_key, key_item, secret_key
from creator_search.domain.api_keys import USE_INTERVAL, ApiKey, KeySecret
from creator_search.domain.clock import Clock
from creator_search.domain.errors import StoreUnavailable
from creator_search.domain.listing import Listed

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDBApiKeyStore:
    """Implements ApiKeyStore."""

    def __init__(self, client: "DynamoDBClient", *, accounts: str, clock: Clock) -> None:
        self._client = client
        self._table = accounts
        self._clock = clock

    def add_key(self, key: ApiKey, digest: str) -> None:
        until = epoch(key.expires_at) if key.expires_at else None
        shown = {
            "owner": caller_key(key.owner),
            "item": key_item(key.id),
            "id": key.id,
            "name": key.name,
            "created_at": format_time(key.created_at),
            "expires_at": until,
        }
        secret = {
            "owner": secret_key(key.id),
            "item": DIGEST_ITEM,
            "subject": key.owner,
            "digest": digest,
            "expires_at": until,
        }
        puts: list[Any] = [{"Put": {"TableName": self._table, "Item": to_wire(item)}} for item in (shown, secret)]
        with failing_as(StoreUnavailable):
            self._client.transact_write_items(TransactItems=puts)

    def load_secret(self, key_id: str) -> KeySecret | None:
        found = get(self._client, self._table, {"owner": secret_key(key_id), "item": DIGEST_ITEM}, consistent=True)
        if found is None or is_expired(found, self._clock()):
            return None
        return KeySecret(key_id, found["subject"], found["digest"])

    def list_keys(self, owner: str, limit: int, after: str | None) -> Listed[ApiKey]:
        page = list_owned(self._client, self._table, owner, KEY_PREFIX, limit=limit, after=after, clock=self._clock)
        return Listed([_decode(item, owner) for item in page.rows], page.after)

    def delete_key(self, owner: str, key_id: str) -> bool:
        shown = {"owner": caller_key(owner), "item": key_item(key_id)}
        if get(self._client, self._table, shown, consistent=True) is None:
            return False
        # The secret first: after a failure between the two, the key is refused, and can be deleted again.
        for key in ({"owner": secret_key(key_id), "item": DIGEST_ITEM}, shown):
            with failing_as(StoreUnavailable):
                self._client.delete_item(TableName=self._table, Key=to_wire(key))
        return True

    def set_last_used(self, owner: str, key_id: str, at: datetime) -> None:
        try:
            with failing_as(StoreUnavailable):
                self._client.update_item(
                    TableName=self._table,
                    Key=to_wire({"owner": caller_key(owner), "item": key_item(key_id)}),
                    UpdateExpression="SET last_used_at = :at",
                    ConditionExpression="attribute_exists(#item) AND "
                    "(attribute_not_exists(last_used_at) OR last_used_at < :before)",
                    ExpressionAttributeNames={"#item": "item"},
                    ExpressionAttributeValues=to_wire(
                        {":at": format_time(at), ":before": format_time(at - USE_INTERVAL)}
                    ),
                )
        except Exception as error:
            if not is_conditional_failure(error):
                raise


def _decode(item: Item, owner: str) -> ApiKey:
    created_at = parse_time(item["created_at"])
    assert created_at is not None
    return ApiKey(
        id=item["id"],
        owner=owner,
        name=item["name"],
        created_at=created_at,
        last_used_at=parse_time(item.get("last_used_at")),
        expires_at=datetime.fromtimestamp(item["expires_at"], UTC) if "expires_at" in item else None,
    )

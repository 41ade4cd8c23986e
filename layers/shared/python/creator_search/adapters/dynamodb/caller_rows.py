"""Deletion of what belongs to a caller, and of what callers have about a creator."""

import json
from typing import TYPE_CHECKING, Any

from creator_search.adapters.aws.client import failing_as
from creator_search.adapters.dynamodb.items import batch_write, pages, to_wire
from creator_search.adapters.dynamodb.owned import owned
from creator_search.adapters.dynamodb.schema.accounts import (
    CAMPAIGN_CREATOR_PREFIX,
    CAMPAIGN_POST_PREFIX,
    CREATOR_ROWS,
    DIGEST_ITEM,
    FAVORITE_PREFIX,
    IDEMPOTENCY_PREFIX,
    KEY_PREFIX,
    LIST_ENTRY_PREFIX,
    OPENED_PREFIX,
    REQUESTED_PREFIX,
    caller_key,
    requested_item,
    secret_key,
)
from creator_search.domain.errors import StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_INTEREST = (
    *(REQUESTED_PREFIX, OPENED_PREFIX, FAVORITE_PREFIX),
    *(LIST_ENTRY_PREFIX, CAMPAIGN_CREATOR_PREFIX, CAMPAIGN_POST_PREFIX),
)


class DynamoDBCallerRows:
    """Implements CallerRows."""

    def __init__(self, client: "DynamoDBClient", *, accounts: str) -> None:
        self._client = client
        self._table = accounts

    def delete_caller(self, subject: str) -> int:
        """An API key is listed until its secret is deleted, so that a repeated call finds what is left."""
        for page in pages(self._client.query, **owned(self._table, subject, KEY_PREFIX), ConsistentRead=True):
            key_ids = [wire["item"]["S"].removeprefix(KEY_PREFIX) for wire in page["Items"]]
            # One by one: a role that may write in batches could also put a digest.
            for key_id in key_ids:
                key = to_wire({"owner": secret_key(key_id), "item": DIGEST_ITEM})
                with failing_as(StoreUnavailable):
                    self._client.delete_item(TableName=self._table, Key=key)
        return self._delete_found(
            KeyConditionExpression="#owner = :owner",
            ExpressionAttributeNames={"#owner": "owner"},
            ExpressionAttributeValues=to_wire({":owner": caller_key(subject)}),
            ConsistentRead=True,
        )

    def delete_creator(self, username: str) -> int:
        """The answers to bulk requests name up to a hundred creators, so the index cannot list them. Their callers have
        a row for each creator that they requested, which is deleted last: a repeated call finds what is left."""
        concerned = {
            "IndexName": CREATOR_ROWS.name,
            "KeyConditionExpression": "username = :username",
            "ExpressionAttributeValues": to_wire({":username": username}),
        }
        deleted = 0
        for page in pages(self._client.query, TableName=self._table, **concerned):
            for wire in page["Items"]:
                if wire["item"]["S"] == requested_item(username):
                    deleted += self._delete_answers(wire["owner"]["S"], username)
        return deleted + self._delete_found(**concerned)

    def is_wanted(self, username: str) -> bool:
        return any(self._has_any(username, kind) for kind in _INTEREST)

    def _has_any(self, username: str, kind: str) -> bool:
        with failing_as(StoreUnavailable):
            found = self._client.query(
                TableName=self._table,
                IndexName=CREATOR_ROWS.name,
                KeyConditionExpression="username = :username AND begins_with(#item, :kind)",
                ExpressionAttributeNames={"#item": "item"},
                ExpressionAttributeValues=to_wire({":username": username, ":kind": kind}),
                Limit=1,
            )
        return bool(found["Items"])

    def _delete_answers(self, owner: str, username: str) -> int:
        """Delete the answers for repeated requests of this caller that name the creator."""
        return self._delete_found(
            KeyConditionExpression="#owner = :owner AND begins_with(#item, :prefix)",
            FilterExpression="contains(#answer.#body, :name)",
            ExpressionAttributeNames={"#owner": "owner", "#item": "item", "#answer": "answer", "#body": "body"},
            ExpressionAttributeValues=to_wire(
                {":owner": owner, ":prefix": IDEMPOTENCY_PREFIX, ":name": json.dumps(username)}
            ),
            ConsistentRead=True,
        )

    def _delete_found(self, **query: Any) -> int:
        deleted = 0
        for page in pages(self._client.query, TableName=self._table, **query):
            keys = [{"owner": wire["owner"], "item": wire["item"]} for wire in page["Items"]]
            self._delete(keys)
            deleted += len(keys)
        return deleted

    def _delete(self, keys: list[dict[str, Any]]) -> None:
        batch_write(self._client, self._table, [{"DeleteRequest": {"Key": key}} for key in keys])

"""What a caller owns that has a version and parts: a campaign with creators and posts, a list with entries.

The parts are items of their own. They are added only while the whole exists, in one transaction, so that none is left
behind by a deletion that happens at the same time.
"""

import random
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from creator_search.adapters.aws.client import failing_as, is_conditional_failure
from creator_search.adapters.dynamodb.items import Item, batch_write, from_wire, get, pages, put_if, to_wire
from creator_search.adapters.dynamodb.owned import list_owned
from creator_search.adapters.dynamodb.schema.accounts import caller_key
from creator_search.domain.clock import Clock
from creator_search.domain.errors import StoreUnavailable
from creator_search.domain.listing import Listed
from creator_search.domain.owned import Placed

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_PARTS_AT_ONCE = 50
_ATTEMPTS = 4
_EXISTS = "attribute_exists(#item) AND attribute_not_exists(deleted)"
_NAMES = {"#item": "item"}


class OwnedWholes:
    """Items of one kind with the sort key `prefix` + id, and of their parts with `part_prefixes` + id + # + key."""

    def __init__(
        self, client: "DynamoDBClient", *, accounts: str, clock: Clock, prefix: str, part_prefixes: Sequence[str]
    ) -> None:
        self._client = client
        self._table = accounts
        self._clock = clock
        self._prefix = prefix
        self._part_prefixes = part_prefixes

    def count(self, subject: str) -> int:
        return sum(page["Count"] for page in pages(self._client.query, **self._of(subject, self._prefix, count=True)))

    def create(self, subject: str, id_: str, values: Item) -> None:
        with failing_as(StoreUnavailable):
            self._client.put_item(TableName=self._table, Item=to_wire({**self._key(subject, id_), **values}))

    def page(self, subject: str, limit: int, after: str | None) -> Listed[dict[str, Any]]:
        """Return the newest first, without those that are being deleted, so a page may be short."""
        found = list_owned(
            self._client, self._table, subject, self._prefix, limit=limit, after=after, clock=self._clock,
            is_descending=True,
        )  # fmt: skip
        return Listed([item for item in found.rows if "deleted" not in item], found.after)

    def load(self, subject: str, id_: str) -> dict[str, Any] | None:
        item = get(self._client, self._table, self._key(subject, id_), consistent=True)
        return item if item and "deleted" not in item else None

    def replace(self, subject: str, id_: str, values: Item) -> bool:
        """Replace the preceding version. Two writers of one version differ by their `write_id`."""
        condition = f"{_EXISTS} AND version = :before"
        item = {**self._key(subject, id_), **values}
        before = {":before": values["version"] - 1}
        return put_if(self._client, self._table, item, condition, _NAMES, before) is None

    def delete(self, subject: str, id_: str, version: int | None) -> bool:
        """Mark the whole as deleted, delete its parts, and last itself."""
        if not self._mark_deleted(subject, id_, version):
            return False
        for prefix in self._part_prefixes:
            self._delete_all(self._part_keys(subject, f"{prefix}{id_}#"))
        with failing_as(StoreUnavailable):
            self._client.delete_item(TableName=self._table, Key=to_wire(self._key(subject, id_)))
        return True

    def parts(self, subject: str, prefix: str, id_: str) -> Sequence[dict[str, Any]]:
        request = self._of(subject, f"{prefix}{id_}#")
        return [from_wire(item) for page in pages(self._client.query, **request) for item in page["Items"]]

    def page_parts(self, subject: str, prefix: str, id_: str, limit: int, after: str | None) -> Listed[dict[str, Any]]:
        return list_owned(
            self._client, self._table, subject, f"{prefix}{id_}#", limit=limit, after=after, clock=self._clock
        )

    def load_part(self, subject: str, prefix: str, id_: str, key: str) -> dict[str, Any] | None:
        return get(self._client, self._table, _item_key(subject, f"{prefix}{id_}#{key}"), consistent=True)

    def put_part(self, subject: str, prefix: str, id_: str, key: str, values: Item) -> Placed:
        """Add the part, or replace it if it is known."""
        placed = self.add_parts(subject, prefix, id_, {key: values})[key]
        if placed is not Placed.KNOWN:
            return placed
        item = to_wire({**_item_key(subject, f"{prefix}{id_}#{key}"), **values})
        reasons = self._transact([self._check(subject, id_), {"Put": {"TableName": self._table, "Item": item}}])
        return Placed.ABSENT if reasons else Placed.KNOWN

    def add_parts(self, subject: str, prefix: str, id_: str, parts: Mapping[str, Item]) -> Mapping[str, Placed]:
        """Add the parts that are not known, 50 in one transaction; return the result of each. Raises StoreUnavailable;
        earlier transactions stay written."""
        results: dict[str, Placed] = {}
        keys = list(parts)
        for start in range(0, len(keys), _PARTS_AT_ONCE):
            left = keys[start : start + _PARTS_AT_ONCE]
            while left:
                puts = [self._put_new(_item_key(subject, f"{prefix}{id_}#{key}"), parts[key]) for key in left]
                reasons = self._transact([self._check(subject, id_), *puts])
                if not reasons:
                    results |= dict.fromkeys(left, Placed.ADDED)
                    break
                if reasons[0]:
                    return {**results, **dict.fromkeys((key for key in keys if key not in results), Placed.ABSENT)}
                known = [key for key, failed in zip(left, reasons[1:], strict=True) if failed]
                results |= dict.fromkeys(known, Placed.KNOWN)
                left = [key for key in left if key not in results]
        return results

    def remove_parts(self, subject: str, prefix: str, id_: str, keys: Sequence[str]) -> None:
        self._delete_all(_item_key(subject, f"{prefix}{id_}#{key}") for key in keys)

    def _transact(self, writes: list[Any]) -> list[bool]:
        """Return which conditions failed; empty if the transaction was written."""
        from botocore.exceptions import ClientError

        for attempt in range(_ATTEMPTS):
            try:
                with failing_as(StoreUnavailable):
                    self._client.transact_write_items(TransactItems=writes)
                return []
            except ClientError as error:
                codes = [reason.get("Code") for reason in error.response.get("CancellationReasons", [])]
                failed = [code == "ConditionalCheckFailed" for code in codes]
                if any(failed):
                    return failed
                # Another write changed one of the items at the same time: try again, at a random time.
                time.sleep(random.uniform(0, 0.05 * 2**attempt))
        raise StoreUnavailable()

    def _check(self, subject: str, id_: str) -> dict[str, Any]:
        return {
            "ConditionCheck": {
                "TableName": self._table,
                "Key": to_wire(self._key(subject, id_)),
                "ConditionExpression": _EXISTS,
                "ExpressionAttributeNames": _NAMES,
            }
        }

    def _put_new(self, key: Item, values: Item) -> dict[str, Any]:
        return {
            "Put": {
                "TableName": self._table,
                "Item": to_wire({**key, **values}),
                "ConditionExpression": "attribute_not_exists(#item)",
                "ExpressionAttributeNames": _NAMES,
            }
        }

    def _delete_all(self, keys: Iterable[Item]) -> None:
        writes = [{"DeleteRequest": {"Key": to_wire(key)}} for key in keys]
        batch_write(self._client, self._table, writes)

    def _mark_deleted(self, subject: str, id_: str, version: int | None) -> bool:
        from botocore.exceptions import ClientError

        condition = "attribute_exists(#item)"
        values: dict[str, Any] = {":deleted": True}
        if version is not None:
            condition += " AND (version = :version OR attribute_exists(deleted))"
            values[":version"] = version
        try:
            with failing_as(StoreUnavailable):
                self._client.update_item(
                    TableName=self._table,
                    Key=to_wire(self._key(subject, id_)),
                    UpdateExpression="SET deleted = :deleted",
                    ConditionExpression=condition,
                    ExpressionAttributeNames=_NAMES,
                    ExpressionAttributeValues=to_wire(values),
                )
        except ClientError as error:
            if not is_conditional_failure(error):
                raise
            return False
        return True

    def _part_keys(self, subject: str, prefix: str) -> Iterator[Item]:
        for page in pages(self._client.query, **self._of(subject, prefix)):
            for item in page["Items"]:
                yield from_wire({"owner": item["owner"], "item": item["item"]})

    def _of(self, subject: str, prefix: str, *, count: bool = False) -> dict[str, Any]:
        return {
            "TableName": self._table,
            "KeyConditionExpression": "#owner = :owner AND begins_with(#item, :prefix)",
            "ExpressionAttributeNames": {"#owner": "owner", "#item": "item"},
            "ExpressionAttributeValues": to_wire({":owner": caller_key(subject), ":prefix": prefix}),
            "ConsistentRead": True,
            **({"Select": "COUNT"} if count else {}),
        }

    def _key(self, subject: str, id_: str) -> dict[str, str]:
        return _item_key(subject, f"{self._prefix}{id_}")


def _item_key(subject: str, item: str) -> dict[str, str]:
    return {"owner": caller_key(subject), "item": item}

"""Units of DynamoDB calls, from the items before and after each call."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from creator_search.adapters.dynamodb.schema import TABLES
from creator_search.adapters.dynamodb.tables import TableSchema
from creator_search.catalogue import Table
from moto.core.models import DEFAULT_ACCOUNT_ID as ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from infra.costs.counts import Work
from infra.costs.units import index_units, item_bytes, read_units, stored_bytes, write_units

Request = Mapping[str, Any]
_QUERY_KEPT = ("TableName", "IndexName", "KeyConditionExpression", "Limit", "ExclusiveStartKey", "ScanIndexForward")


class TableMeter:
    """`client` repeats queries."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._backend = dynamodb_backends[ACCOUNT_ID]["us-east-1"]

    def measure(self, work: Work, operation: str, request: Request, answer: Callable[[], Any]) -> Any:
        """Return the answer of a call, and add its units to the work."""
        match operation:
            case "GetItem":
                self._get(work, request["TableName"], request["Key"], request)
            case "BatchGetItem":
                for table, about in request["RequestItems"].items():
                    for key in about["Keys"]:
                        self._get(work, table, key, about)
            case "Query":
                self._query(work, request)
            case "PutItem" | "UpdateItem" | "DeleteItem":
                return self._write(work, [request], answer)
            case "BatchWriteItem":
                parts = [
                    {"TableName": table, **part}
                    for table, writes in request["RequestItems"].items()
                    for write in writes
                    for part in write.values()
                ]
                return self._write(work, parts, answer)
            case "TransactWriteItems":
                parts = [part for write in request["TransactItems"] for part in write.values()]
                return self._write(work, parts, answer, transactional=True)
            case _:
                raise NotImplementedError(operation)
        return answer()

    def _get(self, work: Work, table: str, key: Request, about: Request) -> None:
        found = self._load(table, key)
        consistent = about.get("ConsistentRead", False)
        size = item_bytes(found) if found else 0
        work.reads[_kind(_schema(table), table, key)] += read_units(size, consistent=consistent)  # type: ignore[assignment]

    def _query(self, work: Work, request: Request) -> None:
        """Evaluate it without its filter and its projection: what they leave out is charged too."""
        kept = {name: request[name] for name in _QUERY_KEPT if name in request}
        text = request["KeyConditionExpression"]
        for name in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
            if used := {k: v for k, v in request.get(name, {}).items() if k in text}:
                kept[name] = used
        items = self._client.query(**kept)["Items"]
        table, index = request["TableName"], request.get("IndexName")
        label = f"{table}.{index}" if index else _kind(_schema(table), table, items[0]) if items else table
        units = read_units(sum(map(item_bytes, items)), consistent=request.get("ConsistentRead", False))
        work.reads[label] += units  # type: ignore[assignment]

    def _write(
        self, work: Work, parts: Sequence[Request], answer: Callable[[], Any], *, transactional: bool = False
    ) -> Any:
        before = [self._load(part["TableName"], self._key(part)) for part in parts]
        found = answer()
        for part, old in zip(parts, before, strict=True):
            table, key = part["TableName"], self._key(part)
            schema, new = _schema(table), self._load(part["TableName"], self._key(part))
            size = max(item_bytes(item) if item else 0 for item in (old, new))
            work.written[_kind(schema, table, key)] += 1
            work.writes[_kind(schema, table, key)] += write_units(size, transactional=transactional)
            for index in schema.indexes:
                if units := index_units(schema, index, old, new):
                    work.writes[f"{table}.{index.name}"] += units
            work.stored_bytes += stored_bytes(schema, new) - stored_bytes(schema, old)
        return found

    def _key(self, part: Request) -> Request:
        if "Key" in part:
            found: Request = part["Key"]
            return found
        schema = _schema(part["TableName"])
        return {name: part["Item"][name] for name in (schema.partition, schema.sort) if name}

    def _load(self, table: str, key: Request) -> Any:
        """Read it in moto itself, which is faster than a call."""
        found = self._backend.get_item(table, dict(key))
        return found.to_json()["Attributes"] if found else None


def _schema(table: str) -> TableSchema:
    return TABLES[Table(table)]


def _kind(schema: TableSchema, table: str, item: Request) -> str:
    """Return the table and the kind of an item, as in "profiles post"; the table alone if its keys are names."""
    text = next(iter(item[schema.sort or schema.partition].values()))
    kinds = {kind.key.partition("<")[0].rstrip("#"): kind for kind in schema.items}
    prefix = text.partition("#")[0]
    return f"{table} {prefix}" if prefix in kinds else table

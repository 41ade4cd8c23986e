"""Accounts and the usernames that they have, in DynamoDB."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from creator_search.adapters.aws.client import failing_as, is_transaction_conflict
from creator_search.adapters.dynamodb.items import (
    Item,
    batch_get,
    format_time,
    get,
    parse_time,
    to_wire,
)
from creator_search.adapters.dynamodb.profile_rows import (
    decode_account,
    decode_profile,
    encode_name,
    encode_parked,
    encode_profile,
)
from creator_search.adapters.dynamodb.schema.erasures import tombstone_key
from creator_search.adapters.dynamodb.schema.profiles import (
    ACCOUNT_ITEM,
    IDENTITY_ITEM,
    NAME_ITEM,
    PROFILE_ITEM,
    document_item,
)
from creator_search.domain.accounts import AccountRecord, HistoryKey, NameRecord, account_key
from creator_search.domain.documents import DocumentName
from creator_search.domain.errors import StoreUnavailable
from creator_search.domain.identity import NameChange, StoredIdentity

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_UNKNOWN_TIME = datetime.fromtimestamp(0, UTC)


class DynamoDBAccountStore:
    """Implements AccountStore. A change of a username is one transaction. The name of the table of erasures is resolved
    when it is used, because the worker that erases does not read that table."""

    def __init__(self, client: "DynamoDBClient", *, profiles: str, erasures: Callable[[], str]) -> None:
        self._client = client
        self._profiles = profiles
        self._erasures = erasures

    def load_identity(self, username: str, account_id: str | None) -> StoredIdentity:
        keys = [_key(username, PROFILE_ITEM), _key(username, IDENTITY_ITEM)]
        subjects = [username]
        if account_id is not None:
            keys.append(_key(account_key(account_id), ACCOUNT_ITEM))
            subjects.append(account_key(account_id))
        answer = batch_get(
            self._client,
            {
                self._profiles: {"Keys": [to_wire(key) for key in keys], "ConsistentRead": True},
                self._erasures(): {"Keys": [to_wire(tombstone_key(subject)) for subject in subjects]},
            },
        )
        found = {item["item"]: item for item in answer.get(self._profiles, [])}
        name, profile, account = (found.get(item) for item in (IDENTITY_ITEM, PROFILE_ITEM, ACCOUNT_ITEM))
        return StoredIdentity(
            username=username,
            name=_decode_name(name) if name else None,
            profile=decode_profile(profile) if profile else None,
            account=_decode_record(account) if account else None,
            is_erased=bool(answer.get(self._erasures())),
        )

    def load_account(self, account_id: str) -> AccountRecord | None:
        item = get(self._client, self._profiles, _key(account_key(account_id), ACCOUNT_ITEM), consistent=True)
        return _decode_record(item) if item else None

    def load_name(self, username: str) -> NameRecord | None:
        item = get(self._client, self._profiles, _key(username, IDENTITY_ITEM), consistent=True)
        return _decode_name(item) if item else None

    def apply(self, change: NameChange) -> bool:
        try:
            with failing_as(StoreUnavailable):
                self._client.transact_write_items(TransactItems=self._writes(change))
        except Exception as error:
            if is_transaction_conflict(error):
                return False
            raise
        return True

    def _writes(self, change: NameChange) -> list[Any]:
        username, seen, moved, parked = change.name.username, change.seen, change.moved, change.parked
        writes = [
            self._put(_encode_record(change.account), _named_at(seen.account)),
            self._put(_encode_name(change.name), _named_at(seen.name)),
        ]
        if parked:
            writes.append(self._put(encode_parked(parked, change.parked_key)))
        if change.parked_account:
            had_it = {"current_username": username}
            writes.append(self._put(_encode_record(change.parked_account), had_it))
        if moved:
            writes += [self._put(encode_profile(moved), _unchanged(seen)), self._put(encode_name(moved))]
        elif parked:
            writes += [self._delete(username, PROFILE_ITEM, _unchanged(seen)), self._delete(username, NAME_ITEM)]
        if seen.profile:
            writes += self._delete_documents(username)
        if moved and change.moved_from:
            before = {"updated_at": format_time(moved.updated_at)}
            writes.append(self._delete(change.moved_from, PROFILE_ITEM, before))
            if seen.account and seen.account.username:
                writes.append(self._delete(change.moved_from, NAME_ITEM))
                writes += self._delete_documents(change.moved_from)
        return writes

    def _put(self, item: Item, unchanged: Item | None = None) -> Any:
        """A put; with `unchanged`, only if these attributes still have these values."""
        return {"Put": {"TableName": self._profiles, "Item": to_wire(item), **_condition(unchanged)}}

    def _delete(self, partition: str, item: str, unchanged: Item | None = None) -> Any:
        key = to_wire(_key(partition, item))
        return {"Delete": {"TableName": self._profiles, "Key": key, **_condition(unchanged)}}

    def _delete_documents(self, username: str) -> list[Any]:
        """Deletes of the documents. The lifecycle rule of the bucket deletes large ones."""
        return [self._delete(username, document_item(name)) for name in DocumentName]

    def forget_name(self, username: str, account_id: str, key: HistoryKey) -> int:
        name = self.load_name(username)
        if name is None or name.account_id != account_id:
            return 0
        # An item without an account still keeps other accounts from using the partition.
        forgotten = _encode_name(name) | {"account_id": None}
        is_of_other = name.is_history_key and key != username
        write = self._put(forgotten, _named_at(name)) if is_of_other else None
        writes = [write or self._delete(username, IDENTITY_ITEM, _named_at(name))]
        return self._write(writes)

    def forget_account(self, account_id: str) -> int:
        return self._write([self._delete(account_key(account_id), ACCOUNT_ITEM)])

    def _write(self, writes: list[Any]) -> int:
        try:
            with failing_as(StoreUnavailable):
                self._client.transact_write_items(TransactItems=writes)
        except Exception as error:
            if is_transaction_conflict(error):
                raise StoreUnavailable() from error  # changed since it was read: the caller tries again
            raise
        return len(writes)


def _key(partition: str, item: str) -> dict[str, str]:
    return {"username": partition, "item": item}


def _condition(unchanged: Item | None) -> dict[str, Any]:
    """The condition that attributes still have these values, None for one that does not exist; an empty mapping for an
    item that must not exist."""
    if unchanged is None:
        return {}
    if not unchanged:
        return {"ConditionExpression": "attribute_not_exists(username)"}
    tests = [
        f"attribute_not_exists({name})" if value is None else f"{name} = :{name}" for name, value in unchanged.items()
    ]
    values = to_wire({f":{name}": value for name, value in unchanged.items()})
    return {"ConditionExpression": " AND ".join(tests), "ExpressionAttributeValues": values}


def _named_at(record: AccountRecord | NameRecord | None) -> Item:
    return {"named_at": format_time(record.named_at)} if record else {}


def _unchanged(seen: StoredIdentity) -> Item:
    """The attributes that tell whether the profile under the username is still the one that was read."""
    if seen.profile is None:
        return {}
    account = seen.profile.account
    return {"updated_at": format_time(seen.profile.updated_at), "account_id": account.id if account else None}


def _encode_record(record: AccountRecord) -> dict[str, Any]:
    account = record.account
    return {
        **_key(account_key(account.id), ACCOUNT_ITEM),
        "account_id": account.id,
        "former_usernames": account.former_usernames,
        "first_seen_at": format_time(account.first_seen_at),
        "history_key": record.history_key,
        "current_username": record.username,
        "named_at": format_time(record.named_at),
    }


def _decode_record(item: Item) -> AccountRecord:
    named_at = parse_time(item.get("named_at")) or _UNKNOWN_TIME
    account = decode_account(item["account_id"], item, named_at)
    assert account is not None
    return AccountRecord(
        account=account,
        history_key=HistoryKey(item["history_key"]),
        username=item.get("current_username"),
        named_at=named_at,
    )


def _encode_name(name: NameRecord) -> dict[str, Any]:
    return {
        **_key(name.username, IDENTITY_ITEM),
        "account_id": name.account_id,
        "named_at": format_time(name.named_at),
        "is_history_key": name.is_history_key,
    }


def _decode_name(item: Item) -> NameRecord:
    return NameRecord(
        username=item["username"],
        account_id=item.get("account_id"),
        named_at=parse_time(item.get("named_at")) or _UNKNOWN_TIME,
        is_history_key=item.get("is_history_key", True),
    )

"""Profiles and daily snapshots in DynamoDB."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from creator_search.adapters.aws.client import failing_as, is_transaction_conflict
from creator_search.adapters.dynamodb.items import (
    Item,
    batch_get,
    batch_write,
    collect,
    format_time,
    from_wire,
    get,
    pages,
    put_if,
    set_where_exists,
    to_wire,
)
from creator_search.adapters.dynamodb.profile_rows import decode_profile, encode_name, encode_profile, image_attributes
from creator_search.adapters.dynamodb.schema.profiles import (
    ACCOUNT_ITEM,
    DAY_END,
    DAY_PREFIX,
    DOCUMENT_PREFIX,
    IDENTITY_ITEM,
    NAME_ITEM,
    PRIMARIES_BY_ANALYSIS,
    PROFILE_ITEM,
    REFRESHES_DUE,
    SHARDS,
    day_item,
    partitions_of,
)
from creator_search.adapters.dynamodb.tables import Index
from creator_search.domain.accounts import HistoryKey, account_key
from creator_search.domain.analytics.growth import Snapshot
from creator_search.domain.errors import LeaseLost, StoreUnavailable
from creator_search.domain.images import Image
from creator_search.domain.profile_types import ProfileType
from creator_search.domain.profiles import Profile

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_READS_AT_ONCE = 100
_OF_A_NAME = (PROFILE_ITEM, NAME_ITEM, IDENTITY_ITEM, ACCOUNT_ITEM)
"""Items that are not part of a history: its partition may also hold the profile of another account."""
_IS_OF_ACCOUNT = "(attribute_not_exists(account_id) OR account_id = :account)"
_HAS_NO_ACCOUNT = "attribute_not_exists(account_id)"


class DynamoDBProfileStore:
    """Implements ProfileStore."""

    def __init__(self, client: "DynamoDBClient", *, profiles: str) -> None:
        self._client = client
        self._table = profiles

    def load_profile(self, username: str) -> Profile | None:
        item = get(self._client, self._table, _key(username, PROFILE_ITEM), consistent=True)
        return decode_profile(item) if item else None

    def load_profiles(self, usernames: Sequence[str], *, is_consistent: bool = False) -> Mapping[str, Profile]:
        keys: list[Any] = [to_wire(_key(name, PROFILE_ITEM)) for name in dict.fromkeys(usernames)]
        found: dict[str, Profile] = {}
        for start in range(0, len(keys), _READS_AT_ONCE):
            wanted = {"Keys": keys[start : start + _READS_AT_ONCE], "ConsistentRead": is_consistent}
            answer = batch_get(self._client, {self._table: wanted})
            found |= {item["username"]: decode_profile(item) for item in answer.get(self._table, [])}
        return found

    def save_profile(self, profile: Profile, fence: int, over: Profile | None) -> None:
        condition, values = "(attribute_not_exists(fence) OR fence <= :fence)", {":fence": fence, **_account(profile)}
        condition += f" AND {_IS_OF_ACCOUNT if profile.account else _HAS_NO_ACCOUNT}"
        if over:
            condition += " AND attribute_exists(username)"
        if profile.profile_type is ProfileType.SECONDARY:
            condition += " AND (attribute_not_exists(profile_type) OR profile_type = :secondary)"
            values[":secondary"] = ProfileType.SECONDARY.value
        item = {**encode_profile(profile), "fence": fence}
        if not profile.public.is_listed:
            self._save_name(profile)  # first, so that no search finds a creator who has become private
        if over is None and profile.account:
            self._put_first(profile.account.id, item, condition, values)
        elif put_if(self._client, self._table, item, condition, None, values) is not None:
            raise LeaseLost()
        self._save_name(profile)

    def add_profile(self, profile: Profile) -> None:
        condition = "attribute_not_exists(username)"
        if profile.account:
            self._put_first(profile.account.id, encode_profile(profile), condition, {})
        elif put_if(self._client, self._table, encode_profile(profile), condition, None, {}) is not None:
            raise LeaseLost()
        self._save_name(profile)

    def _put_first(self, account_id: str, item: Item, condition: str, values: Item) -> None:
        """Write the first profile under a username, if the account still has it. Raises LeaseLost.

        The item of the account says so: that of the username still names an account that got another one. A later
        profile replaces an item that names the account, so it needs no transaction.
        """
        arguments: dict[str, Any] = {"ExpressionAttributeValues": to_wire(values)} if values else {}
        put = {"TableName": self._table, "Item": to_wire(item), "ConditionExpression": condition, **arguments}
        check = {
            "TableName": self._table,
            "Key": to_wire(_key(account_key(account_id), ACCOUNT_ITEM)),
            "ConditionExpression": "current_username = :username",
            "ExpressionAttributeValues": to_wire({":username": item["username"]}),
        }
        try:
            with failing_as(StoreUnavailable):
                self._client.transact_write_items(TransactItems=[{"ConditionCheck": check}, {"Put": put}])  # type: ignore[typeddict-item]
        except Exception as error:
            if is_transaction_conflict(error):
                raise LeaseLost() from error
            raise

    def _save_name(self, profile: Profile) -> None:
        """Store the item of the full name unless a newer one is stored."""
        condition = "attribute_not_exists(updated_at) OR updated_at <= :mine"
        values = {":mine": format_time(profile.updated_at)}
        put_if(self._client, self._table, encode_name(profile), condition, None, values)

    def set_analysis_result(self, profile: Profile, language: str | None, due_at: datetime) -> None:
        values = {"language": language, "analysis_due_at": format_time(due_at)}
        self._change(profile, values, {"language": language})

    def postpone_analysis(self, username: str, due_at: datetime) -> None:
        values = {"analysis_due_at": format_time(due_at)}
        set_where_exists(self._client, self._table, _key(username, PROFILE_ITEM), values)

    def set_profile_image(self, profile: Profile, image: Image) -> None:
        self._change(profile, image_attributes(image), image_attributes(image))

    def _change(self, profile: Profile, values: Item, name_values: Item) -> None:
        """Change the item of the profile and that of its name, if the username still has the same account."""
        of_account = {"account_id": profile.account.id} if profile.account else {}
        username = profile.username
        if set_where_exists(self._client, self._table, _key(username, PROFILE_ITEM), values, of_account):
            set_where_exists(self._client, self._table, _key(username, NAME_ITEM), name_values)

    def refreshes_due(self, since: datetime, until: datetime, limit: int) -> Sequence[str]:
        found: list[Item] = []
        for number, shard in enumerate(SHARDS):
            # What one partition does not have, the others may have.
            most = math.ceil((limit - len(found)) / (len(SHARDS) - number))
            found += self._due(REFRESHES_DUE, shard, since, until, most)
        return [item["username"] for item in found]

    def analyses_due(self, now: datetime, limit: int) -> Sequence[str]:
        index, earliest = PRIMARIES_BY_ANALYSIS, datetime.fromtimestamp(0, UTC)
        partitions = partitions_of(ProfileType.PRIMARY.value)
        found = [item for name in partitions for item in self._due(index, name, earliest, now, limit)]
        found.sort(key=lambda item: str(item[index.sort]))
        return [item["username"] for item in found[: max(0, limit)]]

    def _due(self, index: Index, partition: str, since: datetime, until: datetime, limit: int) -> Sequence[Item]:
        """Return the items of one partition whose time is in the period, the earliest first."""
        if limit < 1:
            return []
        values = {":partition": partition, ":since": format_time(since), ":until": format_time(until)}
        request = {
            "TableName": self._table,
            "IndexName": index.name,
            "KeyConditionExpression": f"{index.partition} = :partition AND {index.sort} BETWEEN :since AND :until",
            "ExpressionAttributeValues": to_wire(values),
        }
        return collect(self._client, request, limit, None)[0]

    def delete_history(self, key: HistoryKey) -> int:
        return self._delete(key, lambda item: item not in _OF_A_NAME and not item.startswith(DOCUMENT_PREFIX))

    def delete_profile(self, profile_key: str, account_id: str | None) -> int:
        stored = get(self._client, self._table, _key(profile_key, PROFILE_ITEM), consistent=True)
        if stored and stored.get("account_id") not in (None, account_id):
            return 0
        return self._delete(profile_key, lambda item: item in (PROFILE_ITEM, NAME_ITEM))

    def _delete(self, partition: str, is_wanted: Callable[[str], bool]) -> int:
        deleted = 0
        for page in pages(
            self._client.query,
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="username = :username",
            ProjectionExpression="username, #item",
            ExpressionAttributeNames={"#item": "item"},
            ExpressionAttributeValues=to_wire({":username": partition}),
        ):
            keys = [key for key in page["Items"] if is_wanted(key["item"]["S"])]
            batch_write(self._client, self._table, [{"DeleteRequest": {"Key": key}} for key in keys])
            deleted += len(keys)
        return deleted

    def save_snapshot(self, key: HistoryKey, snapshot: Snapshot, fence: int) -> None:
        counts = {name: value for name, value in asdict(snapshot).items() if name != "day"}
        item = {**_key(key, day_item(snapshot.day)), **counts, "fence": fence}
        condition = "attribute_not_exists(fence) OR fence <= :fence"
        put_if(self._client, self._table, item, condition, None, {":fence": fence})

    def load_snapshots(self, key: HistoryKey, since: date) -> Sequence[Snapshot]:
        found: list[Snapshot] = []
        for page in pages(
            self._client.query,
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="username = :username AND #item BETWEEN :since AND :end",
            ExpressionAttributeNames={"#item": "item"},
            ExpressionAttributeValues=to_wire({":username": key, ":since": day_item(since), ":end": DAY_END}),
        ):
            for wire in page["Items"]:
                item = from_wire(wire)
                counts = {name: item.get(name) for name in ("following", "posts_count")}
                day = date.fromisoformat(item["item"].removeprefix(DAY_PREFIX))
                found.append(Snapshot(day=day, followers=item["followers"], **counts))
        return found


def _account(profile: Profile) -> dict[str, str]:
    return {":account": profile.account.id} if profile.account else {}


def _key(username: str, item: str) -> dict[str, str]:
    return {"username": username, "item": item}

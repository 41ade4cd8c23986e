"""What callers keep and did: favourites, searches, opened profiles, requests."""

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from creator_search.adapters.aws.client import failing_as, is_conditional_failure
from creator_search.adapters.dynamodb.items import (
    Item,
    batch_write,
    epoch,
    format_time,
    from_wire,
    is_expired,
    pages,
    parse_time,
    put_if,
    to_wire,
)
from creator_search.adapters.dynamodb.owned import list_owned, owned
from creator_search.adapters.dynamodb.schema.accounts import (
    FAVORITE_PREFIX,
    OPENED_PREFIX,
    SEARCH_PREFIX,
    caller_key,
    favorite_item,
    opened_item,
    requested_item,
    search_item,
)
from creator_search.domain.activity import KEPT_FOR, Favorite, OpenedProfile, RecordedSearch
from creator_search.domain.clock import Clock
from creator_search.domain.errors import StoreUnavailable
from creator_search.domain.listing import Listed

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDBFavoriteStore:
    """Implements FavoriteStore."""

    def __init__(self, client: "DynamoDBClient", *, accounts: str, clock: Clock) -> None:
        self._client = client
        self._table = accounts
        self._clock = clock

    def add_favorite(self, subject: str, favorite: Favorite) -> tuple[Favorite, bool]:
        item = {
            "owner": caller_key(subject),
            "item": favorite_item(favorite.username),
            "username": favorite.username,
            "added_at": format_time(favorite.added_at),
            "write_id": uuid.uuid4().hex,  # two writers at one time would otherwise both count as the first
        }
        condition, names = "attribute_not_exists(#item)", {"#item": "item"}
        known = put_if(self._client, self._table, item, condition, names, {})
        return (favorite, True) if known is None else (_decode_favorite(known), False)

    def remove_favorite(self, subject: str, username: str) -> None:
        key = {"owner": caller_key(subject), "item": favorite_item(username)}
        with failing_as(StoreUnavailable):
            self._client.delete_item(TableName=self._table, Key=to_wire(key))

    def list_favorites(self, subject: str, limit: int, after: str | None) -> Listed[Favorite]:
        page = list_owned(
            self._client, self._table, subject, FAVORITE_PREFIX, limit=limit, after=after, clock=self._clock
        )
        return Listed([_decode_favorite(item) for item in page.rows], page.after)


class DynamoDBActivityStore:
    """Implements ActivityStore."""

    def __init__(self, client: "DynamoDBClient", *, accounts: str, clock: Clock, new_id: Callable[[], str]) -> None:
        self._client = client
        self._table = accounts
        self._clock = clock
        self._new_id = new_id

    def add_search(self, subject: str, search: RecordedSearch) -> None:
        item = {
            "owner": caller_key(subject),
            "item": search_item(search.at, self._new_id()),
            "query": search.query,
            "username": search.username,
            "at": format_time(search.at),
            "results": search.results,
            "expires_at": epoch(search.at + KEPT_FOR),
        }
        with failing_as(StoreUnavailable):
            self._client.put_item(TableName=self._table, Item=to_wire(item))

    def list_searches(self, subject: str, limit: int, after: str | None) -> Listed[RecordedSearch]:
        page = list_owned(
            self._client,
            self._table,
            subject,
            SEARCH_PREFIX,
            limit=limit,
            after=after,
            clock=self._clock,
            is_descending=True,
        )
        rows = [_decode_search(item) for item in page.rows]
        return Listed(rows, page.after)

    def delete_searches(self, subject: str) -> None:
        for found in pages(self._client.query, **owned(self._table, subject, SEARCH_PREFIX)):
            keys = [{"owner": wire["owner"], "item": wire["item"]} for wire in found["Items"]]
            batch_write(self._client, self._table, [{"DeleteRequest": {"Key": key}} for key in keys])

    def add_opening(self, subject: str, username: str, at: datetime) -> None:
        """A row that has expired, but was not deleted yet, starts again."""
        key = {"owner": caller_key(subject), "item": opened_item(username)}
        values = {":at": format_time(at), ":one": 1, ":until": epoch(at + KEPT_FOR), ":now": epoch(at)}
        try:
            with failing_as(StoreUnavailable):
                self._client.update_item(
                    TableName=self._table,
                    Key=to_wire(key),
                    UpdateExpression="SET username = :username, last_opened_at = :at, expires_at = :until, "
                    "first_opened_at = if_not_exists(first_opened_at, :at) ADD times :one",
                    ConditionExpression="attribute_not_exists(expires_at) OR expires_at > :now",
                    ExpressionAttributeValues=to_wire({**values, ":username": username}),
                )
        except Exception as error:
            if not is_conditional_failure(error):
                raise
            self._start_opening(key, username, at)

    def _start_opening(self, key: Item, username: str, at: datetime) -> None:
        times = {"first_opened_at": format_time(at), "last_opened_at": format_time(at), "times": 1}
        item = {**key, "username": username, **times, "expires_at": epoch(at + KEPT_FOR)}
        with failing_as(StoreUnavailable):
            self._client.put_item(TableName=self._table, Item=to_wire(item))

    def list_opened(self, subject: str) -> Sequence[OpenedProfile]:
        now = self._clock()
        found = pages(self._client.query, **owned(self._table, subject, OPENED_PREFIX), ConsistentRead=True)
        items = [from_wire(wire) for page in found for wire in page["Items"]]
        return [
            OpenedProfile(
                username=item["username"],
                first_opened_at=_time(item["first_opened_at"]),
                last_opened_at=_time(item["last_opened_at"]),
                times=item["times"],
            )
            for item in items
            if not is_expired(item, now)
        ]

    def add_requests(self, subject: str, usernames: Sequence[str], at: datetime) -> None:
        items = [
            {
                "owner": caller_key(subject),
                "item": requested_item(username),
                "username": username,
                "requested_at": format_time(at),
                "expires_at": epoch(at + KEPT_FOR),
            }
            for username in dict.fromkeys(usernames)
        ]
        batch_write(self._client, self._table, [{"PutRequest": {"Item": to_wire(item)}} for item in items])


def _decode_favorite(item: Item) -> Favorite:
    return Favorite(username=item["username"], added_at=_time(item["added_at"]))


def _decode_search(item: Item) -> RecordedSearch:
    return RecordedSearch(
        query=item["query"], at=_time(item["at"]), results=item["results"], username=item.get("username")
    )


def _time(text: str) -> datetime:
    found = parse_time(text)
    assert found is not None
    return found

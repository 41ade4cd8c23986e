"""The control table: locks, absences, and the shared rate of the upstreams."""

import random
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from creator_search.adapters.aws.client import failing_as
from creator_search.adapters.dynamodb.items import (
    epoch,
    from_wire,
    get,
    is_expired,
    put_if,
    to_wire,
)
from creator_search.adapters.dynamodb.schema.control import absence_id, lock_id, rate_id
from creator_search.domain.clock import Clock
from creator_search.domain.errors import StoreUnavailable
from creator_search.domain.locks import LockOutcome

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KEEP = timedelta(minutes=5)
"""How long rows are kept after they expire; readers check the expiry themselves."""


class DynamoDBLocks:
    """Implements Locks."""

    def __init__(self, client: "DynamoDBClient", *, control: str, clock: Clock) -> None:
        self._client = client
        self._table = control
        self._clock = clock

    def acquire(self, name: str, owner: str, seconds: float) -> bool:
        now = self._clock()
        item = {
            "id": lock_id(name),
            "owner": owner,
            "held_until": (now + timedelta(seconds=seconds)).timestamp(),
            "expires_at": epoch(now + timedelta(seconds=seconds) + _KEEP),
        }
        condition = "attribute_not_exists(id) OR attribute_not_exists(held_until) OR held_until <= :now"
        return put_if(self._client, self._table, item, condition, None, {":now": now.timestamp()}) is None

    def release(self, name: str, owner: str, outcome: LockOutcome) -> None:
        item = {
            "id": lock_id(name),
            "owner": owner,
            "error_code": outcome.error_code,
            "resolved_username": outcome.resolved_username,
            "expires_at": epoch(self._clock() + _KEEP),
        }
        # If another owner holds the lock now, this lock had expired, and its outcome is not stored.
        put_if(self._client, self._table, item, "#owner = :owner", {"#owner": "owner"}, {":owner": owner})

    def load_outcome(self, name: str) -> LockOutcome | None:
        item = get(self._client, self._table, {"id": lock_id(name)}, consistent=True)
        if item and item.get("held_until", 0) > self._clock().timestamp():
            return None
        ended = item or {}
        return LockOutcome(ended.get("error_code"), ended.get("resolved_username"))


class DynamoDBAbsences:
    """Implements Absences."""

    def __init__(self, client: "DynamoDBClient", *, control: str, clock: Clock) -> None:
        self._client = client
        self._table = control
        self._clock = clock

    def is_absent(self, username: str) -> bool:
        item = get(self._client, self._table, {"id": absence_id(username)})
        return item is not None and not is_expired(item, self._clock())

    def remember_absence(self, username: str, lifetime: timedelta) -> None:
        item = {"id": absence_id(username), "expires_at": epoch(self._clock() + lifetime)}
        with failing_as(StoreUnavailable):
            self._client.put_item(TableName=self._table, Item=to_wire(item))


class DynamoDBRateLimit:
    """Implements RateLimit: counts the calls of all processes in windows, by default of a second.

    A call for which a window has no room takes a place in the next one that has, and waits for it. So callers are
    served in the order in which they came, however few calls the rate allows, and none of them asks again.
    """

    def __init__(
        self,
        client: "DynamoDBClient",
        *,
        control: str,
        clock: Clock,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._table = control
        self._clock = clock
        self._sleep = sleep

    def take(self, name: str, per_second: float, longest_wait: float, window: float = 1.0) -> float | None:
        """Wait until a call is allowed; return None then, or at once the time after which there may be room if that
        would take more than `longest_wait` seconds.

        Calls are counted over `window` seconds; over as many as one call takes, if the rate allows none in the window.
        """
        window = max(window, 1.0 / per_second)
        allowed = max(1, int(per_second * window))
        now = self._clock().timestamp()
        number, pause = int(now // window), 0.0
        while self._count(rate_id(name, number), (number + 2) * window) > allowed:
            number += 1
            pause = number * window - now
            if pause > longest_wait:
                return pause + random.uniform(0, 0.5 * window)
        if pause:
            # Not all callers at the beginning of the window.
            self._sleep(pause + random.uniform(0, min(0.5 * window, longest_wait - pause)))
        return None

    def _count(self, id_: str, until: float) -> int:
        with failing_as(StoreUnavailable):
            answer = self._client.update_item(
                TableName=self._table,
                Key=to_wire({"id": id_}),
                UpdateExpression="ADD taken :one SET expires_at = :until",
                ExpressionAttributeValues=to_wire({":one": 1, ":until": int(until + _KEEP.total_seconds())}),
                ReturnValues="UPDATED_NEW",
            )
        return int(from_wire(answer["Attributes"])["taken"])


class DynamoDBRefreshAllowance:
    """Implements RefreshAllowance: a rate over a window of the length of the period in which refreshes are planned.

    The window is long because reads of stale profiles can be thousands a second in hundreds of processes: each process
    writes the row of a window that is full once.
    """

    def __init__(self, limit: DynamoDBRateLimit, *, per_second: float, period: timedelta) -> None:
        self._limit = limit
        self._per_second = per_second
        self._period = period

    def take(self) -> float | None:
        return self._limit.take("refreshes-on-read", self._per_second, 0, window=self._period.total_seconds())

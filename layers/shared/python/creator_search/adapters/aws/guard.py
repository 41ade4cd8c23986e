"""AWS clients with a circuit breaker and the retries of their dependency."""

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from creator_search.adapters.aws.client import is_conditional_failure, is_our_fault, is_transaction_conflict
from creator_search.adapters.breakers import BreakerGuard
from creator_search.adapters.retries import RetryPolicy, retrying
from creator_search.domain.breakers import Outcome
from creator_search.domain.clock import Clock

# Source: botocore/retries/standard.py, the errors that the SDK itself retries.
_THROTTLING = frozenset(
    {
        "BandwidthLimitExceeded",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
_THROTTLED_REQUESTS = frozenset(
    {"ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"}
)
_THROTTLED_ITEMS = frozenset({"ProvisionedThroughputExceeded", "ThrottlingError"})
"""Reasons of a cancelled transaction. Source of both: AWS, API reference of DynamoDB, TransactWriteItems."""
_TIMED_OUT = frozenset({"RequestTimeout", "RequestTimeoutException"})
_CONFLICT = frozenset({"TransactionConflictException"})
"""A write that was refused because of a transaction of another process. The SDK does not retry it."""
_ABSENT = frozenset({"404", "NoSuchKey"})


@dataclass(frozen=True, slots=True)
class RecordedCall:
    seconds: float
    """With all retries."""
    is_failure: bool
    throttled: int
    """The number of items, or of whole attempts, that the service throttled."""


class GuardedClient:
    """A boto3 client whose operations run in the guard of a breaker, with retries.

    The client must not retry by itself (`create_client(..., attempts=1)`). Attributes that are not operations of the
    service, such as `meta`, are those of the client.
    """

    def __init__(
        self,
        client: Any,
        breaker: BreakerGuard,
        policy: RetryPolicy,
        *,
        clock: Clock,
        sleep: Callable[[float], None],
        deadline: Callable[[], datetime | None],
        record_call: Callable[[RecordedCall], None] = lambda _call: None,
    ) -> None:
        self._client = client
        self._breaker = breaker
        self._policy = policy
        self._clock = clock
        self._sleep = sleep
        self._deadline = deadline
        self._record_call = record_call
        self._operations = frozenset(client.meta.method_to_api_mapping)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if name not in self._operations:
            return found
        guarded = functools.partial(self._call, found)
        self.__dict__[name] = guarded  # found there the next time
        return guarded

    def _call(self, operation: Callable[..., Any], /, **arguments: Any) -> Any:
        started, is_failure, throttled = time.perf_counter(), False, 0

        def attempt() -> Any:
            nonlocal throttled
            try:
                answer = operation(**arguments)
            except Exception as error:
                throttled += throttled_by(error)
                raise
            throttled += unprocessed_in(answer)
            return answer

        try:
            with self._breaker.guard() as is_trial:
                if is_trial:
                    return attempt()
                return retrying(
                    attempt,
                    self._policy,
                    deadline=self._deadline(),
                    clock=self._clock,
                    sleep=self._sleep,
                    can_pass=can_pass,
                )
        except Exception as error:
            is_failure = outcome_of(error) is Outcome.FAILURE
            raise
        finally:
            self._record_call(RecordedCall(time.perf_counter() - started, is_failure, throttled))


def throttled_by(error: BaseException) -> int:
    """Return how many requests DynamoDB throttled, according to its error: the call itself, or items of its
    transaction."""
    from botocore.exceptions import ClientError

    if not isinstance(error, ClientError):
        return 0
    if error.response.get("Error", {}).get("Code") in _THROTTLED_REQUESTS:
        return 1
    return sum(reason.get("Code") in _THROTTLED_ITEMS for reason in error.response.get("CancellationReasons", ()))


def unprocessed_in(answer: Any) -> int:
    """Return how many items of a batch DynamoDB did not process, because a table or an index was throttled."""
    if not isinstance(answer, dict):
        return 0
    writes, reads = answer.get("UnprocessedItems") or {}, answer.get("UnprocessedKeys") or {}
    return sum(map(len, writes.values())) + sum(len(table["Keys"]) for table in reads.values())


def can_pass(error: BaseException) -> bool:
    """Whether a failed call of AWS may succeed if it is retried: connections, time-outs, throttling, and errors
    of the service."""
    from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

    if isinstance(error, ClientError):
        found = error.response
        status = int(found.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        return status >= 500 or found.get("Error", {}).get("Code") in _THROTTLING | _TIMED_OUT | _CONFLICT
    return isinstance(error, ConnectionError | HTTPClientError)


def outcome_of(error: BaseException) -> Outcome:
    """Return the outcome of a failed call of AWS for the breaker: an answer that refuses the request proves that the
    service works. A missing permission or table is neither: it may concern only this function."""
    from botocore.exceptions import BotoCoreError, ClientError

    if isinstance(error, ClientError):
        is_answer = (
            is_conditional_failure(error)
            or is_transaction_conflict(error)
            or is_our_fault(error)
            or error.response.get("Error", {}).get("Code") in _ABSENT | _CONFLICT
        )
        if is_answer:
            return Outcome.SUCCESS
        return Outcome.FAILURE if can_pass(error) else Outcome.NEITHER
    return Outcome.FAILURE if isinstance(error, BotoCoreError) else Outcome.NEITHER

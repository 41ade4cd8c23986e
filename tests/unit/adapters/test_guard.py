"""AWS clients with a breaker and retries, over a client of boto3 whose calls fail on demand."""

from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from creator_search.adapters.aws.client import failing_as
from creator_search.adapters.aws.guard import (
    GuardedClient,
    RecordedCall,
    can_pass,
    outcome_of,
    throttled_by,
    unprocessed_in,
)
from creator_search.adapters.retries import CACHE, DATABASE, RetryPolicy
from creator_search.bootstrap import Container
from creator_search.domain.breakers import POLICIES, Dependency, Outcome
from creator_search.domain.errors import StoreUnavailable
from creator_search.services.breakers import Breaker

from tests.fakes import START, FakeBreakerStore, FakeClock, FakeFailures, FakeMetrics

UNREACHABLE = EndpointConnectionError(endpoint_url="http://store.test")


def refused(code: str, status: int = 400) -> ClientError:
    response: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "GetItem")


class Store:
    """A client of boto3; every process has its own guard of it."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.breakers = FakeBreakerStore()
        self.error: Exception | None = None
        self.calls = 0
        self.recorded: list[RecordedCall] = []
        self.meta = SimpleNamespace(method_to_api_mapping={"get_item": "GetItem"})

    def get_item(self, **arguments: Any) -> dict[str, Any]:
        self.calls += 1
        if self.error:
            raise self.error
        return arguments

    def process(self, policy: RetryPolicy = DATABASE, *, seconds_left: float | None = None) -> Any:
        breaker = Breaker(
            "database",
            POLICIES[Dependency.DATABASE],
            lambda: self.breakers,
            clock=self.clock,
            metrics=FakeMetrics(),
            failures=FakeFailures(),
            refusal=lambda left: StoreUnavailable(retry_in=left),
            outcome=outcome_of,
            reads_ahead=False,
        )
        deadline = None if seconds_left is None else START.fromtimestamp(START.timestamp() + seconds_left, START.tzinfo)
        return GuardedClient(
            self,
            breaker,
            policy,
            clock=self.clock,
            sleep=self.clock.sleep,
            deadline=lambda: deadline,
            record_call=self.recorded.append,
        )


def failures(store: Store) -> list[bool]:
    """Whether each call that was recorded is a failure."""
    return [call.is_failure for call in store.recorded]


def get(client: Any) -> StoreUnavailable | None:
    try:
        with failing_as(StoreUnavailable):
            client.get_item(TableName="jobs")
    except StoreUnavailable as error:
        return error
    return None


def test_a_call_is_passed_on_and_its_time_recorded() -> None:
    store = Store()
    assert store.process().get_item(TableName="jobs") == {"TableName": "jobs"}
    assert store.calls == 1 and failures(store) == [False]


def test_what_is_no_operation_is_that_of_the_client() -> None:
    store = Store()
    assert store.process().meta is store.meta


@pytest.mark.parametrize("policy", [DATABASE, CACHE])
def test_a_failure_that_can_pass_is_tried_three_times_and_counts_once(policy: RetryPolicy) -> None:
    store = Store()
    store.error = UNREACHABLE
    client = store.process(policy)
    for expected in (3, 6, 9):
        assert get(client) is not None and store.calls == expected
    error = get(client)
    assert error is not None and error.retry_after_seconds == 30
    assert store.calls == 9
    assert failures(store) == [True, True, True, False]  # the last one was not made


@pytest.mark.parametrize(
    "code", ["ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"]
)
def test_each_attempt_that_was_throttled_is_counted(code: str) -> None:
    store = Store()
    store.error = refused(code)
    get(store.process())
    assert [call.throttled for call in store.recorded] == [3]


@pytest.mark.parametrize("error", [UNREACHABLE, refused("InternalServerError", 500), refused("ValidationException")])
def test_another_failure_is_no_throttling(error: Exception) -> None:
    assert throttled_by(error) == 0


def test_the_items_of_a_transaction_that_were_throttled_are_counted() -> None:
    reasons = ("None", "ThrottlingError", "ProvisionedThroughputExceeded", "ConditionalCheckFailed")
    response: Any = {
        "Error": {"Code": "TransactionCanceledException"},
        "CancellationReasons": [{"Code": code} for code in reasons],
    }
    assert throttled_by(ClientError(response, "TransactWriteItems")) == 2


def test_the_items_that_a_batch_left_over_are_counted_though_the_call_succeeded() -> None:
    assert unprocessed_in({"UnprocessedItems": {"profiles": [{}, {}], "accounts": [{}]}}) == 3
    assert unprocessed_in({"UnprocessedKeys": {"profiles": {"Keys": [{}, {}]}}}) == 2
    assert unprocessed_in({"UnprocessedKeys": {}, "Responses": {"profiles": [{}]}}) == 0
    store = Store()
    client = store.process()
    client.get_item(UnprocessedItems={"jobs": [{}]})
    client.get_item(UnprocessedItems={})
    assert [(call.throttled, call.is_failure) for call in store.recorded] == [(1, False), (0, False)]


def test_after_the_opening_one_call_is_made_and_closes_the_breaker() -> None:
    store = Store()
    store.error = UNREACHABLE
    clients = [store.process() for _ in range(50)]
    for client in clients:
        get(client)
    store.clock.advance(seconds=30)
    store.calls = 0
    assert all(get(client) is not None for client in clients)
    assert store.calls == 1  # the trial, which is not retried
    store.error = None
    store.clock.advance(seconds=60)
    assert get(clients[7]) is None
    store.clock.advance(seconds=1)
    assert all(get(client) is None for client in clients)


def test_no_retry_starts_after_the_deadline_of_the_caller() -> None:
    store = Store()
    store.error = UNREACHABLE
    assert get(store.process(seconds_left=1)) is not None
    assert store.calls == 2


@pytest.mark.parametrize(
    "error",
    [
        refused("ConditionalCheckFailedException"),
        refused("ValidationException"),
        refused("NoSuchKey", 404),
    ],
)
def test_an_answer_that_refuses_the_request_is_neither_retried_nor_a_failure(error: ClientError) -> None:
    assert not can_pass(error)
    assert outcome_of(error) is Outcome.SUCCESS


@pytest.mark.parametrize(
    "error",
    [
        refused("InternalServerError", 500),
        refused("ServiceUnavailable", 503),
        refused("ThrottlingException"),
        refused("ProvisionedThroughputExceededException"),
        UNREACHABLE,
        ReadTimeoutError(endpoint_url="http://store.test"),
    ],
)
def test_a_failure_of_the_service_is_retried_and_counts(error: Exception) -> None:
    assert can_pass(error)
    assert outcome_of(error) is Outcome.FAILURE


def test_a_write_that_a_transaction_refused_is_repeated_and_no_failure_of_the_service() -> None:
    assert can_pass(refused("TransactionConflictException"))
    assert outcome_of(refused("TransactionConflictException")) is Outcome.SUCCESS


@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException"])
def test_a_service_that_refuses_the_caller_is_neither_retried_nor_counted(code: str) -> None:
    assert not can_pass(refused(code))
    assert outcome_of(refused(code)) is Outcome.NEITHER


CLIENTS = ("dynamodb", "cache_dynamodb", "breaker_dynamodb", "s3", "sqs", "cloudfront", "cloudwatch")


@pytest.mark.parametrize("name", CLIENTS)
def test_the_sdk_makes_no_retries_of_its_own_where_others_make_them(name: str, aws: dict[str, str]) -> None:
    client = getattr(Container(), name)
    assert client.meta.config.retries["total_max_attempts"] == 1

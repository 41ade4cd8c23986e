"""What a worker knows and logs about the message or the schedule that it handles."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from creator_search import current
from creator_search.catalogue import Queue
from creator_search.domain.errors import MalformedMessage, StoreUnavailable
from creator_search.worker import Received, queue_worker, scheduled_worker

from infra.local.context import LocalContext
from tests.seeds import sqs_event

pytestmark = pytest.mark.usefixtures("aws")
BODIES = (
    '{"username": "@Ada", "kind": "profile", "request_id": "from-the-gateway"}',
    '{"username": "ben", "kind": "profile"}',
    "not json",
)
KNOWN = [("from-the-gateway", "ada"), ("m1", "ben"), ("m2", None)]
"""The id and the username of each message: of the body, else the message's own id."""


def handle(work: Any) -> None:
    queue_worker("copy_images", work)(sqs_event(Queue.MEDIA, *BODIES), LocalContext("copy_images", 120))


def test_each_message_of_a_batch_is_handled_with_its_own_id() -> None:
    seen: list[tuple[str | None, str | None]] = []
    handle(lambda _: seen.append((current.request_id(), current.log_fields().get("username"))))
    assert seen == KNOWN
    assert current.request_id() is None


def test_stores_are_retried_until_shortly_before_the_time_out_of_the_worker() -> None:
    seen: list[timedelta] = []

    def work(received: Received) -> None:
        deadline = current.deadline()
        assert deadline is not None
        seen.append(deadline - received.deadline)

    handle(work)
    assert set(seen) == {timedelta(seconds=6)}


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (None, "message processed"),
        (MalformedMessage("no such kind"), "message processed"),
        (StoreUnavailable(), "message failed and will be delivered again"),
    ],
)
def test_a_worker_logs_one_line_a_message_with_its_id(
    error: Exception | None, message: str, caplog: pytest.LogCaptureFixture
) -> None:
    def work(_: Received) -> str:
        if error:
            raise error
        return "done"

    handle(work)
    lines = [vars(record) for record in caplog.records if record.name == "copy_images"]
    assert [(line["request_id"], line.get("username")) for line in lines] == KNOWN
    assert {line["msg"] for line in lines} == {message}


def test_a_schedule_is_handled_with_the_id_of_its_invocation(caplog: pytest.LogCaptureFixture) -> None:
    context = LocalContext("sweep_jobs", 55)
    seen: list[Any] = []

    def work() -> dict[str, int]:
        seen.append((current.request_id(), current.deadline()))
        return {"swept": 0}

    before = datetime.now(UTC)
    scheduled_worker("sweep_jobs", work)({}, context)
    [(request_id, deadline)] = seen
    assert request_id == context.aws_request_id and deadline > before
    assert [vars(r)["request_id"] for r in caplog.records if r.name == "sweep_jobs"] == [context.aws_request_id]

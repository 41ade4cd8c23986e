"""TaskQueue: the messages that arrive, as the workers read them."""

from typing import Any

import pytest
from creator_search import current
from creator_search.catalogue import Queue
from creator_search.config import resource_name
from creator_search.domain.messages import (
    AnalysisMessage,
    CommentsMessage,
    ErasureMessage,
    MediaMessage,
    TaskMessage,
    parse_message,
)
from creator_search.services.ports import TaskQueue

from tests.fakes import START
from tests.ports.conftest import Ports

KINDS: dict[Queue, type[TaskMessage]] = {
    Queue.ANALYSIS: AnalysisMessage,
    Queue.MEDIA: MediaMessage,
    Queue.ERASURE: ErasureMessage,
    Queue.COMMENTS: CommentsMessage,
}
"""The message class of each queue's worker."""
TASKS = [
    AnalysisMessage(username="ada"),
    AnalysisMessage(username="ada", attempt=2),
    AnalysisMessage(usernames=["ada", "ben"]),
    MediaMessage(username="ada", kind="profile"),
    MediaMessage(username="ada", kind="similar", batch_id="batch-1"),
    ErasureMessage(username="ada"),
    ErasureMessage(username="ada", is_last=True),
    ErasureMessage(account_id="17", history_key="ada", other_usernames=("ben",)),
    CommentsMessage(username="ada"),
    CommentsMessage(username="ada", attempt=2, requested_at=START),
]
Arrived = list[tuple[TaskMessage, int]]
"""Tasks with their delay in seconds."""


@pytest.fixture
def tasks(ports: Ports) -> TaskQueue:
    return ports.container.task_queue


@pytest.fixture
def arrived(ports: Ports) -> Arrived:
    """Return all tasks that have arrived so far."""
    if ports.world:
        return ports.world.tasks.sent
    found: Arrived = []
    kinds = {resource_name(queue): kind for queue, kind in KINDS.items()}

    def add(params: Any, **_: Any) -> None:
        found.append((parse_message(kinds[params["QueueUrl"]], params["MessageBody"]), params["DelaySeconds"]))

    ports.container.sqs.meta.events.register("provide-client-params.sqs.SendMessage", add)
    return found


@pytest.mark.parametrize("task", TASKS)
def test_a_task_arrives_as_it_was_sent_in_the_queue_of_its_class(
    tasks: TaskQueue, arrived: Arrived, task: TaskMessage
) -> None:
    tasks.send_task(task)
    assert arrived == [(task, 0)]


def test_tasks_arrive_with_their_delay(tasks: TaskQueue, arrived: Arrived) -> None:
    for delay, task in enumerate(TASKS):
        tasks.send_task(task, delay_seconds=delay * 100)
    assert arrived == [(task, delay * 100) for delay, task in enumerate(TASKS)]


def test_no_delay_is_longer_than_a_queue_allows(tasks: TaskQueue, arrived: Arrived) -> None:
    tasks.send_task(TASKS[0], delay_seconds=900)
    tasks.send_task(TASKS[0], delay_seconds=30_720)
    assert arrived == [(TASKS[0], 900), (TASKS[0], 900)]


def test_the_same_task_can_be_sent_twice(tasks: TaskQueue, arrived: Arrived) -> None:
    tasks.send_task(TASKS[0])
    tasks.send_task(TASKS[0])
    assert arrived == [(TASKS[0], 0), (TASKS[0], 0)]


def test_a_task_has_the_id_of_the_request_in_which_it_is_sent(tasks: TaskQueue, arrived: Arrived) -> None:
    with current.handling("from-the-gateway", None):
        for task in TASKS:
            tasks.send_task(task)
    assert arrived == [(task.of_request("from-the-gateway"), 0) for task in TASKS]


def test_a_task_can_be_received_from_its_queue(ports: Ports, tasks: TaskQueue, arrived: Arrived) -> None:
    for task in TASKS:
        tasks.send_task(task)
    if ports.world:
        received = [task for task, _ in arrived]
    else:
        received = [
            parse_message(kind, message["Body"])
            for queue, kind in KINDS.items()
            for message in ports.container.sqs.receive_message(QueueUrl=resource_name(queue), MaxNumberOfMessages=10)[
                "Messages"
            ]
        ]
    assert sorted(map(TaskMessage.model_dump_json, received)) == sorted(map(TaskMessage.model_dump_json, TASKS))

"""JobQueue: the messages that arrive, and dead letters."""

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

import pytest
from creator_search.bootstrap.stores import PRIORITY_QUEUES
from creator_search.config import dead_letter_url, resource_name
from creator_search.domain.jobs import JobMessage, Priority
from creator_search.domain.messages import parse_job_message
from creator_search.domain.queues import DeadLetter, QueueDepth
from creator_search.services.ports import JobQueue

from tests.fakes import START
from tests.ports.conftest import Ports

HIGH, LOW = Priority.HIGH, Priority.LOW
MESSAGE = JobMessage("ada", "frontend", "r1", START)


@pytest.fixture
def queue(ports: Ports) -> JobQueue:
    return ports.container.job_queue


def arrived(ports: Ports, priority: Priority) -> list[JobMessage]:
    """Return the messages as parsed by a worker."""
    if ports.world:
        return [message for sent_at, message in ports.world.queue.sent if sent_at is priority]
    url = resource_name(PRIORITY_QUEUES[priority])
    answer = ports.container.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [parse_job_message(found["Body"]) for found in answer.get("Messages", [])]


def reasons(ports: Ports, priority: Priority) -> list[str]:
    if ports.world:
        return [reason for sent_at, _, reason in ports.world.queue.dead if sent_at is priority]
    answer = ports.container.sqs.receive_message(
        QueueUrl=dead_letter_url(PRIORITY_QUEUES[priority]), MaxNumberOfMessages=10, MessageAttributeNames=["reason"]
    )
    return [found["MessageAttributes"]["reason"]["StringValue"] for found in answer.get("Messages", [])]


def usernames(letters: Sequence[DeadLetter]) -> list[str]:
    return sorted(letter.message.username for letter in letters if letter.message)


@pytest.mark.parametrize(
    "message",
    [
        MESSAGE,
        JobMessage("ada"),
        JobMessage("ada", "frontend", "r2", START, is_refresh=True),
        JobMessage("ada_lopez.1", "api", None, START + timedelta(microseconds=250)),
        JobMessage("ada", "crawler", "12345", datetime(2026, 1, 31, 14, tzinfo=timezone(timedelta(hours=2)))),
    ],
)
def test_a_message_arrives_as_it_was_sent(ports: Ports, queue: JobQueue, message: JobMessage) -> None:
    queue.send_job(LOW, message)
    assert arrived(ports, LOW) == [message]
    assert arrived(ports, HIGH) == []


def test_each_priority_has_its_own_queue(ports: Ports, queue: JobQueue) -> None:
    for priority in Priority:
        queue.send_job(priority, JobMessage(f"n{priority.rank}"))
    assert [[m.username for m in arrived(ports, priority)] for priority in Priority] == [["n0"], ["n1"], ["n2"]]


def test_a_dead_letter_is_received_with_its_message(ports: Ports, queue: JobQueue) -> None:
    queue.send_dead_letter(LOW, MESSAGE, "The profile does not exist")
    assert queue.receive_dead_letters(HIGH) == []
    [letter] = queue.receive_dead_letters(LOW)
    assert letter.message == MESSAGE
    assert arrived(ports, LOW) == []


def test_a_dead_letter_contains_its_reason(ports: Ports, queue: JobQueue) -> None:
    queue.send_dead_letter(LOW, MESSAGE, "The profile does not exist")
    assert reasons(ports, LOW) == ["The profile does not exist"]


def test_a_dead_letter_that_was_received_is_hidden_from_other_receivers(queue: JobQueue) -> None:
    queue.send_dead_letter(LOW, MESSAGE, "why")
    assert len(queue.receive_dead_letters(LOW)) == 1
    assert queue.receive_dead_letters(LOW) == []


def test_a_dead_letter_that_was_received_can_be_deleted(queue: JobQueue) -> None:
    for name in ("ada", "ben"):
        queue.send_dead_letter(LOW, JobMessage(name), "why")
    letters = queue.receive_dead_letters(LOW)
    assert usernames(letters) == ["ada", "ben"]
    assert len({letter.receipt for letter in letters}) == 2
    for letter in letters:
        queue.delete_dead_letter(LOW, letter.receipt)
    assert queue.load_depth(LOW) == QueueDepth(waiting=0, in_flight=0, dead_letter=0)


def test_up_to_ten_dead_letters_are_received_at_once(queue: JobQueue) -> None:
    names = [f"n{number:02d}" for number in range(12)]
    for name in names:
        queue.send_dead_letter(LOW, JobMessage(name), "why")
    first, second = queue.receive_dead_letters(LOW), queue.receive_dead_letters(LOW)
    assert (len(first), len(second)) == (10, 2)
    assert usernames([*first, *second]) == names


def test_there_are_no_dead_letters_where_none_were_sent(queue: JobQueue) -> None:
    assert queue.receive_dead_letters(LOW) == []


def test_a_dead_letter_that_cannot_be_parsed_has_no_message(ports: Ports, queue: JobQueue) -> None:
    if ports.world:
        ports.world.queue.letters[LOW] = [DeadLetter(None, "poison")]
    else:
        ports.container.send_dead_letter(PRIORITY_QUEUES[LOW], "not JSON", "the body is not JSON")
    [letter] = queue.receive_dead_letters(LOW)
    assert letter.message is None
    queue.delete_dead_letter(LOW, letter.receipt)
    assert queue.receive_dead_letters(LOW) == []


def test_the_depth_counts_the_dead_letters_that_can_be_received(queue: JobQueue) -> None:
    for _ in range(3):
        queue.send_dead_letter(LOW, MESSAGE, "why")
    assert queue.load_depth(LOW) == QueueDepth(waiting=0, in_flight=0, dead_letter=3)
    assert queue.load_depth(HIGH) == QueueDepth(waiting=0, in_flight=0, dead_letter=0)
    queue.receive_dead_letters(LOW)
    assert queue.load_depth(LOW).dead_letter == 0


def test_the_depth_counts_messages_that_wait_and_that_are_in_flight(ports: Ports, queue: JobQueue) -> None:
    if ports.world:  # the fake's messages are never received, so the test sets the counts
        ports.world.queue.waiting, ports.world.queue.in_flight = 2, 1
    else:
        queue.send_job(LOW, MESSAGE)
        arrived(ports, LOW)
        queue.send_job(LOW, MESSAGE)
        url = resource_name(PRIORITY_QUEUES[LOW])
        ports.container.sqs.send_message(QueueUrl=url, MessageBody="{}", DelaySeconds=60)
    depth = queue.load_depth(LOW)
    assert depth == QueueDepth(waiting=2, in_flight=1, dead_letter=0)
    assert not depth.is_drained

"""TaskLetters: the dead letters of the queues of tasks."""

from datetime import UTC, datetime

import pytest
from creator_search.catalogue import Queue
from creator_search.domain.queues import TaskLetter
from creator_search.services.pipeline.redrive import PARSERS
from creator_search.services.ports import TaskLetters

from tests.ports.conftest import Ports


@pytest.fixture
def letters(ports: Ports) -> TaskLetters:
    return ports.container.task_letters


def bury(ports: Ports, queue: Queue, body: str, reason: str) -> None:
    if ports.world:
        found = ports.world.task_letters.letters.setdefault(queue, [])
        found.append(TaskLetter(body, reason, datetime.now(UTC), f"{len(found)}"))
    else:
        ports.container.send_dead_letter(queue, body, reason)


def test_every_queue_that_is_not_of_profiles_has_a_parser_of_its_messages() -> None:
    assert set(PARSERS) == {queue.value for queue in Queue if "profile" not in queue}


def test_a_dead_letter_is_received_with_its_reason_and_when_it_was_sent(ports: Ports, letters: TaskLetters) -> None:
    before = datetime.now(UTC)
    bury(ports, Queue.MEDIA, "not JSON", "the body is not JSON")
    [letter] = letters.receive_letters("media")
    assert (letter.body, letter.reason) == ("not JSON", "the body is not JSON")
    assert -1 < (letter.sent_at - before).total_seconds() < 60


def test_a_dead_letter_is_hidden_after_it_was_received_and_gone_after_it_was_deleted(
    ports: Ports, letters: TaskLetters
) -> None:
    for number in range(12):
        bury(ports, Queue.ERASURE, f"{number}", "why")
    first, second = letters.receive_letters("erasure"), letters.receive_letters("erasure")
    assert sorted(letter.body for letter in (*first, *second)) == sorted(map(str, range(12)))
    for letter in (*first, *second):
        letters.delete_letter("erasure", letter.receipt)
    assert letters.receive_letters("erasure") == []

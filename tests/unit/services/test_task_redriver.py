from datetime import datetime, timedelta

import pytest
from creator_search.domain.messages import (
    AnalysisMessage,
    CallerErasureMessage,
    ErasureMessage,
    MediaMessage,
    TaskMessage,
)
from creator_search.domain.queues import TaskLetter
from creator_search.domain.tasks import TASK_MESSAGES, TASK_QUEUES
from creator_search.services.pipeline.redrive import RedriveReport

from tests.fakes import START, World, dying_at

NONE = dict.fromkeys(TASK_QUEUES, 0)


class LetterWorld(World):
    def add(self, task: TaskMessage, *, reason: str | None = None, sent_at: datetime = START) -> None:
        self.add_body(task.queue, task.model_dump_json(exclude_none=True), reason=reason, sent_at=sent_at)

    def add_body(self, queue: str, body: str, *, reason: str | None = None, sent_at: datetime = START) -> None:
        letters = self.task_letters.letters.setdefault(queue, [])
        letters.append(TaskLetter(body, reason, sent_at, f"{queue}-{len(letters)}"))

    def redrive(self, within: timedelta = timedelta(seconds=10)) -> RedriveReport:
        return self.container.task_redriver.redrive(within)

    @property
    def left(self) -> list[str]:
        return [letter.body for letters in self.task_letters.hidden.values() for letter in letters]


@pytest.fixture
def world() -> LetterWorld:
    return LetterWorld()


def test_the_dead_letters_of_every_queue_of_tasks_are_sent_again_until_the_queue_is_empty(world: LetterWorld) -> None:
    for number in range(25):
        world.add(MediaMessage(username=f"n{number}", kind="profile"))
    world.add(ErasureMessage(username="ada", is_last=True, request_id="r"))
    report = world.redrive()
    assert report == RedriveReport(NONE | {"media": 25, "erasure": 1})
    assert world.tasks.sent[0] == (ErasureMessage(username="ada", is_last=True, request_id="r"), 0)
    assert world.left == [] and len(world.tasks.sent) == 26


def test_a_task_that_was_given_up_starts_with_a_new_count_of_attempts(world: LetterWorld) -> None:
    world.add(AnalysisMessage(username="ada", attempt=3), reason="gave up")
    world.redrive()
    assert world.tasks.analyses == [("ada", 0, 0)]


def test_what_cannot_be_parsed_stays_and_is_not_sent(world: LetterWorld) -> None:
    world.add_body("media", "not JSON", reason="the body is not JSON")
    world.add_body("erasure", "{}", reason="must have a username or an account_id")
    assert world.redrive() == RedriveReport(NONE, unreadable=2)
    assert world.tasks.sent == [] and len(world.left) == 2


def test_a_task_that_fails_again_during_the_redrive_waits_for_the_next_one(world: LetterWorld) -> None:
    world.add(ErasureMessage(username="ada"), sent_at=START + timedelta(seconds=1))
    assert world.redrive().redriven == NONE
    world.clock.advance(minutes=2)
    world.task_letters.letters, world.task_letters.hidden = world.task_letters.hidden, {}
    assert world.redrive().redriven == NONE | {"erasure": 1}


def test_nothing_is_received_after_the_time_is_up_and_the_report_says_so(world: LetterWorld) -> None:
    for number in range(30):
        world.add(MediaMessage(username=f"n{number}", kind="profile"))
    world.task_letters.on_receive = lambda: world.clock.advance(seconds=1)
    report = world.redrive(timedelta(seconds=5))
    assert (report.redriven["media"], report.is_complete) == (20, False)
    world.task_letters.on_receive = None
    assert world.redrive() == RedriveReport(NONE | {"media": 10})


@pytest.mark.parametrize("step", [1, 2])
def test_after_a_crash_a_letter_is_sent_again_and_none_is_lost(world: LetterWorld, step: int) -> None:
    world.add(ErasureMessage(username="ada"))
    with dying_at(step, (world.tasks, "send_task"), (world.task_letters, "delete_letter")):
        world.redrive()
    world.task_letters.letters, world.task_letters.hidden = world.task_letters.hidden, {}
    assert world.redrive().redriven["erasure"] == 1
    assert set(world.tasks.erasures) == {("ada", False, 0)} and world.left == []


def test_a_queue_with_several_classes_of_messages_is_redriven_as_what_each_is(world: LetterWorld) -> None:
    tasks = [ErasureMessage(username="ada", request_id="r"), CallerErasureMessage(subject="alice", request_id="r")]
    for task in tasks:
        world.add(task)
    world.redrive()
    assert [task for task, _ in world.tasks.sent] == tasks


def test_every_class_of_tasks_is_known() -> None:
    assert set(TASK_MESSAGES) == set(TaskMessage.__subclasses__())

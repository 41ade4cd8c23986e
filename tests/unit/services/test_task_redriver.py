from datetime import datetime, timedelta

import pytest
from creator_search.domain.deliveries import DeliveryAddress
from creator_search.domain.messages import (
    AnalysisMessage,
    CallerErasureMessage,
    CommentsMessage,
    ErasureMessage,
    MediaMessage,
    TaskMessage,
)
from creator_search.domain.queues import TaskLetter
from creator_search.domain.webhook_messages import DeliveryMessage, EventMessage
from creator_search.domain.webhooks import WebhookEvent
from creator_search.services.pipeline.redrive import RedriveReport

from tests.fakes import START, World, dying_at

NONE = {"analysis": 0, "comments": 0, "erasure": 0, "media": 0, "webhook": 0}


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


@pytest.mark.parametrize(
    "task",
    [
        ErasureMessage(username="ada"),
        CallerErasureMessage(subject="alice", requested_at=START),
        AnalysisMessage(usernames=["ada", "ben"]),
        CommentsMessage(username="ada"),
        MediaMessage(username="ada", kind="profile"),
        EventMessage(event_id="e", event=WebhookEvent.PROFILE_COMPLETED, username="ada", occurred_at=START),
        DeliveryMessage.of(DeliveryAddress("alice", "h", "d")),
    ],
    ids=lambda task: type(task).__name__,
)
def test_a_dead_letter_of_every_class_is_sent_again_unchanged(world: LetterWorld, task: TaskMessage) -> None:
    world.add(task)
    assert world.redrive() == RedriveReport(NONE | {task.queue: 1})
    assert world.tasks.sent == [(task, 0)] and world.left == []


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

"""Sends dead letters of the queues of tasks again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from creator_search.domain.clock import Clock
from creator_search.domain.errors import MalformedMessage
from creator_search.domain.messages import (
    AnalysisMessage,
    CommentsMessage,
    ErasureMessage,
    MediaMessage,
    TaskMessage,
    parse_erasure,
    parse_message,
)
from creator_search.domain.queues import TaskLetter
from creator_search.domain.webhook_messages import EventMessage, parse_webhook_message
from creator_search.services.ports import TaskLetters, TaskQueue

PARSERS: Mapping[str, Callable[[str], TaskMessage]] = {
    ErasureMessage.queue: parse_erasure,
    AnalysisMessage.queue: partial(parse_message, AnalysisMessage),
    CommentsMessage.queue: partial(parse_message, CommentsMessage),
    MediaMessage.queue: partial(parse_message, MediaMessage),
    EventMessage.queue: parse_webhook_message,
}
"""How the messages of each queue of tasks are parsed, in the order in which the queues are redriven: erasures first. A
queue may have messages of several classes."""


@dataclass(frozen=True, slots=True)
class RedriveReport:
    redriven: Mapping[str, int]
    """Dead letters that were sent again, by queue."""
    unreadable: int = 0
    """Dead letters that cannot be parsed and stay in their queue, from which SQS deletes them after 14 days."""
    is_complete: bool = True
    """False if time ran out."""


class TaskRedriver:
    """Sends a dead letter to its queue, with a new count of attempts, and then deletes it: after a failure in between
    it is sent twice, and tasks may be done twice.

    A letter that cannot be parsed would be refused again, so it is left. One that arrived after the start was sent
    again by this call, and has failed again: the next call sends it.
    """

    def __init__(self, letters: TaskLetters, tasks: TaskQueue, clock: Clock) -> None:
        self._letters = letters
        self._tasks = tasks
        self._clock = clock

    def redrive(self, within: timedelta) -> RedriveReport:
        """Redrive all queues of tasks, that of erasures first, until they are empty or the time is up. Raises
        QueueUnavailable."""
        started = self._clock()
        until = started + within
        redriven: dict[str, int] = {}
        unreadable = 0
        for queue, parse in PARSERS.items():
            redriven[queue] = 0
            while self._clock() < until and (received := self._letters.receive_letters(queue)):
                for letter in received:
                    task = _task(parse, letter)
                    if task is None:
                        unreadable += 1
                    elif letter.sent_at <= started:
                        self._tasks.send_task(task)
                        self._letters.delete_letter(queue, letter.receipt)
                        redriven[queue] += 1
        return RedriveReport(redriven, unreadable, is_complete=self._clock() < until)


def _task(parse: Callable[[str], TaskMessage], letter: TaskLetter) -> TaskMessage | None:
    try:
        return parse(letter.body).afresh()
    except MalformedMessage:
        return None

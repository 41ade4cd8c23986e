"""Refresh requests of stale reads, made by several processes."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import pytest
from creator_search.bootstrap import Container
from creator_search.domain.breakers import PROFILE_ENDPOINTS, BreakerState
from creator_search.domain.jobs import REFRESH_SOURCE, Priority
from creator_search.services.pipeline.refresh import FAILURE_INTERVAL, REQUEST_INTERVAL
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import START, Died, World, dying_at, stored_profile

PROCESSES = 3


class Processes(World):
    """Several processes over the same stores."""

    def __init__(self, number: int = PROCESSES) -> None:
        super().__init__()
        self.containers = [self.started() for _ in range(number)]

    def started(self) -> Container:
        self.restart()
        return self.container

    def read(self, process: int = 0, username: str = "ada") -> bool:
        """A read that finds stale data; return whether it sent a message."""
        return self.containers[process].refresh_requests.request_on_read(username)

    def open_breakers(self, endpoints: Sequence[str], until: timedelta) -> None:
        for name in endpoints:
            self.breakers.states[name] = BreakerState(version=1, openings=1, open_until=self.clock() + until)


@pytest.fixture
def processes() -> Processes:
    return Processes(10)


def test_of_a_thousand_stale_reads_in_ten_processes_one_requests_the_refresh(processes: Processes) -> None:
    for number in range(1000):
        processes.read(number % 10)
        processes.clock.advance(seconds=0.5)
    [(priority, message)] = processes.queue.sent
    assert (priority, message.username, message.source) == (Priority.MEDIUM, "ada", REFRESH_SOURCE)
    assert processes.locks.attempts == 10


def test_each_creator_is_requested_by_itself(processes: Processes) -> None:
    assert all(processes.read(n, name) for n, name in enumerate(("ada", "ben", "cleo")))
    assert [m.username for _, m in processes.queue.sent] == ["ada", "ben", "cleo"]


def test_a_creator_that_is_still_stale_after_the_interval_is_requested_again(processes: Processes) -> None:
    assert processes.read(0)
    processes.clock.time += REQUEST_INTERVAL - timedelta(seconds=1)
    assert not any(processes.read(n) for n in range(10))
    processes.clock.advance(seconds=1)
    assert [processes.read(n) for n in range(3)] == [True, False, False]


def test_a_message_that_cannot_be_sent_leaves_the_request_to_other_processes(processes: Processes) -> None:
    processes.queue.refuses = True
    assert not processes.read(0)
    processes.queue.refuses = False
    assert processes.read(1)
    processes.clock.time += FAILURE_INTERVAL
    assert not processes.read(0)


def test_a_process_whose_message_could_not_be_sent_tries_again_after_a_minute(processes: Processes) -> None:
    processes.queue.refuses = True
    assert not processes.read()
    processes.queue.refuses = False
    assert not processes.read() and processes.locks.attempts == 1
    processes.clock.time += FAILURE_INTERVAL
    assert processes.read()


def test_while_the_store_is_down_nothing_is_sent_and_the_store_is_called_once_a_minute(processes: Processes) -> None:
    processes.locks.down = True
    assert not any(processes.read() for _ in range(5))
    processes.locks.down = False
    assert not processes.read()
    processes.clock.time += FAILURE_INTERVAL
    assert processes.read() and processes.locks.attempts == 1


@pytest.mark.parametrize("step", [1, 2])
def test_after_a_crash_between_the_lock_and_the_message_the_refresh_is_requested_when_the_lock_expires(
    processes: Processes, step: int
) -> None:
    with dying_at(step, (processes.locks, "acquire"), (processes.queue, "send_job")):
        processes.read(0)
    assert processes.queue.sent == []
    has_lock = step == 2
    assert processes.read(1) is not has_lock
    processes.clock.time += REQUEST_INTERVAL
    assert processes.read(2)


def test_while_all_endpoints_of_profiles_are_refused_nothing_is_requested(processes: Processes) -> None:
    processes.open_breakers(PROFILE_ENDPOINTS, timedelta(minutes=1))
    assert not processes.read()
    assert processes.queue.sent == [] and processes.locks.attempts == 0
    processes.clock.advance(minutes=1)  # half-open: the build makes the trial
    assert processes.read()


@pytest.mark.parametrize("endpoint", PROFILE_ENDPOINTS)
def test_one_endpoint_that_answers_is_enough_for_a_request(processes: Processes, endpoint: str) -> None:
    others = [name for name in PROFILE_ENDPOINTS if name != endpoint]
    processes.open_breakers([*others, "rapidapi-posts"], timedelta(minutes=1))
    assert processes.read()


def test_the_state_of_the_breakers_is_read_at_most_once_a_second(processes: Processes) -> None:
    processes.allowance.most = 200
    for n in range(100):
        processes.read(username=f"n{n}")
    assert processes.breakers.reads == 1
    processes.clock.advance(seconds=1)
    for n in range(100, 200):
        processes.read(username=f"n{n}")
    assert processes.breakers.reads == 2
    assert len(processes.queue.sent) == 200


def test_a_refresh_is_requested_while_the_states_of_the_breakers_are_not_available(processes: Processes) -> None:
    processes.breakers.down = True
    assert processes.read()


def test_the_schedule_sends_nothing_while_all_endpoints_of_profiles_are_refused(processes: Processes) -> None:
    for name in ("ada", "ben"):
        stored = stored_profile(name, refresh_due_at=START - timedelta(days=2))
        processes.profiles.save_profile(stored, fence=1, over=None)
    refresher = processes.container.profile_refresher
    processes.open_breakers(PROFILE_ENDPOINTS, timedelta(minutes=1))
    assert refresher.request_due_refreshes() == 0
    processes.clock.advance(minutes=1)
    processes.read(0, "ada")
    assert refresher.request_due_refreshes() == 1  # ada was requested by a read
    assert sorted(m.username for _, m in processes.queue.sent) == ["ada", "ben"]


def test_reads_of_any_number_of_stale_creators_request_no_more_refreshes_than_the_allowance_has(
    processes: Processes,
) -> None:
    sent = [processes.read(n % 10, f"n{n}") for n in range(1000)]
    assert sent == [True] * 33 + [False] * 967
    assert len(processes.queue.sent) == 33
    # Once it has refused, a process writes nothing: no lock and no count.
    assert (processes.locks.attempts, processes.allowance.calls) == (33 + 10, 33 + 10)
    processes.clock.advance(minutes=15)
    assert sum(processes.read(n % 10, f"n{n}") for n in range(1000, 2000)) == 33


def test_a_creator_whose_refresh_was_refused_is_requested_when_there_is_room(processes: Processes) -> None:
    processes.allowance.most = 1
    assert processes.read(0, "ada")
    assert not processes.read(0, "ben") and not processes.read(1, "ben")
    processes.clock.advance(minutes=15)
    assert [processes.read(n, "ben") for n in (1, 0)] == [True, False]


def test_the_schedule_is_not_bound_by_the_allowance_of_reads(processes: Processes) -> None:
    processes.allowance.most = 0
    assert not processes.read(0, "ada")
    requests = processes.containers[0].refresh_requests
    assert requests.request_planned("ada") and not processes.containers[1].refresh_requests.request_planned("ada")


def test_a_count_that_fails_fails_no_read_and_leaves_the_creator_to_a_later_one(processes: Processes) -> None:
    processes.allowance.down = True
    assert not processes.read(0, "ada")
    assert not any(processes.read(0, f"n{n}") for n in range(100))
    assert processes.allowance.calls == 1  # no further one in this process for a minute
    processes.allowance.down = False
    assert processes.read(1, "ada")
    processes.clock.time += FAILURE_INTERVAL
    assert not processes.read(0, "ada") and processes.read(0, "n1")


EVENTS = st.one_of(
    st.tuples(st.just("read"), st.integers(0, PROCESSES - 1)),
    st.tuples(st.just("crash"), st.integers(0, PROCESSES - 1)),
    st.tuples(st.just("wait"), st.sampled_from([1, 59, 60, 300, 659, 660])),
    st.tuples(st.just("queue"), st.booleans()),
    st.tuples(st.just("store"), st.booleans()),
    st.tuples(st.just("allowance"), st.booleans()),
)


@given(st.lists(EVENTS, max_size=40))
def test_whatever_fails_a_creator_has_one_message_an_interval_and_one_after_the_failures(
    events: list[tuple[str, int]],
) -> None:
    world, sent_at = Processes(), []
    for what, value in events:
        before = len(world.queue.sent)
        if what == "wait":
            world.clock.advance(seconds=value)
        elif what == "queue":
            world.queue.refuses = not value
        elif what == "store":
            world.locks.down = not value
        elif what == "allowance":
            world.allowance.down = not value
        elif what == "crash":
            crash_before_sending(world, value)
        else:
            world.read(value)
        sent_at += [world.clock()] * (len(world.queue.sent) - before)
    assert all(later - earlier >= REQUEST_INTERVAL for earlier, later in pairwise(sent_at))
    world.queue.refuses = world.locks.down = world.allowance.down = False
    world.clock.time += REQUEST_INTERVAL
    assert [world.read(n) for n in range(PROCESSES)] == [True, False, False]


def crash_before_sending(world: Processes, process: int) -> None:
    """The process dies after it has taken the lock, if it takes it; another one is started."""

    def die() -> None:
        raise Died

    world.queue.on_send = die
    try:
        world.read(process)
    except Died:
        world.containers[process] = world.started()
    finally:
        world.queue.on_send = None

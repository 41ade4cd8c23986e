"""The container of this process, for its entry points and the tests."""

import functools
from collections.abc import Callable
from datetime import timedelta

from creator_search.bootstrap.container import Container
from creator_search.bootstrap.snapshots import prime, prime_tables, register_snapshot_hooks, renew

ACTIVITY_WAIT = timedelta(milliseconds=250)
"""The longest time that an answer of a Lambda waits for the record of what its caller did."""


@functools.cache
def process_container() -> Container:
    """Return the container of this process, which is built at the first call."""
    return Container()


def prepare_snapshot() -> None:
    """Register the hooks of SnapStart for this process."""
    register_snapshot_hooks(process_container())


def prepare_first_answer() -> None:
    """Create the clients of the tables before the first request."""
    prime_tables(process_container())


def snapshot_hooks() -> tuple[Callable[[], None], Callable[[], None]]:
    """Return what this process does before a snapshot, and after a restore."""
    return functools.partial(prime, process_container()), renew


def finish_activity() -> None:
    """Wait for what is being recorded: Lambda stops the threads of a function that has returned."""
    container = process_container()
    if Container.activity_recorder.is_built(container):
        container.activity_recorder.finish(ACTIVITY_WAIT)

"""The container of this process, for http/app.py, worker.py and the tests."""

import functools

from creator_search.bootstrap.container import Container
from creator_search.bootstrap.snapshots import register_snapshot_hooks


@functools.cache
def process_container() -> Container:
    """Return the container of this process, which is built at the first call."""
    return Container()


def prepare_snapshot() -> None:
    """Register the hooks of SnapStart for this process."""
    register_snapshot_hooks(process_container())

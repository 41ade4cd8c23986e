"""The container of this process, for http/app.py, worker.py and the tests."""

import functools

from creator_search.bootstrap.container import Container


@functools.cache
def process_container() -> Container:
    """Return the container of this process, which is built at the first call."""
    return Container()

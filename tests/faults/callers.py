"""`python -m tests.faults.callers NUMBER`: as many processes ask for similar accounts at the same time.

Prints one line a process: "answer", or the class of the error.
"""

import os
import sys
from datetime import timedelta

from creator_search.bootstrap import Container
from creator_search.domain.jobs import READERS_SHARE
from creator_search.domain.upstream_errors import UpstreamError

from tests.local_system import PATIENCE_SECONDS


def main(number: int) -> None:
    warm = Container()  # the children inherit what it has loaded
    warm.breaker_store.load_breaker("warm-up")
    warm.similar_sources(READERS_SHARE)
    start, go = os.pipe()
    children = []
    for child in range(number):
        pid = os.fork()
        if pid == 0:
            os.close(go)
            os.read(start, 1)  # until all have been started
            os.write(1, f"{_ask(f'caller.{child}')}\n".encode())
            os._exit(0)
        children.append(pid)
    os.close(go)
    for pid in children:
        os.waitpid(pid, 0)


def _ask(username: str) -> str:
    container = Container()
    deadline = container.clock() + timedelta(seconds=PATIENCE_SECONDS)
    try:
        container.similar_sources(READERS_SHARE).fetch_similar(username, deadline)
    except UpstreamError as error:
        return type(error).__name__
    return "answer"


if __name__ == "__main__":
    main(int(sys.argv[1]))

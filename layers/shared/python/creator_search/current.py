"""The id and the deadline of the request or message that is being handled, for the code that is called for it.

They are context variables: each request, message and thread has its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
_deadline: ContextVar[datetime | None] = ContextVar("deadline", default=None)


@contextmanager
def handling(request_id: str | None, deadline: datetime | None) -> Iterator[None]:
    """Set both while a request or a message is handled."""
    ids, deadlines = _request_id.set(request_id), _deadline.set(deadline)
    try:
        yield
    finally:
        _request_id.reset(ids)
        _deadline.reset(deadlines)


def request_id() -> str | None:
    return _request_id.get()


def deadline() -> datetime | None:
    """Return the time at which the answer must be sent, or the work must have ended; None outside of both."""
    return _deadline.get()

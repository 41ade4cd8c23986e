"""The request or message that is being handled: its id, its deadline and its username, for the code that is called for
it.

They are context variables: each request, message and thread has its own.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
_deadline: ContextVar[datetime | None] = ContextVar("deadline", default=None)
_username: ContextVar[str | None] = ContextVar("username", default=None)


@contextmanager
def handling(request_id: str | None, deadline: datetime | None, username: str | None = None) -> Iterator[None]:
    """Set all three while a request or a message is handled."""
    ids, deadlines, usernames = _request_id.set(request_id), _deadline.set(deadline), _username.set(username)
    try:
        yield
    finally:
        _request_id.reset(ids)
        _deadline.reset(deadlines)
        _username.reset(usernames)


def specify(deadline: datetime, username: str | None) -> None:
    """Set what is only known when the operation of a request is known, until its handling ends."""
    _deadline.set(deadline)
    _username.set(username)


def request_id() -> str | None:
    return _request_id.get()


def deadline() -> datetime | None:
    """Return the time at which the answer must be sent, or the work must have ended; None outside of both."""
    return _deadline.get()


def log_fields() -> Mapping[str, str]:
    """Return what a log line says about the request or message: `request_id` and `username`, if they are known."""
    known = {"request_id": _request_id.get(), "username": _username.get()}
    return {name: value for name, value in known.items() if value is not None}

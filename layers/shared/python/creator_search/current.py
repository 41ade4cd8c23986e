"""The request or message that is being handled: its id, its deadline, its username and its limit, for the code that is
called for it.

They are context variables: each request, message and thread has its own.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
_deadline: ContextVar[datetime | None] = ContextVar("deadline", default=None)
_username: ContextVar[str | None] = ContextVar("username", default=None)
_take_upstream: ContextVar[Callable[[], None] | None] = ContextVar("take_upstream", default=None)


@contextmanager
def handling(request_id: str | None, deadline: datetime | None, username: str | None = None) -> Iterator[None]:
    """Set these while a request or a message is handled."""
    ids, deadlines, usernames = _request_id.set(request_id), _deadline.set(deadline), _username.set(username)
    takes = _take_upstream.set(None)
    try:
        yield
    finally:
        _take_upstream.reset(takes)
        _request_id.reset(ids)
        _deadline.reset(deadlines)
        _username.reset(usernames)


def specify(deadline: datetime, username: str | None) -> None:
    """Set values that depend on the operation of a request, until its handling ends. A deadline that was set before is
    kept if it is earlier."""
    known = _deadline.get()
    _deadline.set(deadline if known is None else min(known, deadline))
    _username.set(username)


def limit(take: Callable[[], None]) -> None:
    """Set how the request that is being handled is counted as one that can reach the upstream."""
    _take_upstream.set(take)


def take_upstream() -> None:
    """Count the request as one that can reach the upstream, if its caller is limited; raises what `take` raises."""
    take = _take_upstream.get()
    if take is not None:
        take()


def request_id() -> str | None:
    return _request_id.get()


def deadline() -> datetime | None:
    """Return the time at which the answer must be sent, or the work must have ended; None outside of both."""
    return _deadline.get()


def log_fields() -> Mapping[str, str]:
    """Return the fields of a log line about the request or message: `request_id` and `username`, if they are known."""
    known = {"request_id": _request_id.get(), "username": _username.get()}
    return {name: value for name, value in known.items() if value is not None}

"""Reads ahead: what an answer may consist of is read before it is known whether it is enough."""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

T = TypeVar("T")
_Key = tuple[Any, ...]
_outcomes: ContextVar[Mapping[_Key, Any]] = ContextVar("outcomes", default={})  # noqa: B039  never changed
"""What was read ahead for the request that is being handled, values and errors."""


class ReadAhead(Generic[T]):
    """Reads ahead, and hands over what it found: the next `load` of the same key for the same request returns it, or
    raises its error. So a request reads once, and a failure is retried and counted once, however it is answered."""

    def __init__(self, load: Callable[..., T]) -> None:
        self._load = load

    def read(self, *key: Any) -> T:
        """Read the value. Raises the errors of the store."""
        try:
            found = self._load(*key)
        except Exception as error:
            self._hand_over(key, error)
            raise
        self._hand_over(key, found)
        return found

    def load(self, *key: Any) -> T:
        """Return what was read ahead, once, else read the value. Raises the errors of the store."""
        outcomes = dict(_outcomes.get())
        if (self, key) not in outcomes:
            return self._load(*key)
        ahead = outcomes.pop((self, key))
        _outcomes.set(outcomes)
        if isinstance(ahead, Exception):
            raise ahead
        found: T = ahead
        return found

    def _hand_over(self, key: _Key, outcome: Any) -> None:
        _outcomes.set({**_outcomes.get(), (self, key): outcome})

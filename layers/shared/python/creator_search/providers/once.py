"""One of everything a process."""

from collections.abc import Callable
from functools import cache
from typing import Any, ParamSpec, TypeVar

from creator_search.config import config

P = ParamSpec("P")
T = TypeVar("T")
_built: list[Any] = []


def once(build: Callable[P, T]) -> Callable[P, T]:
    """Built at first use, once for each set of arguments."""
    cached = cache(build)
    _built.append(cached)
    return cached  # type: ignore[return-value]


def reset() -> None:
    """Forget everything built, for the tests: each has its own world."""
    for cached in _built:
        cached.cache_clear()
    config.cache_clear()

"""Calls of code that waits, such as a store, from asynchronous code."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from starlette.concurrency import run_in_threadpool

from creator_search.environment import in_lambda

P = ParamSpec("P")
T = TypeVar("T")


async def call_blocking(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call the function in a thread; in Lambda without one, because an instance handles one request at a time."""
    return function(*args, **kwargs) if in_lambda() else await run_in_threadpool(function, *args, **kwargs)

"""The roles of the functions: calls to AWS that the deployed role of a function may not make are refused here as well,
as AWS refuses them.

Calls within `acting_as` are checked, including those in threads that copy the context. Other calls are not: those of
the tests, of the provisioning and of other threads. Much of the code continues when a cache, a counter or a breaker is
not available, so each refusal is also printed, and stored for the tests.
"""

import functools
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import boto3
from botocore.exceptions import ClientError
from creator_search.catalogue import FUNCTIONS, OPTIONAL_FUNCTIONS

from infra.local.needs import Needed, needs, needs_of_items
from infra.permissions import Permission, permissions

_ROWS = {**FUNCTIONS, **OPTIONAL_FUNCTIONS}
REFUSED = "is not authorized to perform"
_acting: ContextVar[str | None] = ContextVar("acting", default=None)
_refusals: list[str] = []


@contextmanager
def acting_as(function: str | None) -> Iterator[None]:
    """Make the calls within, and those of threads that copy the context, with the role of this function; with None, do
    not check them."""
    token = _acting.set(function)
    try:
        yield
    finally:
        _acting.reset(token)


def take_refusals() -> list[str]:
    """Return the refusals in this process since the last call."""
    found, _refusals[:] = _refusals[:], []
    return found


def enforce() -> None:
    """Check the calls of all clients that are created in this process from now on."""
    if boto3.DEFAULT_SESSION is None:
        boto3.setup_default_session()
    events = boto3.DEFAULT_SESSION.events  # type: ignore[union-attr]
    # A handler is registered once per id, whatever its event.
    events.register("before-call.dynamodb", _check_items, unique_id="roles of tables")
    events.register("provide-client-params", _check_call, unique_id="roles")


def _check_items(model: Any, params: Any, **_: Any) -> None:
    _check(model.name, lambda: needs_of_items(model.name, json.loads(params["body"])))


def _check_call(model: Any, params: Any, **_: Any) -> None:
    service = model.service_model.service_name
    if service != "dynamodb":
        _check(model.name, lambda: needs(service, model.name, params))


def _check(operation: str, needed: Callable[[], Iterable[Needed]]) -> None:
    """Raise the error that AWS raises if the role does not allow everything that the call needs."""
    function = _acting.get()
    if function is None:
        return
    for each in needed():
        if not any(each.is_allowed(by) for by in _granted(function)):
            message = f"The role of {function} {REFUSED}: {each}"
            print(message, file=sys.stderr, flush=True)
            _refusals.append(message)
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": message}}, operation)


@functools.cache
def _granted(function: str) -> tuple[Permission, ...]:
    return tuple(permissions(_ROWS[function]))

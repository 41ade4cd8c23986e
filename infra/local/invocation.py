"""Invocations of functions with their roles, like those of Lambda."""

import importlib
from collections.abc import Callable
from typing import Any

from creator_search.catalogue import Function, folder

from infra.local import roles
from infra.local.context import LocalContext


def handler_of(row: Function) -> Callable[[Any], Any]:
    """Import the handler of a function. Return a callable that calls it with an event and with the role of the
    function."""
    handler = importlib.import_module(f"{folder(row).replace('/', '.')}.handler").handler

    def invoke(event: Any) -> Any:
        with roles.acting_as(row.name):
            return handler(event, LocalContext(row.name, row.timeout_seconds, row.memory_mb))

    return invoke

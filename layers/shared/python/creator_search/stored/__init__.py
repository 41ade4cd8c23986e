"""Lambda handlers of operations whose fresh answer is a stored document.

Most requests of such an operation are plain ones for a creator whose document is stored and fresh. They are answered
here, without the web framework, whose import and dispatch would take longer than everything else. The framework's app
gets every other request, with what was already counted and read for it. Both ways use the same parts, so that the
answers are equal (tests/integration/test_stored.py).
"""

import functools
import importlib
from collections.abc import Callable
from contextvars import copy_context
from typing import Any

from creator_search import current
from creator_search.answers.deadlines import deadline_of
from creator_search.bootstrap.process import finish_activity, prepare_first_answer, process_container
from creator_search.catalogue import Access, operation
from creator_search.environment import is_initialized_ahead, is_initialized_on_demand
from creator_search.stored.answer import stored_answer
from creator_search.stored.requests import plain_request

__all__ = ["plain_request", "stored_answer", "stored_handler"]


def stored_handler(name: str, module: str) -> Callable[[Any, Any], Any]:
    """Return the Lambda handler of an operation in the catalogue. `module` is the name of the module that has it; the
    operation's own handler, for all requests, is in the module `operation` beside it."""
    row = operation(name)
    assert row.document and row.access is Access.CALLER
    folder, dot, _ = module.rpartition(".")

    @functools.cache
    def with_framework() -> Callable[[Any, Any], Any]:
        found: Callable[[Any, Any], Any] = importlib.import_module(f"{folder}{dot}operation").handler
        return found

    def handle(event: Any, context: Any) -> Any:
        request = plain_request(event, row)
        if request is None:
            return with_framework()(event, context)
        container = process_container()
        with current.handling(request.id, deadline_of(row, container.clock()), request.subject.username):
            answer = stored_answer(container, row, request)
            if answer is None:
                return with_framework()(event, context)
            finish_activity()
            return {
                "statusCode": answer.status,
                "headers": dict(answer.headers),
                "multiValueHeaders": {},
                "body": answer.text,
                "isBase64Encoded": False,
            }

    if is_initialized_ahead():
        with_framework()  # during initialization, which no request waits for
    elif is_initialized_on_demand():
        # Every answer needs them, and Lambda initializes with more of a processor than the memory buys afterwards.
        # Source: Lambda Web Adapter, "Async Initialization".
        prepare_first_answer()
    # In a context of its own: what is handed over does not outlive the request.
    return lambda event, context: copy_context().run(handle, event, context)

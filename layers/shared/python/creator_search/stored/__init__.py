"""Lambda handlers of operations whose fresh answer is a stored document.

Most requests of such an operation are plain ones for a creator whose document is stored and fresh. They are answered
here, without the web framework, whose import and dispatch would take longer than everything else. The framework's app
gets every other request, with what was already counted and read for it. Both ways use the same parts, so that the
answers are equal (tests/integration/test_stored.py).
"""

import functools
import importlib
import time
from collections.abc import Callable
from contextvars import copy_context
from typing import Any

from creator_search import current
from creator_search.answers.caching import cache_headers, is_current
from creator_search.answers.deadlines import deadline_of
from creator_search.answers.limits import classes_of, hand_over, limit_fields, start_counting
from creator_search.answers.measured import record_answer
from creator_search.answers.ready import read_ready
from creator_search.bootstrap import Container
from creator_search.bootstrap.process import finish_activity, process_container
from creator_search.catalogue import Access, Operation, operation
from creator_search.domain.errors import CreatorSearchError
from creator_search.environment import is_initialized_ahead
from creator_search.stored.requests import PlainRequest, plain_request

__all__ = ["plain_request", "stored_handler"]

Answer = dict[str, Any]
"""The answer of a function that a REST API calls."""


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
            answer = _answer(container, row, request)
            if answer is None:
                return with_framework()(event, context)
            finish_activity()
            return answer

    if is_initialized_ahead():
        with_framework()  # during initialization, which no request waits for
    # In a context of its own: what is handed over does not outlive the request.
    return lambda event, context: copy_context().run(handle, event, context)


def _answer(container: Container, row: Operation, request: PlainRequest) -> Answer | None:
    """Return the answer, or None if the framework's app has to give it."""
    started = time.perf_counter()
    try:
        counted = start_counting(container.request_limiter, request.caller)
        hand_over(counted)
        if counted is not None:
            counted.take(classes_of(row))
        found = read_ready(container, str(row.document), request.subject)
        if found is None:
            return None
        if is_current(found.etag, request.if_none_match):
            status, text, about = 304, "", {}
        else:
            status, text = 200, found.text()
            about = {"content-length": str(len(text.encode())), "content-type": "application/json"}
    except CreatorSearchError:  # over a limit, or a failure that was handed over: the app answers, and logs it
        return None
    except Exception as error:  # the app may be able to answer, and would hide it
        container.failures("api").log_failure("the answer without the framework failed", error)
        return None
    metrics = container.metrics
    with metrics.collecting(request_id=request.id, method=request.method, path=request.path) as details:
        if row.records_activity and request.subject.username:
            container.activity_recorder.record_opening(request.caller.subject, request.subject.username)
        record_answer(metrics, row.name, status, time.perf_counter() - started)
        details |= {"operation": row.name, "status": status}
    limits = limit_fields(counted, container.request_limiter.limits)
    headers = {**about, **cache_headers(row, found.etag), "x-request-id": request.id, **limits}
    return {
        "statusCode": status,
        "headers": headers,
        "multiValueHeaders": {},
        "body": text,
        "isBase64Encoded": False,
    }

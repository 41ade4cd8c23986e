"""Lambda handlers of operations whose fresh answer is a stored document.

Most requests of such an operation are plain ones for a creator whose document is stored and fresh. They are answered
here, without the web framework, whose import and dispatch would take longer than everything else. The framework's app
gets every other request, with what was already counted and read for it. Both ways use the same parts, so that the
answers are equal (tests/integration/test_stored.py).
"""

import functools
import importlib
import re
import time
import uuid
from collections.abc import Callable, Mapping
from contextvars import copy_context
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from creator_search import current
from creator_search.answers.caching import cache_headers, is_current
from creator_search.answers.deadlines import deadline_of
from creator_search.answers.documents import Timer, document_text
from creator_search.answers.limits import classes_of, hand_over, limit_fields, start_counting
from creator_search.answers.measured import record_answer
from creator_search.bootstrap import Container
from creator_search.bootstrap.process import finish_activity, process_container
from creator_search.catalogue import Access, Operation, operation
from creator_search.domain.caller_errors import RateLimited
from creator_search.domain.callers import Caller, caller_of
from creator_search.domain.documents import DocumentName
from creator_search.domain.errors import CreatorSearchError
from creator_search.domain.usernames import parse_username
from creator_search.environment import is_initialized_ahead

Answer = dict[str, Any]
"""The answer of a function that a REST API calls."""
_PLAIN_NAME = r"(@?[A-Za-z0-9._]+)"
_PORT = re.compile(r"[0-9]{1,5}")
_PLAIN_HOST = re.compile(r"[^:]*(:[0-9]+)?")


@dataclass(frozen=True, slots=True)
class PlainRequest:
    """A request of a caller for the document of a creator, without anything else that could change the answer."""

    id: str
    method: str
    path: str
    username: str
    caller: Caller
    if_none_match: str


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
        with current.handling(request.id, deadline_of(row, container.clock()), request.username):
            answer = _answer(container, row, request)
            if answer is None:
                return with_framework()(event, context)
            finish_activity()
            return answer

    if is_initialized_ahead():
        with_framework()  # during initialization, which no request waits for
    # In a context of its own: what is handed over does not outlive the request.
    return lambda event, context: copy_context().run(handle, event, context)


def plain_request(event: Any, row: Operation) -> PlainRequest | None:
    """Return the request of a proxy event, or None if it is anything but plain."""
    try:
        return _plain_request(event, row)
    except (AttributeError, KeyError, TypeError, ValueError, CreatorSearchError):
        return None


def _plain_request(event: Mapping[str, Any], row: Operation) -> PlainRequest | None:
    about, path = event["requestContext"], event["path"]
    is_other = "version" in event or "elb" in about or "resource" not in event
    asks_more = event.get("body") or event.get("queryStringParameters") or event.get("multiValueQueryStringParameters")
    given = _path(row.path).fullmatch(path)
    if is_other or asks_more or event["httpMethod"] != row.method or given is None:
        return None
    about.get("identity", {}).get("sourceIp")
    headers = _headers(event)
    if not _PLAIN_HOST.fullmatch(headers.get("host", "")) or not _PORT.fullmatch(headers.get("x-forwarded-port", "80")):
        return None
    if_none_match = headers.get("if-none-match", "")
    if not if_none_match.isascii():
        return None
    return PlainRequest(
        id=str(about.get("requestId") or uuid.uuid4()),
        method=row.method,
        path=path,
        username=parse_username(given[1]),
        caller=caller_of(about.get("authorizer") or {}),
        if_none_match=if_none_match,
    )


def _headers(event: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the headers with lower-case names; values of repeated ones are joined, as by Mangum."""
    single = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    repeated = {name.lower(): values for name, values in (event.get("multiValueHeaders") or {}).items()}
    if not all(isinstance(values, list) for values in repeated.values()):
        raise TypeError("a header's values are not a list")
    return {**single, **{name: ", ".join(values) for name, values in repeated.items()}}


@functools.cache
def _path(path: str) -> re.Pattern[str]:
    return re.compile(re.escape(path).replace(re.escape("{username}"), _PLAIN_NAME))


def _answer(container: Container, row: Operation, request: PlainRequest) -> Answer | None:
    """Return the answer, or None if the framework's app has to give it."""
    started = time.perf_counter()
    try:
        counted = start_counting(container.request_limiter, request.caller)
        hand_over(counted)
        if counted is not None:
            counted.take(classes_of(row))
        timer = Timer(container.clock(), timedelta())
        found = container.stored_documents.read_fresh(request.username, DocumentName(str(row.document)))
        if found is None:
            return None
        etag = found.document.etag
        if is_current(etag, request.if_none_match):
            status, text, about = 304, "", {}
        else:
            status, text = 200, document_text(found, timer)
            about = {"content-length": str(len(text.encode())), "content-type": "application/json"}
    except RateLimited:
        return None
    except Exception:  # the app meets the same error: it logs it, and answers
        return None
    metrics = container.metrics
    with metrics.collecting(request_id=request.id, method=request.method, path=request.path) as details:
        if row.records_activity:
            container.activity_recorder.record_opening(request.caller.subject, request.username)
        record_answer(metrics, row.name, status, time.perf_counter() - started)
        details |= {"operation": row.name, "status": status}
    limits = limit_fields(counted, container.request_limiter.limits)
    headers = {**about, **cache_headers(row, etag), "x-request-id": request.id, **limits}
    return {
        "statusCode": status,
        "headers": headers,
        "multiValueHeaders": {},
        "body": text,
        "isBase64Encoded": False,
    }

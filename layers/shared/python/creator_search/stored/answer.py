"""The answer to a plain request from what is stored."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from creator_search.answers.caching import cache_headers, is_current
from creator_search.answers.limits import classes_of, hand_over, limit_fields, start_counting
from creator_search.answers.ready import read_ready
from creator_search.bootstrap import Container
from creator_search.catalogue import Operation
from creator_search.domain.errors import CreatorSearchError
from creator_search.stored.requests import PlainRequest


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    status: int
    headers: Mapping[str, str]
    text: str


def stored_answer(container: Container, row: Operation, request: PlainRequest) -> StoredAnswer | None:
    """Return the answer, or None if the framework's app has to give it. Called while the request is the current one."""
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
        container.answer_recorder.record_answer(row.name, status, time.perf_counter() - started)
        details |= {"operation": row.name, "status": status}
    limits = limit_fields(counted, container.request_limiter.limits)
    headers = {**about, **cache_headers(row, found.etag), "x-request-id": request.id, **limits}
    return StoredAnswer(status, headers, text)

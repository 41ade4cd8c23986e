"""Answers that several operations share; an answer of one operation alone stands in its handler."""

import json
import time
from datetime import datetime
from typing import Annotated, Any, Self

from fastapi import Response
from pydantic import BaseModel, Field

from creator_search.domain.documents import etag_of
from creator_search.domain.jobs import JobStatus, Priority
from creator_search.domain.standing import estimated_time
from creator_search.http import Envelope, timestamp
from creator_search.services.read_creator import DocumentAnswer
from creator_search.services.request_profile import Answer, RequestOutcome


def _absent(value: object) -> bool:
    return value is None


Maybe = Field(default=None, exclude_if=_absent)
"""A field that is left out where it does not apply."""


class ReadMeta(BaseModel):
    """About one answer of the read family. `source` is store or upstream; a stale one is being built anew."""

    cache_hit: bool
    response_time_ms: float
    ai_analysis_coverage: str
    last_updated: str
    stale: bool
    source: str
    age_seconds: int


class Timer:
    """Started when a request is handled, asked when its answer is made."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._started = time.perf_counter()

    def about(self, *, is_cached: bool, is_stale: bool, updated_at: datetime) -> dict[str, Any]:
        """What every answer of the read family says of itself."""
        return {
            "cache_hit": is_cached,
            "response_time_ms": round(1000 * (time.perf_counter() - self._started), 2),
            "last_updated": timestamp(updated_at),
            "stale": is_stale,
            "source": "store" if is_cached else "upstream",
            "age_seconds": max(0, int((self.now - updated_at).total_seconds())),
        }


def document_response(answer: DocumentAnswer, timer: Timer) -> Response:
    """The stored text as it is, with `meta` put behind its last field."""
    found = answer.document
    about = timer.about(is_cached=answer.is_cached, is_stale=answer.is_stale, updated_at=found.updated_at)
    meta = json.dumps({**about, "ai_analysis_coverage": found.ai_coverage})
    # The version is that of what is stored: `meta` differs with every answer.
    headers = {"ETag": found.etag} | ({"Cache-Control": "no-store"} if answer.is_stale else {})
    return Response(f'{found.body[:-1]},"meta":{meta}}}', media_type="application/json", headers=headers)


def versioned_response(body: dict[str, Any], *, version: Any, is_stale: bool = False) -> Response:
    """`version` is the part of the body that says whether a client's copy is still good."""
    headers = {"ETag": etag_of(json.dumps(version))} | ({"Cache-Control": "no-store"} if is_stale else {})
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, media_type="application/json", headers=headers)


class RequestData(BaseModel):
    queued: bool
    message: str
    estimated_time: str
    profile_type: str
    status: str
    priority: Annotated[Priority | None, Maybe] = None
    queue_position: Annotated[int | None, Maybe] = None
    request_id: Annotated[str | None, Maybe] = None
    created_at: Annotated[str | None, Maybe] = None
    skip_reason: Annotated[str | None, Maybe] = None
    upgrade_from: Annotated[str | None, Maybe] = None
    next_check_recommended: Annotated[str | None, Maybe] = None
    error_recovery: Annotated[bool | None, Maybe] = None
    fallback_mode: Annotated[bool | None, Maybe] = None

    @classmethod
    def of(cls, outcome: RequestOutcome) -> Self:
        """The contract's table of cases, row by row."""
        name, job = outcome.username, outcome.job
        if outcome.answer in (Answer.ALREADY_PROCESSED, Answer.RECENTLY_COMPLETED):
            recently = outcome.answer is Answer.RECENTLY_COMPLETED
            return cls(
                queued=False,
                message=f"Profile {name} was recently processed and is now available"
                if recently
                else f"Profile {name} is already fully processed",
                estimated_time="complete",
                profile_type="primary",
                status="exists",
                created_at=timestamp(outcome.profile.created_at) if outcome.profile else None,
                skip_reason=outcome.answer.value,
            )
        if outcome.answer is Answer.RECOVERED:
            return cls(
                queued=True,
                message=f"Profile {name} is being processed (system recovery mode)",
                # Its place in the queue is not known: the longest range is the only one that cannot be wrong.
                estimated_time="15-30 minutes",
                profile_type="processing",
                status="pending",
                request_id=outcome.request_id,
                error_recovery=True,
                fallback_mode=True,
            )
        assert job is not None and outcome.position is not None
        in_queue = outcome.answer is Answer.ALREADY_IN_QUEUE
        return cls(
            queued=True,
            message=f"Profile {name} is already in queue (status: {job.status})"
            if in_queue
            else f"Profile {name} added to {job.priority.lower()} priority processing queue",
            estimated_time=estimated_time(outcome.position),
            profile_type="queued" if in_queue else "new",
            status="processing" if job.status is JobStatus.PROCESSING else "pending",
            priority=job.priority,
            queue_position=outcome.position,
            request_id=job.request_id,
            skip_reason=outcome.answer.value if in_queue else None,
            next_check_recommended=None if in_queue else "30 seconds",
            upgrade_from="secondary" if outcome.is_upgrade else None,
        )


class RequestAnswer(Envelope):
    data: RequestData

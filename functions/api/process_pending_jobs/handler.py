"""POST /api/viral-ideas/process-pending."""

from datetime import timedelta
from typing import Annotated

from creator_search.bootstrap import Container
from creator_search.http import endpoint, lambda_handler, provided
from creator_search.schemas.envelope import Envelope
from creator_search.services.pipeline.sweep import JobSweeper
from fastapi import Query
from pydantic import BaseModel

router, route = endpoint("process_pending_jobs")

_REDRIVE_FOR = timedelta(seconds=15)


class ProcessPendingData(BaseModel):
    dispatched: int
    reclaimed: int
    failed: int
    redriven: int
    unreadable: int
    counters_repaired: int


class ProcessPendingAnswer(Envelope):
    data: ProcessPendingData


@route()
def process_pending_jobs(
    sweeper: Annotated[JobSweeper, provided(Container.job_sweeper)],
    redrive: Annotated[bool, Query(description="Also turn dead letters into jobs again.", examples=[True])] = False,
) -> ProcessPendingAnswer:
    """Send a message for every due job that has none; with `redrive`, also turn dead letters into jobs again. Dead
    letters that cannot be parsed stay in their queue."""
    swept = sweeper.sweep()
    redriven = unreadable = 0
    if redrive:
        again = sweeper.redrive(_REDRIVE_FOR)
        redriven, unreadable = again.redriven, again.unreadable
    return ProcessPendingAnswer(
        data=ProcessPendingData(
            dispatched=swept.dispatched,
            reclaimed=swept.reclaimed,
            failed=swept.failed,
            redriven=redriven,
            unreadable=unreadable,
            counters_repaired=swept.counters_repaired,
        )
    )


handler = lambda_handler(router)

"""POST /api/viral-ideas/process-pending."""

from datetime import timedelta
from typing import Annotated

from creator_search import providers
from creator_search.http import Envelope, endpoint, lambda_handler, provided
from creator_search.services.ports import JobQueue, JobStore
from creator_search.services.sweep_jobs import SweepJobs, redrive_dead_letters
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


@route(
    example={
        "success": True,
        "data": {
            "dispatched": 2,
            "reclaimed": 1,
            "failed": 0,
            "redriven": 4,
            "unreadable": 1,
            "counters_repaired": 0,
        },
    }
)
def process_pending_jobs(
    sweep: Annotated[SweepJobs, provided(providers.sweep_jobs)],
    jobs: Annotated[JobStore, provided(providers.job_store)],
    queue: Annotated[JobQueue, provided(providers.job_queue)],
    redrive: Annotated[bool, Query(description="Also make dead letters into jobs again.", examples=[True])] = False,
) -> ProcessPendingAnswer:
    """Send every job that is due and has no live message; with `redrive`, the dead letters too. Unreadable dead
    letters stay where they are."""
    swept = sweep()
    redriven = unreadable = 0
    if redrive:
        until = providers.now() + _REDRIVE_FOR
        again = redrive_dead_letters(jobs, queue, providers.now, providers.new_id, until)
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

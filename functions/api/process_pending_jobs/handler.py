"""POST /api/viral-ideas/process-pending."""

from datetime import timedelta
from typing import Annotated

from creator_search.bootstrap import Container
from creator_search.http import endpoint, lambda_handler, provided
from creator_search.schemas.envelope import Envelope
from creator_search.services.pipeline.redrive import TaskRedriver
from creator_search.services.pipeline.sweep import JobSweeper
from fastapi import Query
from pydantic import BaseModel

router, route = endpoint("process_pending_jobs")

_REDRIVE_TASKS_FOR = timedelta(seconds=12)
_REDRIVE_JOBS_FOR = timedelta(seconds=8)


class ProcessPendingData(BaseModel):
    dispatched: int
    reclaimed: int
    failed: int
    redriven: int
    redriven_tasks: dict[str, int]
    unreadable: int
    counters_repaired: int


class ProcessPendingAnswer(Envelope):
    data: ProcessPendingData


@route()
def process_pending_jobs(
    sweeper: Annotated[JobSweeper, provided(Container.job_sweeper)],
    tasks: Annotated[TaskRedriver, provided(Container.task_redriver)],
    redrive: Annotated[
        bool, Query(description="Also redrive the dead letters of all queues.", examples=[True])
    ] = False,
) -> ProcessPendingAnswer:
    """Send a message for every due job that has none; with `redrive`, also turn the dead letters of the profile queues
    into jobs again (`redriven`), and send those of all other queues again (`redriven_tasks`, by queue). Dead letters
    that cannot be parsed stay in their queue."""
    swept = sweeper.sweep()
    redriven = unreadable = 0
    redriven_tasks: dict[str, int] = {}
    if redrive:
        sent = tasks.redrive(_REDRIVE_TASKS_FOR)
        again = sweeper.redrive(_REDRIVE_JOBS_FOR)
        redriven, unreadable = again.redriven, again.unreadable + sent.unreadable
        redriven_tasks = dict(sent.redriven)
    return ProcessPendingAnswer(
        data=ProcessPendingData(
            dispatched=swept.dispatched,
            reclaimed=swept.reclaimed,
            failed=swept.failed,
            redriven=redriven,
            redriven_tasks=redriven_tasks,
            unreadable=unreadable,
            counters_repaired=swept.counters_repaired,
        )
    )


handler = lambda_handler(router)

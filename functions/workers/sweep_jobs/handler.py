"""Every minute: sends messages for jobs whose message was lost or whose worker died."""

from dataclasses import asdict

from creator_search.bootstrap import Container
from creator_search.services.pipeline.sweep import JobSweeper
from creator_search.worker import scheduled_worker


def work(jobs: JobSweeper) -> dict[str, int]:
    return asdict(jobs.sweep())


handler = scheduled_worker("sweep_jobs", work, Container.job_sweeper)

"""The HIGH, MEDIUM and LOW profile queues; the queue of a message is its priority."""

from creator_search.bootstrap import PRIORITY_QUEUES, Container
from creator_search.domain.messages import parse_job_message
from creator_search.services.pipeline.process import JobProcessor, JobResult
from creator_search.worker import Received, queue_worker

_PRIORITIES = {queue: priority for priority, queue in PRIORITY_QUEUES.items()}


def work(received: Received, jobs: JobProcessor) -> JobResult:
    message = parse_job_message(received.body)
    return jobs.process(message, _PRIORITIES[received.queue], received.sent_at, received.deadline)


handler = queue_worker("process_profiles", work, Container.job_processor)

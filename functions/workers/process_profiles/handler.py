"""The HIGH, MEDIUM and LOW profile queues; the queue that a message arrives on is its priority."""

from creator_search import providers
from creator_search.domain.messages import parse_job_message
from creator_search.services.process_profile import Done
from creator_search.worker import Received, queue_worker

_PRIORITIES = {queue: priority for priority, queue in providers.PROFILE_QUEUES.items()}


def work(received: Received) -> Done:
    priority = _PRIORITIES[received.queue]
    message = parse_job_message(received.body)
    return providers.process_profile(priority)(message, priority, received.sent_at, received.deadline)


handler = queue_worker("process_profiles", work)

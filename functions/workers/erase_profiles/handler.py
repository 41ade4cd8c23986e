"""The erasure queue: creators whose data has to go."""

from creator_search import providers
from creator_search.domain.messages import parse_erasure_message
from creator_search.worker import Received, queue_worker


def work(received: Received) -> str:
    """What was erased."""
    message = parse_erasure_message(received.body)
    return str(providers.erase_profile()(message.username, is_last=message.is_last))


handler = queue_worker("erase_profiles", work)

"""The analysis queue: captions to read."""

from creator_search import providers
from creator_search.domain.messages import parse_analysis_message
from creator_search.worker import Received, queue_worker


def work(received: Received) -> str:
    """What was read."""
    message = parse_analysis_message(received.body)
    if message.usernames:
        # A list is made into a message each, so that one that fails costs only itself.
        for username in message.usernames:
            providers.task_queue().analyse_profile(username)
        return f"{len(message.usernames)} sent"
    assert message.username is not None
    return str(providers.analyze_profile()(message.username, received.deadline, message.attempt))


handler = queue_worker("analyze_posts", work)

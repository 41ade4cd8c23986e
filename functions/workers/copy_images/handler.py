"""The media queue: images that an answer or a job had no time for."""

from creator_search import providers
from creator_search.domain.messages import parse_media_message
from creator_search.worker import Received, queue_worker


def work(received: Received) -> int:
    """How many images were copied."""
    message = parse_media_message(received.body)
    if message.kind == "similar":
        return providers.finish_similar_images()(message.username, message.batch_id or "", received.deadline)
    return providers.finish_images()(message.username, received.deadline)


handler = queue_worker("copy_images", work)

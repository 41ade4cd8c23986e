"""The media queue: images that an answer or a job did not finish."""

from creator_search.bootstrap import Container
from creator_search.domain.messages import MediaMessage, parse_message
from creator_search.services.images.finish import ProfileImageFinisher
from creator_search.services.similar.images import SimilarImageFinisher
from creator_search.worker import Received, queue_worker


def work(received: Received, profiles: ProfileImageFinisher, similar: SimilarImageFinisher) -> int:
    """Return the number of copied images."""
    message = parse_message(MediaMessage, received.body)
    if message.kind == "similar":
        return similar.finish_similar_images(message.username, message.batch_id or "", received.deadline)
    return profiles.finish_profile_images(message.username, received.deadline)


handler = queue_worker("copy_images", work, Container.profile_image_finisher, Container.similar_image_finisher)

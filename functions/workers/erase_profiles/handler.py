"""The erasure queue: creators whose data is to be erased."""

from creator_search.bootstrap import Container
from creator_search.domain.messages import ErasureMessage, parse_message
from creator_search.services.erasure import Erased, ProfileEraser
from creator_search.worker import Received, queue_worker


def work(received: Received, eraser: ProfileEraser) -> Erased:
    return eraser.erase(parse_message(ErasureMessage, received.body), received.deadline)


handler = queue_worker("erase_profiles", work, Container.profile_eraser)

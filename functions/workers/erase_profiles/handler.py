"""The erasure queue: creators and callers whose data is to be erased."""

from creator_search.bootstrap import Container
from creator_search.domain.messages import CallerErasureMessage, parse_erasure
from creator_search.services.callers import CallerEraser
from creator_search.services.erasure import ProfileEraser
from creator_search.worker import Received, queue_worker


def work(received: Received, creators: ProfileEraser, callers: CallerEraser) -> object:
    message = parse_erasure(received.body)
    if isinstance(message, CallerErasureMessage):
        return f"{callers.finish(message)} items of a caller"
    return creators.erase(message, received.deadline)


handler = queue_worker("erase_profiles", work, Container.profile_eraser, Container.caller_eraser)

"""DELETE /api/profile/{username}/data."""

from typing import Annotated

from creator_search.bootstrap import Container
from creator_search.http import Username, endpoint, lambda_handler, provided
from creator_search.schemas.erasure import ErasureAnswer
from creator_search.services.erasure import ErasureRequests

router, route = endpoint("erase_profile")


@route()
def erase_profile(
    username: Username, erasures: Annotated[ErasureRequests, provided(Container.erasure_requests)]
) -> ErasureAnswer:
    """Erase all data of a creator: the profile, its posts and images, the CDN's copies, queued work, and its entries in
    the similar sets of other creators. Afterwards the username is refused and not collected again. The request may be
    repeated."""
    return ErasureAnswer.of(erasures.request_erasure(username))


handler = lambda_handler(router)

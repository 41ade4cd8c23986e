"""DELETE /api/profile/by-id/{id}/data."""

from typing import Annotated

from creator_search.bootstrap import Container
from creator_search.http import AccountId, endpoint, lambda_handler, provided
from creator_search.schemas.erasure import ErasureAnswer
from creator_search.services.erasure import ErasureRequests

router, route = endpoint("erase_profile_by_id")


@route()
def erase_profile_by_id(
    id: AccountId, erasures: Annotated[ErasureRequests, provided(Container.erasure_requests)]
) -> ErasureAnswer:
    """Erase all data of an account, under all of its usernames, even if another account now has its last username.
    Afterwards the account is refused and not collected again. The request may be repeated, and an account that is not
    stored is refused afterwards, too."""
    return ErasureAnswer.of(erasures.request_erasure_of_account(id))


handler = lambda_handler(router)

"""The errors of the upstreams: a branch of the tree in errors.py."""

from creator_search.domain.errors import Unavailable


class UpstreamError(Unavailable):
    """The upstream gave no usable answer.

    `can_pass` tells whether a retry at once can succeed, `is_failure` whether the endpoint failed, so that its breaker
    counts it.
    """

    default_message = "The upstream API is not available"
    can_pass = True
    is_failure = True


class UpstreamTooSlow(UpstreamError):
    """The caller's deadline passed, which is no evidence against the endpoint."""

    default_message = "The upstream API took too long"
    is_failure = False


class UpstreamDeferred(UpstreamError):
    """The call may be made later, after `retry_in`. A job that gets this error is put off; that is no attempt."""

    is_failure = False


class UpstreamThrottled(UpstreamDeferred):
    """The upstream's limit per second was exceeded. `retry_in` is the upstream's delay, if it sent one."""

    default_message = "The upstream API is busy"


class UpstreamRateSpent(UpstreamDeferred):
    """The caller's share of the upstream's rate is used up; the upstream was not called."""

    default_message = "The upstream API is busy"
    can_pass = False


class UpstreamBreakerOpen(UpstreamDeferred):
    """The endpoint has failed several times in a row; the upstream was not called."""

    can_pass = False


class UpstreamQuotaExhausted(UpstreamDeferred):
    """The monthly quota is used up; `retry_in` is the time until its reset."""

    default_message = "The upstream API quota is used up"
    can_pass = False


class UpstreamRejected(UpstreamError):
    """The upstream refused the key; an operator has to act."""

    default_message = "The upstream API refused the request"
    can_pass = False


class UpstreamMisconfigured(UpstreamError):
    """The upstream has no such endpoint: an operator has to act."""

    default_message = "The upstream API does not have the endpoint that is configured"
    can_pass = False


class UpstreamPayloadInvalid(UpstreamError):
    """The answer lacks required data; the message names the field."""

    def __init__(self, field: str, *, can_pass: bool = True) -> None:
        super().__init__(f"The upstream answer has no usable field {field}")
        self.field = field
        self.can_pass = can_pass


class WrongAccount(UpstreamError):
    """The answer is about `username`, with the id `account_id` if it gives one, instead of `asked`.

    A provider sometimes answers with a wrong account; or the account that had the name has another one now. This is no
    evidence that `asked` does not exist.
    """

    is_failure = False

    def __init__(self, asked: str, username: str, account_id: str | None) -> None:
        super().__init__(f"The upstream answer is about another account than {asked}")
        self.asked = asked
        self.username = username
        self.account_id = account_id


class UpstreamNotConfigured(UpstreamError):
    can_pass = False
    is_failure = False

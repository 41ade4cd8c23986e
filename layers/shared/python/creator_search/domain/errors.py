"""Every failure that Creator Search names, in one tree; `http.py` maps it to statuses, once.

A message is what a client may read: it never holds an address, a table's name or a secret. Details go to the log as
the exception's cause.
"""


class CreatorSearchError(Exception):
    """The root. `error_code` is the stable name that clients depend on."""

    error_code = "INTERNAL_ERROR"
    troubleshooting = "Try again; if it keeps failing, quote the request_id to support."
    retry_after_seconds: int | None = None

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidParameter(CreatorSearchError):
    """A parameter outside its range; the message names it and the range."""

    error_code = "INVALID_PARAMETER"
    troubleshooting = "Correct the parameter that the message names."


class EmptyUsername(CreatorSearchError):
    error_code = "EMPTY_USERNAME"
    troubleshooting = "Give an Instagram username, with or without the leading @."

    def __init__(self) -> None:
        super().__init__("Username cannot be empty")


class InvalidUsername(CreatorSearchError):
    error_code = "INVALID_USERNAME"
    troubleshooting = "Usernames have 1 to 30 letters, digits, dots and underscores."


class NotFound(CreatorSearchError):
    error_code = "NOT_FOUND"
    troubleshooting = "See /docs for the paths that exist."


class ProfileNotFound(NotFound):
    """The upstream said explicitly that there is no such profile."""

    error_code = "PROFILE_NOT_FOUND"
    troubleshooting = "Check the spelling of the username."

    def __init__(self, username: str) -> None:
        super().__init__(f"Profile {username} does not exist")


class ProfileErased(ProfileNotFound):
    """Its data was erased on demand, and is not collected again."""

    troubleshooting = "The data of this profile was erased on demand; it is not collected again."

    def __init__(self, username: str) -> None:
        CreatorSearchError.__init__(self, f"Profile {username} was erased")


class MethodNotAllowed(CreatorSearchError):
    error_code = "METHOD_NOT_ALLOWED"
    troubleshooting = "See /docs for the methods of each path."

    def __init__(self) -> None:
        super().__init__("This path does not support this method")


class IdempotencyConflict(CreatorSearchError):
    """The same Idempotency-Key is in use: by the same request, still running, or by another one."""

    error_code = "IDEMPOTENCY_CONFLICT"
    troubleshooting = "Wait for the first request with this Idempotency-Key to end, or use a new key."
    retry_after_seconds = 1

    def __init__(self, message: str = "A request with this Idempotency-Key is still in progress") -> None:
        super().__init__(message)


class BodyTooLarge(CreatorSearchError):
    error_code = "PAYLOAD_TOO_LARGE"
    troubleshooting = "Send fewer items in one request."


class CacheClearingFailed(CreatorSearchError):
    error_code = "CACHE_CLEARING_FAILED"
    troubleshooting = "Nothing is half-cleared that a second try would not finish: send the request again."


class Unavailable(CreatorSearchError):
    """A dependency is down; the same request may succeed later."""

    error_code = "SERVICE_UNAVAILABLE"
    troubleshooting = "A service this depends on is down. Try again after the time in Retry-After."
    retry_after_seconds: int | None = 30


class StoreUnavailable(Unavailable):
    def __init__(self) -> None:
        super().__init__("The data store is not available")


class QueueUnavailable(Unavailable):
    def __init__(self) -> None:
        super().__init__("The processing queue is not available")


class StorageUnavailable(Unavailable):
    def __init__(self) -> None:
        super().__init__("The image storage is not available")


class CdnUnavailable(Unavailable):
    def __init__(self) -> None:
        super().__init__("The image CDN is not available")


class MetricsUnavailable(Unavailable):
    def __init__(self) -> None:
        super().__init__("The metrics store is not available")


class UpstreamError(Unavailable):
    """The upstream gave no usable answer. `can_pass` tells whether trying again makes sense."""

    can_pass = True

    def __init__(self, message: str = "The upstream API is not available") -> None:
        super().__init__(message)


class UpstreamThrottled(UpstreamError):
    """A per-second limit: wait this long, then try again."""

    def __init__(self, wait_seconds: float | None = None) -> None:
        super().__init__("The upstream API is busy")
        self.wait_seconds = wait_seconds


class UpstreamQuotaExhausted(UpstreamError):
    """The month's quota is used up: no retry helps before it is reset."""

    can_pass = False
    retry_after_seconds = 3600

    def __init__(self) -> None:
        super().__init__("The upstream API quota is used up")


class UpstreamRejected(UpstreamError):
    """The upstream refused our key: an operator has to act."""

    can_pass = False

    def __init__(self) -> None:
        super().__init__("The upstream API refused the request")


class UpstreamPayloadInvalid(UpstreamError):
    """The upstream answered, but what is needed is not in it; the message names the field."""

    def __init__(self, field: str) -> None:
        super().__init__(f"The upstream answer has no usable field {field}")
        self.field = field


class UpstreamNotConfigured(UpstreamError):
    can_pass = False


class ImageRejected(CreatorSearchError):
    """An image that must not, or could not, be copied; the message is the reason."""


class MalformedMessage(CreatorSearchError):
    """A queue message that cannot be understood; the message is the reason."""


class GaveUp(CreatorSearchError):
    """Work that failed too often; the message is the reason."""


class LeaseLost(CreatorSearchError):
    """Another worker holds the job now: whatever this one still has must not be written."""

    def __init__(self) -> None:
        super().__init__("The lease on this job was lost")

"""All errors of Creator Search, with the status and the texts that clients receive.

Messages are sent to clients: they never contain an address, a table name or a secret. Details are logged with the
exception's cause.
"""

import math
from collections.abc import Iterator
from datetime import timedelta
from typing import ClassVar, Self


class CreatorSearchError(Exception):
    """Base class. Clients depend on `error_code`, which does not change.

    One class per status sets `documentation`, the description of that status in the OpenAPI document, and
    `example_message`, the message in its example there.
    """

    status: ClassVar[int] = 500
    documentation: ClassVar[str] = "An unexpected error"
    example_message: ClassVar[str] = "An internal error occurred"
    error_code = "INTERNAL_ERROR"
    troubleshooting = "Try again. If the error persists, contact support with the request_id."
    retry_after_seconds: int | None = None

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    @classmethod
    def documented(cls) -> "Iterator[type[CreatorSearchError]]":
        """Yield this class and its subclasses that document a status."""
        if "documentation" in cls.__dict__:
            yield cls
        for subclass in cls.__subclasses__():
            yield from subclass.documented()

    @classmethod
    def example(cls) -> Self:
        """Return an instance with the example message, for the OpenAPI document."""
        error = cls.__new__(cls)
        CreatorSearchError.__init__(error, cls.example_message)
        return error


class InvalidParameter(CreatorSearchError):
    """A parameter is invalid; the message names it and its allowed range."""

    status = 400
    documentation = "A parameter is invalid; the message names it and its allowed range"
    example_message = "limit: must be an integer from 1 to 80"
    error_code = "INVALID_PARAMETER"
    troubleshooting = "Correct the parameter named in the message."


class EmptyUsername(CreatorSearchError):
    status = 400
    error_code = "EMPTY_USERNAME"
    troubleshooting = "Provide an Instagram username, with or without the leading @."

    def __init__(self) -> None:
        super().__init__("Username cannot be empty")


class InvalidUsername(CreatorSearchError):
    status = 400
    error_code = "INVALID_USERNAME"
    troubleshooting = "Usernames have 1 to 30 letters, digits, dots and underscores."


class NotFound(CreatorSearchError):
    status = 404
    documentation = "The profile or the path does not exist"
    example_message = "This path does not exist"
    error_code = "NOT_FOUND"
    troubleshooting = "See /docs for the existing paths."


class ProfileNotFound(NotFound):
    """The upstream stated explicitly that the profile does not exist."""

    error_code = "PROFILE_NOT_FOUND"
    troubleshooting = "Check the spelling of the username."

    def __init__(self, username: str) -> None:
        super().__init__(f"Profile {username} does not exist")


class ProfileErased(ProfileNotFound):
    """The profile's data was erased on demand and must not be collected again."""

    troubleshooting = "The data of this profile was erased on demand; it is not collected again."

    def __init__(self, username: str) -> None:
        CreatorSearchError.__init__(self, f"Profile {username} was erased")


class ProfileMoved(CreatorSearchError):
    """The account has another username now."""

    status = 301
    documentation = "The account has another username now, which is in Location"
    example_message = "The profile ada.old is now ada"
    error_code = "PROFILE_MOVED"
    troubleshooting = "Use the username in Location."

    def __init__(self, username: str, new_username: str) -> None:
        super().__init__(f"The profile {username} is now {new_username}")
        self.new_username = new_username


class ProfileNotStored(ProfileNotFound):
    """The operation reads stored data only, and there is none of this creator."""

    troubleshooting = "Read the profile, or request it with POST /api/profile/{username}/request."

    def __init__(self, username: str) -> None:
        CreatorSearchError.__init__(self, f"Profile {username} is not stored")


class PostNotStored(NotFound):
    troubleshooting = "See /api/profile/{username}/posts for the stored posts."

    def __init__(self, username: str, shortcode: str) -> None:
        super().__init__(f"Profile {username} has no stored post {shortcode}")


class MethodNotAllowed(CreatorSearchError):
    status = 405
    documentation = "The path does not support the method"
    example_message = "This path does not support this method"
    error_code = "METHOD_NOT_ALLOWED"
    troubleshooting = "See /docs for the methods of each path."

    def __init__(self) -> None:
        super().__init__("This path does not support this method")


class Conflict(CreatorSearchError):
    """The request contradicts what is stored."""

    status = 409
    documentation = (
        "The request contradicts what is stored; or its Idempotency-Key was used for another request, or for one that "
        "is still in progress"
    )
    example_message = "A request with this Idempotency-Key is still in progress"
    error_code = "CONFLICT"
    troubleshooting = "Read the current state, and change the request."


class IdempotencyConflict(Conflict):
    """The Idempotency-Key belongs to a request that is still running."""

    troubleshooting = "Wait for the first request with this Idempotency-Key to end, or use a new key."
    retry_after_seconds = 1

    def __init__(self) -> None:
        super().__init__("A request with this Idempotency-Key is still in progress")


class IdempotencyKeyUsed(Conflict):
    """The Idempotency-Key belongs to a different request, or to one whose answer is not repeated: it is refused as long
    as it is kept."""

    troubleshooting = "Use a new Idempotency-Key."


class BodyTooLarge(CreatorSearchError):
    status = 413
    documentation = "The body is too large"
    example_message = "The body is larger than 256 KB"
    error_code = "PAYLOAD_TOO_LARGE"
    troubleshooting = "Send fewer items in one request."


class CacheClearingFailed(CreatorSearchError):
    error_code = "CACHE_CLEARING_FAILED"
    troubleshooting = "Send the request again to clear the rest."


class Unavailable(CreatorSearchError):
    """A dependency is down; the same request may succeed later, after `retry_in` if that is known."""

    status = 503
    documentation = "A dependency is down; Retry-After states when to try again"
    example_message = "The data store is not available"
    error_code = "SERVICE_UNAVAILABLE"
    troubleshooting = "A dependency of this service is down. Try again after the time in Retry-After."
    retry_after_seconds: int | None = 30
    default_message: ClassVar[str] = example_message

    def __init__(self, message: str | None = None, *, retry_in: timedelta | None = None) -> None:
        super().__init__(message or self.default_message)
        self.retry_in = retry_in
        if retry_in is not None:
            self.retry_after_seconds = max(1, math.ceil(retry_in.total_seconds()))


class StoreUnavailable(Unavailable):
    default_message = "The data store is not available"


class QueueUnavailable(Unavailable):
    default_message = "The processing queue is not available"


class StorageUnavailable(Unavailable):
    default_message = "The image storage is not available"


class CdnUnavailable(Unavailable):
    default_message = "The image CDN is not available"


class CdnBusy(CdnUnavailable):
    """The CDN is still removing as many copies as it takes at a time."""


class MetricsUnavailable(Unavailable):
    default_message = "The metrics store is not available"


class SecretUnavailable(Unavailable):
    default_message = "The secret store is not available"


class IssuerUnavailable(Unavailable):
    default_message = "The issuer of the tokens is not available"


class ModelsUnavailable(Unavailable):
    default_message = "The models are not available"


class BuildInProgress(Unavailable):
    """A newer profile of the same creator is being stored."""

    default_message = "The profile is being updated"


class ImageRejected(CreatorSearchError):
    """An image could not, or must not, be copied; the message is the reason."""


class MalformedMessage(CreatorSearchError):
    """A queue message is invalid; the message of the exception is the reason."""


class GaveUp(CreatorSearchError):
    """A task has failed too often; the message is the reason."""


class LeaseLost(CreatorSearchError):
    """Another worker holds the job now; this worker must not write anything more."""

    def __init__(self) -> None:
        super().__init__("The lease on this job was lost")

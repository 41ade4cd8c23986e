"""Errors of credentials, permissions and limits of callers, and of the version of a changed resource."""

from creator_search.domain.errors import CreatorSearchError


class Unauthenticated(CreatorSearchError):
    """No credential was presented, or it was refused. Clients do not receive the `reason`, which is for the log."""

    status = 401
    documentation = "No credential was presented, or it was refused"
    example_message = "A valid token or API key is required"
    error_code = "UNAUTHENTICATED"
    troubleshooting = "Send a token in Authorization: Bearer, or an API key in X-Api-Key."

    def __init__(self, reason: str) -> None:
        super().__init__(self.example_message)
        self.reason = reason


class Forbidden(CreatorSearchError):
    status = 403
    documentation = "The caller may not use this operation"
    example_message = "This operation requires the scope admin"
    error_code = "FORBIDDEN"
    troubleshooting = "Use a credential that has the required scope."


class PreconditionFailed(CreatorSearchError):
    status = 412
    documentation = "The resource has changed since the version in If-Match"
    example_message = "The campaign has changed since this version"
    error_code = "PRECONDITION_FAILED"
    troubleshooting = "Read the resource again, and send its current ETag in If-Match."


class PreconditionRequired(CreatorSearchError):
    status = 428
    documentation = "The request requires the header If-Match"
    example_message = "If-Match is required"
    error_code = "PRECONDITION_REQUIRED"
    troubleshooting = "Send the ETag of the version that you read in If-Match."

    def __init__(self) -> None:
        super().__init__(self.example_message)


class RateLimited(CreatorSearchError):
    """The caller has no request of this class left until the next minute."""

    status = 429
    documentation = "The caller has sent too many requests in this minute; Retry-After states when to try again"
    example_message = "The limit of 300 reads a minute is used up"
    error_code = "RATE_LIMITED"
    troubleshooting = "Try again after the time in Retry-After. The header RateLimit-Policy states the limits."

    def __init__(self, message: str, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds

"""The attributes of the container that this package uses."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

from starlette.types import Scope

from creator_search.config import Config
from creator_search.domain.idempotency import RepeatedRequest
from creator_search.services.audit import Auditor
from creator_search.services.authentication import Authenticator
from creator_search.services.limits import RequestLimiter
from creator_search.services.ports import Metrics
from creator_search.services.recording import AnswerRecorder


class Log(Protocol):
    def error(self, message: str, *, exc_info: BaseException, extra: dict[str, Any]) -> None: ...

    def warning(
        self, message: str, *, exc_info: BaseException | None = None, extra: dict[str, Any] | None = None
    ) -> None: ...


class IdempotencyStore(Protocol):
    """First answers by Idempotency-Key.

    A row has the `fingerprint` of the request, and its `answer` when the request has ended. Every method raises
    StoreUnavailable.
    """

    def begin(self, request: RepeatedRequest, fingerprint: str, seconds: float) -> dict[str, Any] | None:
        """Return None if this request is the first with its key (it has `seconds` to finish), else the current row."""

    def finish(
        self, request: RepeatedRequest, fingerprint: str, answer: dict[str, Any], lifetime: timedelta
    ) -> None: ...

    def abandon(self, request: RepeatedRequest) -> None:
        """Delete the key of a failed request."""


class Context(Protocol):
    @property
    def config(self) -> Config: ...

    @property
    def clock(self) -> Callable[[], datetime]: ...

    @property
    def cursor_key(self) -> str: ...

    @property
    def authenticator(self) -> Authenticator: ...

    @property
    def request_limiter(self) -> RequestLimiter: ...

    @property
    def auditor(self) -> Auditor: ...

    @property
    def idempotency_store(self) -> IdempotencyStore: ...

    @property
    def metrics(self) -> Metrics: ...

    @property
    def answer_recorder(self) -> AnswerRecorder: ...

    @property
    def logger(self) -> Callable[[str], Log]:
        """Return a factory that takes the service name."""


def context_of(scope: Scope) -> Context:
    """Return the container of the app that handles this request."""
    found: Context = scope["app"].state.container
    return found

"""What this package needs of the container that an app was built with."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

from starlette.types import Scope

from creator_search.config import Config


class Log(Protocol):
    def error(self, message: str, *, exc_info: BaseException, extra: dict[str, Any]) -> None: ...

    def warning(self, message: str, *, exc_info: BaseException) -> None: ...


class IdempotencyStore(Protocol):
    """First answers, by their Idempotency-Key. A row has the `fingerprint` of the request, and its `answer` once there
    is one. Each method raises StoreUnavailable."""

    def begin(self, key: str, fingerprint: str, seconds: float) -> dict[str, Any] | None:
        """None when this request is the first with its key (it has `seconds` to finish), else the current row."""

    def finish(self, key: str, fingerprint: str, answer: dict[str, Any], lifetime: timedelta) -> None: ...

    def abandon(self, key: str) -> None:
        """Forget the key of a request that failed."""


class Context(Protocol):
    @property
    def config(self) -> Config: ...

    @property
    def clock(self) -> Callable[[], datetime]: ...

    @property
    def cursor_key(self) -> str: ...

    @property
    def idempotency_store(self) -> IdempotencyStore: ...

    @property
    def logger(self) -> Callable[[str], Log]:
        """By the name of the service."""


def context_of(scope: Scope) -> Context:
    """The container of the app that handles this request."""
    found: Context = scope["app"].state.container
    return found

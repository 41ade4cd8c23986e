"""Logging of failures that do not stop the service."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger


class LoggedFailures:
    """Implements FailureLog."""

    def __init__(self, logger: "Logger") -> None:
        self._logger = logger

    def log_failure(self, message: str, error: Exception, **details: str | int) -> None:
        self._logger.warning(message, exc_info=error, extra=details)

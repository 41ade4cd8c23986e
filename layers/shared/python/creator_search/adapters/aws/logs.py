"""Logging: fields of every line, and failures that do not stop the service."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from logging import LogRecord

    from aws_lambda_powertools import Logger


@dataclass(frozen=True, slots=True)
class AddedFields:
    """A logging filter that adds the returned fields to each line, unless the line has them already.

    Powertools' append_keys would change the lines of all threads that share the logger.
    """

    fields: Callable[[], Mapping[str, str]]

    def filter(self, record: "LogRecord") -> bool:
        for name, value in self.fields().items():
            record.__dict__.setdefault(name, value)
        return True


def create_logger(service: str, level: str, fields: Callable[[], Mapping[str, str]]) -> "Logger":
    """Return a logger of JSON lines with these fields, and times in UTC."""
    from aws_lambda_powertools import Logger

    logger = Logger(service=service, level=level, utc=True, use_rfc3339=True)
    logger.addFilter(AddedFields(fields))  # no effect if an equal one was added: loggers belong to the process
    return logger


class LoggedFailures:
    """Implements FailureLog. The logger is made at the first failure: its library takes long to import."""

    def __init__(self, logger: "Callable[[], Logger]") -> None:
        self._logger = logger

    def log_failure(self, message: str, error: Exception, **details: str | int) -> None:
        self._logger().warning(message, exc_info=error, extra=details)

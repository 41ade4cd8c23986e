"""When an answer must be sent."""

from datetime import datetime, timedelta

from creator_search.catalogue import Operation

ANSWER_MARGIN = timedelta(seconds=2)
"""Time reserved before the time-out of a function for sending its answer."""


def deadline_of(row: Operation, now: datetime) -> datetime:
    return now + timedelta(seconds=row.timeout_seconds) - ANSWER_MARGIN

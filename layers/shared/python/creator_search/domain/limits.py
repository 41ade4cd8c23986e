"""Limits of a caller: requests of a class per clock minute."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

WINDOW = timedelta(minutes=1)


class RequestClass(StrEnum):
    READS = "reads"
    UPSTREAM = "upstream"
    """Requests that can reach the upstream."""


Limits = Mapping[RequestClass, int]
"""The most requests of each class in one minute."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What is left of a class after a request. `is_over` if the request was one too many. `remaining` is None if it is
    not known."""

    kind: RequestClass
    limit: int
    remaining: int | None
    resets_in_seconds: int
    is_over: bool = False


def window_of(now: datetime) -> int:
    """The number of the clock minute."""
    return int(now.timestamp() // WINDOW.total_seconds())


def seconds_left(now: datetime) -> int:
    """Return how long the minute lasts, at least one second."""
    seconds = WINDOW.total_seconds()
    return max(1, math.ceil(seconds - now.timestamp() % seconds))


def policy_field(limits: Limits) -> str:
    """Return the value of `RateLimit-Policy`: a list of structured items (RFC 9651).

    Source: draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4; `q` is the quota and `w` the window in seconds.
    """
    seconds = int(WINDOW.total_seconds())
    return ", ".join(f'"{kind}";q={limit};w={seconds}' for kind, limit in limits.items())


def usage_field(usages: Iterable[Usage]) -> str:
    """Return the value of `RateLimit`: `r` is what remains, and `t` the seconds until the quota is full again."""
    return ", ".join(f'"{u.kind}";r={u.remaining};t={u.resets_in_seconds}' for u in usages)

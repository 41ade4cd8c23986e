"""When stored profiles are built again, and how many at a time."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from creator_search.domain.jobs import RATE_SHARES, Priority

WANTED_EVERY = timedelta(days=1)
"""For creators whom a caller keeps (favourites, lists, campaigns), or requested or opened in the last 30 days."""
OTHERS_EVERY = timedelta(days=7)
SPREAD = 0.1
"""Share of the interval over which creators that were built at the same time are spread."""
CALLS_PER_BUILD: Mapping[str, float] = {"decodo": 1, "rapidapi": 19}
"""Calls of a provider for one primary profile with 100 posts, measured: `calls` of build_creator in
infra/costs/counts.json, with the default settings."""
SECONDS_PER_BUILD = 20
"""How long a worker takes for one: its calls, one after the other, of about a second each."""
SHARE_OF_BUDGET = 0.8
"""What refreshes may use of the rate of MEDIUM jobs; the rest is for requests in bulk and through the API."""
SHARE_OF_READS = 0.25
"""What refreshes that reads request may use of what refreshes can, by the rates or by the workers of MEDIUM jobs: the
schedule requests what these leave, because it counts the messages that wait."""


def refresh_due_at(username: str, built_at: datetime, *, is_wanted: bool) -> datetime:
    """Return when the profile is to be built again."""
    interval = WANTED_EVERY if is_wanted else OTHERS_EVERY
    place = hashlib.sha256(username.encode()).digest()[0] / 256
    return built_at + interval * (1 + SPREAD * place)


def affordable_refreshes(calls_per_second: Mapping[str, float], period: timedelta, waiting: int) -> int:
    """Return how many builds the providers' rates leave in a period, by provider, when this many MEDIUM jobs wait."""
    return max(0, int(_by_rates(calls_per_second) * period.total_seconds()) - waiting)


def refreshes_on_read(calls_per_second: Mapping[str, float], workers: int) -> float:
    """Return how many refreshes a second reads may request, by the providers' rates and the workers of MEDIUM jobs."""
    return SHARE_OF_READS * min(_by_rates(calls_per_second), workers / SECONDS_PER_BUILD)


def _by_rates(calls_per_second: Mapping[str, float]) -> float:
    """Return how many builds a second the part of the rates allows that refreshes may use."""
    share = RATE_SHARES[Priority.MEDIUM] * SHARE_OF_BUDGET
    return min(share * calls_per_second[name] / calls for name, calls in CALLS_PER_BUILD.items())

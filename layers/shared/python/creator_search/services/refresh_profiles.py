"""Keep what is stored up to date: have the profiles that are a day old built anew, a few at a time."""

import random
from datetime import timedelta

from creator_search.domain.answers import Clock
from creator_search.domain.documents import FRESH_FOR, DocumentName
from creator_search.services.ask_refresh import AskRefresh
from creator_search.services.ports import ProfileStore

GIVEN_UP_AFTER = timedelta(days=30)
"""A profile that could not be built anew for so long is left alone until somebody reads it."""
_CANDIDATES = 10


class RefreshProfiles:
    """Full profiles only: one message each to the MEDIUM queue, as many a run as the upstream's budget allows."""

    def __init__(self, profiles: ProfileStore, ask: AskRefresh, clock: Clock, *, per_run: int) -> None:
        self._profiles = profiles
        self._ask = ask
        self._clock = clock
        self._per_run = per_run

    def __call__(self) -> int:
        """How many were asked for. Raises StoreUnavailable."""
        now = self._clock()
        old = self._profiles.primaries_updated(
            now - GIVEN_UP_AFTER, now - FRESH_FOR[DocumentName.PROFILE], _CANDIDATES * self._per_run
        )
        # Not always the oldest: those that fail again and again would be all that is ever tried.
        chosen = random.sample(old, min(self._per_run, len(old)))
        for username in chosen:
            self._ask(username)
        return len(chosen)

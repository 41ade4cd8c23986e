"""Circuit breakers that all instances share."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from creator_search.domain.breakers import BreakerPhase, BreakerPolicy, BreakerState, Outcome, next_month
from creator_search.domain.clock import Clock
from creator_search.domain.errors import StoreUnavailable, Unavailable
from creator_search.domain.metrics import Metric
from creator_search.domain.upstream_errors import UpstreamQuotaExhausted

if TYPE_CHECKING:
    from creator_search.services.ports import BreakerStore, FailureLog, Metrics

KNOWN_FOR = timedelta(seconds=1)
"""How long a process uses a state before it reads it again."""
_SAVE_ATTEMPTS = 10
"""More than the failures that open a breaker: each conflict is another process's transition."""


class Breaker:
    """Implements BreakerGuard with the state in the store.

    With `reads_ahead` the state is read before a call, at most once a second. Otherwise it is read only after this
    process has seen a failure, so that a process without failures makes no additional calls; its first call may then
    reach a dependency whose breaker other processes have opened.

    While the store of the states is not available, no state of another process is known. A breaker that reads ahead is
    closed; another one counts what its process sees, because it protects the service that also has the states. `store`
    is called when a state is read or saved.
    """

    def __init__(
        self,
        name: str,
        policy: BreakerPolicy,
        store: "Callable[[], BreakerStore]",
        *,
        clock: Clock,
        metrics: "Metrics",
        failures: "FailureLog",
        refusal: Callable[[timedelta], Unavailable],
        outcome: Callable[[BaseException], Outcome],
        reads_ahead: bool,
        credential: Callable[[], str | None] = lambda: None,
    ) -> None:
        self.name = name
        self._policy = policy
        self._store = store
        self._clock = clock
        self._metrics = metrics
        self._failures = failures
        self._refusal = refusal
        self._outcome = outcome
        self._reads_ahead = reads_ahead
        self._credential = credential
        self._known = BreakerState()
        self._known_until: datetime | None = None
        self._own = BreakerState()
        """What this process has counted since the store of the states became unavailable."""

    def refused_for(self) -> timedelta | None:
        """Return how long calls are refused; None if one may be made."""
        state = self._current()
        return state.refused_for(self._clock(), self._credential_for(state))

    @contextmanager
    def guard(self, subject: str | None = None) -> Iterator[bool]:
        is_trial = self._admit()
        try:
            yield is_trial
        except UpstreamQuotaExhausted as error:
            # With the time that the next callers are told, too.
            raise UpstreamQuotaExhausted(error.message, retry_in=self._open_until_reset(error)) from error
        except BaseException as error:
            self._end(self._outcome(error), subject, is_trial)
            raise
        self._end(Outcome.SUCCESS, subject, is_trial)

    def _admit(self) -> bool:
        """Return whether the operation is a trial. Raises the refusal."""
        state = self._current()
        for _ in range(_SAVE_ATTEMPTS):
            now, credential = self._clock(), self._credential_for(state)
            refused_for = state.refused_for(now, credential)
            if refused_for is not None:
                raise self._refusal(refused_for)
            if not state.is_due_for_trial(now, credential):
                return False
            mine = state.with_trial(self._policy, now)
            stored = self._save(mine, over=state)
            if stored is None:
                return True
            state = stored
        raise self._refusal(KNOWN_FOR)

    def _credential_for(self, state: BreakerState) -> str | None:
        """Return the credential if the state is that of one: reading it may take a call."""
        return self._credential() if state.credential else None

    def _end(self, outcome: Outcome, subject: str | None, is_trial: bool) -> None:
        if outcome is Outcome.FAILURE:
            self._change(
                lambda s: s.failed(
                    self._policy,
                    self._clock(),
                    subject=subject,
                    is_trial=is_trial,
                    credential=self._credential_for(s),
                )
            )
        elif outcome is Outcome.SUCCESS:
            self._change(lambda s: s.succeeded(is_trial=is_trial, credential=self._credential_for(s)))
        elif is_trial:
            self._change(lambda s: s.without_trial())

    def _open_until_reset(self, error: UpstreamQuotaExhausted) -> timedelta:
        """Return how long the breaker is open."""
        self._metrics.count(Metric.UPSTREAM_QUOTA_EXHAUSTED, endpoint=self.name)
        now, credential = self._clock(), self._credential()
        until = now + error.retry_in if error.retry_in is not None else next_month(now)
        self._change(lambda s: s.without_quota(now, until, credential))
        return until - now

    def _change(self, transition: Callable[[BreakerState], BreakerState]) -> None:
        """Store a transition of the state, of the newest one if another process changed it."""
        state = self._known
        for _ in range(_SAVE_ATTEMPTS):
            changed = transition(state)
            if changed == state:
                return
            stored = self._save(changed, over=state)
            if stored is None:
                return
            state = stored

    def _current(self) -> BreakerState:
        now = self._clock()
        is_known = self._known_until is not None and now < self._known_until
        if is_known or (not self._reads_ahead and self._known.is_untouched):
            return self._known
        try:
            state = self._store().load_breaker(self.name)
        except StoreUnavailable as error:
            self._report(error)
            return self._learn(self._own)
        self._own = BreakerState()
        return self._learn(state)

    def _save(self, state: BreakerState, over: BreakerState) -> BreakerState | None:
        """Return None if the state was stored, or cannot be; else the state that another process stored."""
        try:
            stored = self._store().save_breaker(self.name, state, over)
        except StoreUnavailable as error:
            self._report(error)
            if self._reads_ahead:
                self._learn(self._own)
                return None
            stored, self._own = None, state
        else:
            self._own = BreakerState()
        if stored is not None:
            return self._learn(stored)
        was_open = over.phase(self._clock()) is BreakerPhase.OPEN
        if state.phase(self._clock()) is BreakerPhase.OPEN and not was_open:
            self._metrics.count(Metric.BREAKER_OPENED, breaker=self.name)
        self._learn(state)
        return None

    def _report(self, error: StoreUnavailable) -> None:
        self._metrics.count(Metric.BREAKER_STORE_FAILED)
        self._failures.log_failure("the state of the breaker is not available", error, breaker=self.name)

    def _learn(self, state: BreakerState) -> BreakerState:
        self._known, self._known_until = state, self._clock() + KNOWN_FOR
        return state

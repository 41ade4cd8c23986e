"""Ports of the circuit breakers."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from creator_search.domain.breakers import BreakerState


class BreakerStore(Protocol):
    """The states of all breakers, shared by all instances."""

    def load_breaker(self, name: str) -> BreakerState:
        """Return the state; that of a closed breaker if none is stored."""

    def load_breakers(self, names: Sequence[str]) -> Mapping[str, BreakerState]:
        """Return the states of all these breakers. One call."""

    def save_breaker(self, name: str, state: BreakerState, over: BreakerState) -> BreakerState | None:
        """Store `state` if the stored one still has the version of `over`; return None then, else the stored one."""

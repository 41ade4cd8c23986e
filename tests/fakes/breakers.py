"""The states of the circuit breakers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from creator_search.domain.breakers import BreakerState
from creator_search.domain.errors import StoreUnavailable


@dataclass
class FakeBreakerStore:
    states: dict[str, BreakerState] = field(default_factory=dict)
    down: bool = False
    reads: int = 0
    writes: int = 0

    def load_breaker(self, name: str) -> BreakerState:
        return self.load_breakers([name])[name]

    def load_breakers(self, names: Sequence[str]) -> Mapping[str, BreakerState]:
        if self.down:
            raise StoreUnavailable()
        self.reads += 1
        return {name: self.states.get(name, BreakerState()) for name in names}

    def save_breaker(self, name: str, state: BreakerState, over: BreakerState) -> BreakerState | None:
        if self.down:
            raise StoreUnavailable()
        self.writes += 1
        stored = self.states.get(name)
        if stored is not None and stored.version != over.version:
            return stored
        self.states[name] = state
        return None

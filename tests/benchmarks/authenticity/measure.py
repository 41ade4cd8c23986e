"""Signals of generated creators: which anomalies they show, and what they show of clean creators."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from creator_search.domain.analytics.measured import TierMeasurement
from creator_search.domain.analytics.report import Evidence
from creator_search.domain.authenticity.explanations import Circumstances
from creator_search.domain.authenticity.followers import NAME as SPIKES
from creator_search.domain.authenticity.report import authenticity_signals
from creator_search.domain.authenticity.signals import FollowerEvidence, Signal, Spike
from creator_search.domain.comments import PostComments
from creator_search.domain.history import ALL_POSTS

from tests.benchmarks.authenticity.anomalies import COMMENTED_POSTS, DAYS, Anomaly
from tests.benchmarks.authenticity.comments import Audience
from tests.benchmarks.authenticity.creators import Creator, at, clean_creator, day, measured_tier
from tests.fakes import stored_profile

YEAR = 365
STEP = 14
"""Days between two evaluations of a clean creator: each spike is within the 90 days of several."""


@dataclass
class Recall:
    """Of `injected` anomalies, `found` are shown by their signal, `explained` of these with a benign explanation."""

    injected: int = 0
    found: int = 0
    explained: int = 0
    unknown: int = 0

    def add(self, other: "Recall") -> None:
        for name in ("injected", "found", "explained", "unknown"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def share(self) -> float:
        return self.found / self.injected


@dataclass
class Flags:
    """What was flagged in `years` creator-years: by signal, and how many of these have no benign explanation.

    A spike counts once, a signal of posts or comments once for each period in which it stays flagged.
    """

    years: int = 0
    flags: Counter[str] = field(default_factory=Counter)
    unexplained: Counter[str] = field(default_factory=Counter)
    virals: int = 0
    virals_flagged: int = 0

    def add(self, other: "Flags") -> None:
        self.years += other.years
        self.flags += other.flags
        self.unexplained += other.unexplained
        self.virals += other.virals
        self.virals_flagged += other.virals_flagged

    def per_100_years(self, counted: Counter[str]) -> float:
        return 100 * counted.total() / self.years


def signals_on(
    creator: Creator, number: int, comments: Sequence[PostComments], tier: TierMeasurement
) -> dict[str, Signal]:
    """The signals at the end of this day."""
    now = at(number, 23)
    profile = replace(
        stored_profile(followers=creator.followers_on(number)),
        updated_at=now,
        complete_since=ALL_POSTS,
        complete_until=now,
    )
    evidence = Evidence(
        profile=profile.public,
        posts=creator.posts_until(number),
        snapshots=creator.snapshots(number - 100, number),
        days=90,
        now=now,
        measurement=tier,
        comments=comments,
    )
    return {signal.name: signal for signal in authenticity_signals(evidence)}


def recall_of(inject: Callable[[Random], Anomaly], random: Random, count: int) -> Recall:
    tier, found = measured_tier(random), Recall()
    for _ in range(count):
        found.add(_recalled(inject(random), tier))
    return found


def _recalled(anomaly: Anomaly, tier: TierMeasurement) -> Recall:
    signal = signals_on(anomaly.creator, DAYS - 1, anomaly.comments, tier)[anomaly.signal]
    if anomaly.days:
        first, end = day(anomaly.days[0] - 1), day(anomaly.days[1])
        is_found = any(s.excess > 0 and s.since < end and s.until > first for s in spikes_of(signal))
    else:
        is_found = signal.is_outside
    explained = is_found and bool(signal.benign_explanations)
    return Recall(injected=1, found=is_found, explained=explained, unknown=signal.value is None)


def spikes_of(signal: Signal) -> tuple[Spike, ...]:
    return signal.evidence.spikes if isinstance(signal.evidence, FollowerEvidence) else ()


def flags_of(random: Random, creators: int, *, virals_a_year: float) -> Flags:
    """Follow clean creators for a year each."""
    tier, found = measured_tier(random), Flags()
    for _ in range(creators):
        found.add(_flags_of_year(clean_creator(random, YEAR, virals_a_year=virals_a_year), tier))
    return found


def _flags_of_year(creator: Creator, tier: TierMeasurement) -> Flags:
    audience, found = Audience(creator.random), Flags(years=1, virals=len(creator.rises))
    spikes: dict[Spike, bool] = {}
    flagged: set[str] = set()
    for number in range(35, YEAR, STEP):
        comments = audience.comments(creator.posts_until(number)[:COMMENTED_POSTS])
        signals = signals_on(creator, number, comments, tier)
        for spike in spikes_of(signals[SPIKES]):
            if not any(spike.since < known.until and known.since < spike.until for known in spikes):
                spikes[spike] = _is_explained(spike, creator)
        outside = {name for name, signal in signals.items() if name != SPIKES and signal.is_outside}
        for name in outside - flagged:
            found.flags[name] += 1
            found.unexplained[name] += not signals[name].benign_explanations
        flagged = outside
    found.flags[SPIKES] += len(spikes)
    found.unexplained[SPIKES] += sum(not explained for explained in spikes.values())
    found.virals_flagged = sum(_covers(spikes, number) for number in creator.rises)
    return found


def _is_explained(spike: Spike, creator: Creator) -> bool:
    return bool(Circumstances(creator.posts).of_rises([spike]))


def _covers(spikes: Iterable[Spike], number: int) -> bool:
    return any(s.since < day(number + 3) and s.until > day(number - 1) for s in spikes)

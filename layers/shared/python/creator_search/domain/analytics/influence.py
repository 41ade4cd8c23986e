"""The influence score of a creator, and its parts."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from statistics import fmean, pstdev

from creator_search.domain.analytics.benchmark import Benchmark
from creator_search.domain.analytics.engagement import last_posts
from creator_search.domain.posts import Post
from creator_search.domain.profiles import PublicProfile

INFLUENCE_WEIGHTS = {
    "audience": 0.30,
    "engagement": 0.30,
    "follow_ratio": 0.10,
    "consistency": 0.20,
    "verification": 0.10,
}
"""A convention of this project, not a measurement."""
TOP_AUDIENCE = 10_000_000
MIN_FOR_CONSISTENCY = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class InfluenceParts:
    """Parts of the score, each 0–1, null if unknown.

    audience = log10(followers) ÷ 7, at most 1 (ten million followers); engagement = benchmark ratio ÷ 2, at most 1
    (twice the benchmark); follow_ratio = followers ÷ (followers + following); consistency = 1 − standard deviation ÷
    mean of the engagement of the last 12 posts, at least 0, needs 3 posts; verification = 1 or 0.
    """

    audience: float | None
    engagement: float | None
    follow_ratio: float | None
    consistency: float | None
    verification: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Influence:
    """`influence_score` = Σ weight × part ÷ Σ weight over the known parts; null if engagement is unknown."""

    influence_score: float | None
    parts: InfluenceParts
    weights: dict[str, float]
    notes: tuple[str, ...] = ()


def influence(profile: PublicProfile, posts: Sequence[Post], against: Benchmark) -> Influence:
    everyone = profile.followers + (profile.following or 0)
    parts = InfluenceParts(
        audience=_bounded(math.log10(max(1, profile.followers)) / math.log10(TOP_AUDIENCE)),
        engagement=_bounded(against.ratio / 2) if against.ratio is not None else None,
        follow_ratio=_bounded(profile.followers / everyone) if profile.following is not None and everyone else None,
        consistency=consistency(posts, profile.complete_since),
        verification=float(profile.is_verified),
    )
    known = {name: value for name, value in asdict(parts).items() if value is not None}
    notes = [f"{name}: not known, excluded from the score" for name in INFLUENCE_WEIGHTS if name not in known]
    score = None
    if parts.engagement is None:
        notes.append("influence_score: needs the engagement rate")
    else:
        total = sum(INFLUENCE_WEIGHTS[name] for name in known)
        score = round(sum(INFLUENCE_WEIGHTS[name] * value for name, value in known.items()) / total, 4)
    return Influence(influence_score=score, parts=parts, weights=INFLUENCE_WEIGHTS, notes=tuple(notes))


def consistency(posts: Sequence[Post], complete_since: datetime | None) -> float | None:
    totals = [p.engagement for p in last_posts(posts, complete_since) if p.engagement is not None]
    mean = fmean(totals) if totals else 0.0
    if len(totals) < MIN_FOR_CONSISTENCY or not mean:
        return None
    return _bounded(1 - pstdev(totals) / mean)


def _bounded(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 4)

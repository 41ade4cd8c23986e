"""The similarity of two creators, and its reasons."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from creator_search.domain.profiles import PublicProfile
from creator_search.domain.search import folded
from creator_search.domain.similar import MAX_LIMIT


class Reason(StrEnum):
    RANK = "rank"
    SHARED_CATEGORY = "shared_category"
    AUDIENCE_SIZE = "audience_size"
    LANGUAGE = "language"


SIMILARITY_WEIGHTS = {Reason.RANK: 0.5, Reason.SHARED_CATEGORY: 0.2, Reason.AUDIENCE_SIZE: 0.2, Reason.LANGUAGE: 0.1}
"""A convention of this project, not a measurement."""


@dataclass(frozen=True, slots=True)
class ReasonScore:
    """A reason, its score (0–1) and its weight in the similarity."""

    reason: Reason
    score: float
    weight: float


@dataclass(frozen=True, slots=True)
class Similarity:
    """`similarity` = Σ weight × score ÷ Σ weight over the known reasons; null if none is known."""

    similarity: float | None
    reasons: tuple[ReasonScore, ...]


def similarity(
    rank: int | None,
    mine: PublicProfile | None,
    theirs: PublicProfile | None,
    *,
    listed_followers: int | None = None,
) -> Similarity:
    """Compute the scores of the reasons and the similarity. `listed_followers` are those that the upstream lists for
    an account that is not stored.

    rank = 1 − (rank − 1) ÷ 80, where 80 is the length of the longest list; shared_category is 1 or 0; audience_size = 1
    − |log10(ratio of followers)| ÷ 2, at least 0 (reached at a ratio of 100); language is 1 or 0.
    """
    known: list[tuple[Reason, float]] = []
    if rank is not None:
        known.append((Reason.RANK, max(0.0, 1 - (rank - 1) / MAX_LIMIT)))
    if mine and theirs and mine.category and theirs.category:
        known.append((Reason.SHARED_CATEGORY, float(folded(mine.category) == folded(theirs.category))))
    followers = theirs.followers if theirs else listed_followers
    if mine and mine.followers and followers:
        apart = abs(math.log10(mine.followers / followers))
        known.append((Reason.AUDIENCE_SIZE, max(0.0, 1 - apart / 2)))
    if mine and theirs and mine.language and theirs.language:
        known.append((Reason.LANGUAGE, float(mine.language == theirs.language)))
    reasons = tuple(ReasonScore(reason, round(score, 4), SIMILARITY_WEIGHTS[reason]) for reason, score in known)
    return Similarity(_weighted(reasons), reasons)


def _weighted(reasons: Sequence[ReasonScore]) -> float | None:
    total = sum(r.weight for r in reasons)
    return round(sum(r.weight * r.score for r in reasons) / total, 4) if total else None

"""Evidence of sentiment other than n-grams: VADER (English), the word lists of other languages, emoji."""

import functools
import math
from typing import Any

from creator_search.domain.captions.emoji import polarity, strip_emoji
from creator_search.domain.captions.rules import cut, valence

ENGLISH = "en"
MAX_TOKENS = 500
"""Words that VADER reads: Instagram's limit of 2,200 characters is about 400 words."""
EVIDENCE = ("vader +", "vader −", "words +", "words −", "emoji +", "emoji −")


def evidence(caption: str, language: str | None) -> tuple[float, ...]:
    """Return one value for each of EVIDENCE, all 0…1."""
    bare = cut(caption)
    vader = _vader(strip_emoji(bare)) if language == ENGLISH else 0.0
    listed = 0.0 if language == ENGLISH else valence(caption)
    plus, minus = polarity(bare)
    return (
        *(max(vader, 0.0), max(-vader, 0.0)),
        *(max(listed, 0.0), max(-listed, 0.0)),
        *(_bounded(plus), _bounded(-minus)),
    )


def emoji_score(caption: str) -> float:
    """Return the sentiment of a caption's emoji, −1…1."""
    return round(_bounded(sum(polarity(cut(caption)))), 4)


def _bounded(total: float) -> float:
    return total / math.sqrt(total * total + 1)


def _vader(text: str) -> float:
    words = text.split()[:MAX_TOKENS]
    return float(_analyzer().polarity_scores(" ".join(words))["compound"]) if words else 0.0


@functools.cache
def _analyzer() -> Any:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()

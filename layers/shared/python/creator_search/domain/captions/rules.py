"""The prose of a caption, and its sentiment, determined by words."""

import math
import re
from functools import cache

from creator_search.domain.captions.lexicon import NEGATIONS, NEGATIVE, POSITIVE
from creator_search.domain.captions.terms import Meanings, Terms
from creator_search.domain.captions.words import words
from creator_search.domain.posts import Sentiment

MAX_CAPTION_LENGTH = 5_000
"""Maximum number of characters of a caption that are analyzed (Instagram allows 2,200)."""
THRESHOLD = 0.05
"""Scores closer to 0 than this are neutral, as VADER's authors propose."""
_ALPHA = 15
_VALENCE = 2.0
_NEGATED_WITHIN = 2


_ADDRESSES = re.compile(r"@\S+|https?://\S+|www\.\S+")


@cache
def _lexicon() -> Terms:
    return Terms.of({"+": (POSITIVE, ""), "-": (NEGATIVE, "")})


def cut(caption: str) -> str:
    return caption[:MAX_CAPTION_LENGTH]


def without_addresses(caption: str) -> str:
    """Return the caption without mentions and URLs."""
    return _ADDRESSES.sub(" ", caption)


def prose(caption: str) -> str:
    """Return the caption without hashtags, mentions and URLs."""
    bare = re.sub(r"[#＃]\S+", " ", without_addresses(cut(caption)))
    return " ".join(word for word in bare.split() if any(c.isalpha() for c in word))


def valence(caption: str) -> float:
    """Score a text −1…1 with the lexicon of languages other than English.

    The score is s ÷ √(s² + 15), where s is the sum of ±2 per word; a negation at most two words earlier inverts the
    sign. The normalisation is VADER's.
    """
    total, since_negation = 0.0, _NEGATED_WITHIN + 1
    lexicon = _lexicon()
    for word in words(prose(caption)):
        since_negation += 1
        if word in NEGATIONS:
            since_negation = 0
        sign = _sign(lexicon.meanings(word))
        total += _VALENCE * (-sign if since_negation <= _NEGATED_WITHIN else sign)
    bare = cut(caption)
    for pieces in lexicon.pieces.values():
        total += sum(_VALENCE * _sign(meanings) for piece, meanings in pieces if piece in bare)
    return round(total / math.sqrt(total * total + _ALPHA), 4)


def _sign(meanings: Meanings) -> int:
    """1 or -1; 0 for a word that the lexicon does not contain. A word listed twice has its first sign."""
    return {"+": 1, "-": -1}[meanings[0][0]] if meanings else 0


def sentiment_of(score: float) -> Sentiment:
    """Return the sentiment of a score of words or emoji."""
    if score >= THRESHOLD:
        return Sentiment.POSITIVE
    return Sentiment.NEGATIVE if score <= -THRESHOLD else Sentiment.NEUTRAL

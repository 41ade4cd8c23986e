"""The category and sentiment of a caption, determined by its words."""

import math
import re
from collections import Counter
from functools import cache

from creator_search.domain.captions.lexicon import NEGATIONS, NEGATIVE, POSITIVE
from creator_search.domain.captions.taxonomy import CATEGORIES
from creator_search.domain.captions.words import Vocabulary, words
from creator_search.domain.posts import Sentiment

MAX_CAPTION_LENGTH = 5_000
"""Maximum number of characters of a caption that are analyzed (Instagram allows 2,200)."""
THRESHOLD = 0.05
"""Scores closer to 0 than this are neutral, as VADER's authors propose."""
_ALPHA = 15
_VALENCE = 2.0
_NEGATED_WITHIN = 2
# Accuracy on captions that were not used to choose the words (tests/data/captions_held_out.tsv), rounded down: for a
# category with the most words, for two categories with equally many, for a sentiment other than neutral, for neutral.
_LEADS, _LEVEL = 0.9, 0.65
_DECIDED, _UNDECIDED = 0.9, 0.45


_ADDRESSES = re.compile(r"@\S+|https?://\S+|www\.\S+")


@cache
def _taxonomy() -> Vocabulary:
    return Vocabulary.of(dict(CATEGORIES))


@cache
def _lexicon() -> Vocabulary:
    return Vocabulary.of({"+": POSITIVE, "-": NEGATIVE})


def cut(caption: str) -> str:
    return caption[:MAX_CAPTION_LENGTH]


def prose(caption: str) -> str:
    """Return the caption without hashtags, mentions and URLs."""
    bare = re.sub(r"[#＃]\S+", " ", _ADDRESSES.sub(" ", cut(caption)))
    return " ".join(word for word in bare.split() if any(c.isalpha() for c in word))


def category(caption: str) -> tuple[str | None, float, dict[str, int]]:
    """Return the category with the most words in the caption, its confidence, and the number of words per category.

    The category is None if no word matches. Of two categories with equally many words, the one that appears first in
    the caption is returned.
    """
    hits = Counter(_taxonomy().hits(_ADDRESSES.sub(" ", cut(caption))))
    if not hits:
        return None, 0.0, {}
    (best, most), *others = hits.most_common()
    if others and others[0][1] == most:
        return best, _LEVEL, dict(hits)
    return best, _LEADS, dict(hits)


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
        meaning = lexicon.meaning(word)
        if meaning:
            sign = 1 if meaning == "+" else -1
            total += _VALENCE * (-sign if since_negation <= _NEGATED_WITHIN else sign)
    bare = cut(caption)
    total += sum(_VALENCE * (1 if m == "+" else -1) for piece, m in lexicon.pieces.items() if piece in bare)
    return round(total / math.sqrt(total * total + _ALPHA), 4)


def sentiment_of(score: float) -> tuple[Sentiment, float]:
    """Return the sentiment of a score, and its confidence."""
    if score >= THRESHOLD:
        return Sentiment.POSITIVE, _DECIDED
    return (Sentiment.NEGATIVE, _DECIDED) if score <= -THRESHOLD else (Sentiment.NEUTRAL, _UNDECIDED)

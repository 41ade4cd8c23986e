"""A caption's category and sentiment by words."""

import math
import re
from collections import Counter
from functools import cache

from creator_search.domain.captions.lexicon import NEGATIONS, NEGATIVE, POSITIVE
from creator_search.domain.captions.taxonomy import CATEGORIES
from creator_search.domain.captions.words import Vocabulary, words
from creator_search.domain.posts import Sentiment

MAX_CAPTION_LENGTH = 5_000
"""Characters of a caption that are analyzed (Instagram allows 2,200)."""
THRESHOLD = 0.05
"""A score nearer to 0 than this is neutral, as VADER's authors propose."""
_ALPHA = 15
_VALENCE = 2.0
_NEGATED_WITHIN = 2
# Shares of right answers on captions that the words were not chosen with (tests/data/captions_held_out.tsv), rounded
# down: of a category whose words lead, of two that are level, of a score that is not neutral, of one that is.
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
    """The caption without hashtags, mentions and addresses: what is written in a language."""
    bare = re.sub(r"[#＃]\S+", " ", _ADDRESSES.sub(" ", cut(caption)))
    return " ".join(word for word in bare.split() if any(c.isalpha() for c in word))


def category(caption: str) -> tuple[str | None, float, dict[str, int]]:
    """The category with most words in the caption, its confidence, and the number of words by category; None without
    any. Of two categories with equally many words, the one that comes first."""
    hits = Counter(_taxonomy().hits(_ADDRESSES.sub(" ", cut(caption))))
    if not hits:
        return None, 0.0, {}
    (best, most), *others = hits.most_common()
    if others and others[0][1] == most:
        return best, _LEVEL, dict(hits)
    return best, _LEADS, dict(hits)


def valence(caption: str) -> float:
    """−1…1 from the lexicon of languages other than English: s ÷ √(s² + 15), with ±2 a word, with its sign changed by a
    negation within two words (the normalisation is VADER's)."""
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
    """The sentiment of a score, and its confidence."""
    if score >= THRESHOLD:
        return Sentiment.POSITIVE, _DECIDED
    return (Sentiment.NEGATIVE, _DECIDED) if score <= -THRESHOLD else (Sentiment.NEUTRAL, _UNDECIDED)

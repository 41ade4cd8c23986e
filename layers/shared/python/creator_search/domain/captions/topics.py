"""The category of a caption, determined by the words of its language, its hashtags and its emoji."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from creator_search.domain.captions import vocabulary
from creator_search.domain.captions.rules import cut, without_addresses
from creator_search.domain.captions.terms import STRONG, Found, Meanings, Terms
from creator_search.domain.captions.words import plain

_ENGLISH = "en"
_HASHTAG = re.compile(r"[#＃](\w+)")
_AFFIXES = re.compile(r"^(?:insta)?(.+?)(?:s?gram|lovers?|life|oftheday|porn|blogger|addict|community|daily)$")
_SIGN = re.compile(r"[\u2600-\u27bf\U0001f000-\U0001faff]")

# How often a category was right on labelled tweets that the words were not tuned on, by evidence (docs/decisions/0011).
_MANY = 4
_CONFIDENCE_OF_MANY, _CONFIDENCE_OF_TIE = 0.88, 0.52
_CONFIDENCE = {"en": 0.86, "es": 0.59, "ja": 0.67}
_UNMEASURED = frozenset({"pets", "home", "automotive", "comedy", "photography", "nature", "events"})


@dataclass(frozen=True, slots=True)
class Topic:
    """`confidence` is None where it was not measured. `scores` contains the weights found per category, and of news."""

    name: str | None = None
    confidence: float | None = None
    scores: Mapping[str, int] = field(default_factory=dict)


def topic_of(caption: str, language: str | None) -> Topic:
    """Return the category with the highest score, if that is at least the weight of a strong word.

    The score of a category is the sum of the weights of its different words. `language` is an ISO 639-1 code, or None
    if it is unknown: then only hashtags, emoji and words in a script of one language count. Of equal scores, the
    category found first wins. The name is None without enough words, and if no category exceeds news and politics.
    """
    text = plain(without_addresses(cut(caption)))
    scores: Counter[str] = Counter()
    for meanings in dict(_found(text, language)).values():
        scores.update(dict(meanings))
    most = max(scores.values(), default=0)
    best = [category for category, score in scores.items() if score == most]
    if most < STRONG or vocabulary.NEWS in best:
        return Topic(scores=scores)
    return Topic(best[0], _confidence(best, most, language), scores)


def _confidence(best: list[str], most: int, language: str | None) -> float | None:
    if best[0] in _UNMEASURED or language not in _CONFIDENCE:
        return None
    if len(best) > 1:
        return _CONFIDENCE_OF_TIE
    return _CONFIDENCE_OF_MANY if most >= _MANY else _CONFIDENCE[language]


def _found(text: str, language: str | None) -> Iterator[Found]:
    """Return the terms in the text. Hashtags are English in captions of any language."""
    yield from _terms(language if language in vocabulary.LANGUAGES else None).found(text)
    english, signs = _terms(_ENGLISH), _symbols()
    for hashtag in _HASHTAG.findall(text):
        if meanings := english.meanings(hashtag) or english.meanings(_AFFIXES.sub(r"\1", hashtag)):
            yield hashtag, meanings
    yield from ((sign, signs[sign]) for sign in _SIGN.findall(text) if sign in signs)


@cache
def _terms(language: str | None) -> Terms:
    return Terms.of(*vocabulary.listed(language))


@cache
def _symbols() -> Mapping[str, Meanings]:
    return Terms.of(vocabulary.SYMBOLS).exact

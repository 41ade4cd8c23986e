"""The language of captions: that of the rules where they are certain, else that of the exported model."""

from collections.abc import Sequence
from dataclasses import dataclass

from creator_search.adapters.captions.onnx_classifier import Classifier, softmax
from creator_search.adapters.captions.rules_engine import count_letters
from creator_search.domain.captions.rules import prose
from creator_search.domain.posts import RULES, PostAnalysis

CERTAIN_SCORE, CERTAIN_LETTERS = 0.9, 20
"""The model does not read a text of as many letters to which fastText gives this score: its language was right for
99.95 % of 1,972 such texts of lingua-py in the languages of the model (docs/decisions/0008)."""


@dataclass(frozen=True, slots=True)
class CaptionLanguage:
    """`by` is RULES or the source of the model; `score` is its probability, `confidence` the measured one or None."""

    code: str
    score: float
    confidence: float | None
    by: str


def determine_languages(
    model: Classifier, texts: Sequence[str], by_rules: Sequence[PostAnalysis], until: float
) -> list[CaptionLanguage]:
    """Return one language per text; `by_rules` contains what the rules found. Raises ModelTooSlow, or an error of
    onnxruntime."""
    certain = [certain_language(*row, model.labels) for row in zip(texts, by_rules, strict=True)]
    doubtful = [prose(text) for text, language in zip(texts, certain, strict=True) if language is None]
    best = [(int(shares.argmax()), round(float(shares.max()), 4)) for shares in softmax(model.logits(doubtful, until))]
    asked = iter(
        CaptionLanguage(model.labels[n], score, model.calibration.confidence(score), model.source) for n, score in best
    )
    return [language or next(asked) for language in certain]


def certain_language(text: str, by_rules: PostAnalysis, known: Sequence[str]) -> CaptionLanguage | None:
    """Return the language of the rules; None if they are not certain, or it is none of `known`, those of the model."""
    raw = by_rules.raw.get("language", {"score": 0})
    if raw["score"] < CERTAIN_SCORE or count_letters(prose(text)) < CERTAIN_LETTERS or raw["tag"] not in known:
        return None
    return CaptionLanguage(raw["tag"], raw["score"], by_rules.language_confidence, RULES)

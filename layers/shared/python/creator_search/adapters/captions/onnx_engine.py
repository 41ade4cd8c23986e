"""Analyzes captions with the exported models, or by rules while models are missing, broken or too slow."""

import hashlib
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from creator_search.adapters.breakers import BreakerGuard
from creator_search.adapters.captions.caption_language import CaptionLanguage, determine_languages
from creator_search.adapters.captions.onnx_classifier import Classifier, softmax
from creator_search.adapters.captions.onnx_model import FailureLog, Model
from creator_search.adapters.captions.rules_engine import RulesEngine
from creator_search.adapters.retries import AI_MODELS, retrying
from creator_search.catalogue.models import CATEGORY, LANGUAGE, MULTILINGUAL_SENTIMENT, SENTIMENT, caption_models
from creator_search.domain.captions.rules import cut, prose
from creator_search.domain.captions.zero_shot import Subject, ZeroShot
from creator_search.domain.clock import Clock
from creator_search.domain.posts import RULES, PostAnalysis, Sentiment

FALLBACK = "the models failed; the rules are used"
_MAY_PASS = frozenset({"RuntimeException", "EPFail"})
"""Errors of onnxruntime for lack of memory and the like; its others are about the model or its input."""
_NAME = re.compile(r"(?<!\w)@[\w.]*\w")
_ADDRESS = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class _Feeling:
    """The probabilities of the sentiments, and the model that determined them; None if the rules determine it."""

    model: Classifier | None = None
    shares: Mapping[str, float] | None = None


class OnnxEngine:
    """Implements CaptionAnalyzer with the models in the subfolders of `folder`; every analysis names its engine.

    The language is determined first, by the rules where they are certain and else by the language model. It decides
    which sentiment model is used: one for English, one for other languages, or with `english_only` none, in which case
    the rules determine the sentiment. Captions whose models are
    not available are analyzed by the rules alone; that analysis is superseded when the models are available.

    After several failures in a row the breaker is open, and the rules analyze at once.

    Confidences are those of the models' calibration, None without one; the probabilities are in `raw`.
    """

    engine = "onnx"

    def __init__(
        self,
        folder: Path,
        load: Callable[[Path], Classifier],
        rules: RulesEngine,
        failures: FailureLog,
        breaker: BreakerGuard,
        *,
        clock: Clock,
        sleep: Callable[[float], None],
        english_only: bool,
        score_all: bool,
        budget_seconds: float,
        on_failed_captions: Callable[[], None] = lambda: None,
    ) -> None:
        names = caption_models(english_only=english_only)
        self._models = {name: Model(folder / name, load, failures) for name in names}
        self._rules = rules
        self._failures = failures
        self._breaker = breaker
        self._clock = clock
        self._sleep = sleep
        self._score_all = score_all
        self._budget_seconds = budget_seconds
        self._on_failed_captions = on_failed_captions

    @property
    def version(self) -> str:
        """The version of all available models: it changes when one is added, replaced or removed."""
        found = {name: model.manifest() for name, model in self._models.items()}
        if not (found[LANGUAGE] and found[CATEGORY]):
            return self._rules.version
        return self._version_of(filter(None, found.values()))

    def supersedes(self, earlier: PostAnalysis) -> bool:
        """True if the models for the language of this analysis are available and did not make it. Loads no model."""
        sentiment = self._sentiment_model(earlier.language_code)
        found = [self._models[name].manifest() for name in (LANGUAGE, CATEGORY, sentiment) if name]
        manifests = [manifest for manifest in found if manifest]
        if len(manifests) < len(found):
            return self._rules.supersedes(earlier)
        return earlier.version != self._version_of(manifests)

    def analyze_captions(self, captions: Sequence[str]) -> Sequence[PostAnalysis]:
        """Return one analysis per caption, in the same order. If the models fail or exceed their budget, the rules
        analyze the captions."""
        language, category = self._models[LANGUAGE].classifier(), self._models[CATEGORY].classifier()
        if language is None or category is None:
            return self._rules.analyze_captions(captions)
        return self._analyze(captions, language, category)

    def analyze_comments(self, texts: Sequence[str]) -> Sequence[PostAnalysis]:
        """Like analyze_captions, without the model of the categories."""
        language = self._models[LANGUAGE].classifier()
        return self._analyze(texts, language, None) if language else self._rules.analyze_comments(texts)

    def _analyze(
        self, captions: Sequence[str], language: Classifier, category: Classifier | None
    ) -> Sequence[PostAnalysis]:
        by_rules = self._rules.analyze_captions(captions)
        try:
            with self._breaker.guard() as is_trial:
                if is_trial:
                    return self._by_models(captions, by_rules, language, category)
                return retrying(
                    lambda: self._by_models(captions, by_rules, language, category),
                    AI_MODELS,
                    deadline=self._clock() + timedelta(seconds=self._budget_seconds),
                    clock=self._clock,
                    sleep=self._sleep,
                    can_pass=may_pass,
                )
        except Exception as error:  # after any error of a model, the rules analyze the batch
            self._failures.log_failure(FALLBACK, error)
            if category:  # not for comments
                self._on_failed_captions()
            return by_rules

    def _by_models(
        self,
        captions: Sequence[str],
        by_rules: Sequence[PostAnalysis],
        language: Classifier,
        category: Classifier | None,
    ) -> Sequence[PostAnalysis]:
        """Captions without prose (only emoji or hashtags, or empty) keep the values of the rules. Without `category`
        none is determined. Raises ModelTooSlow, or an error of onnxruntime."""
        until = time.monotonic() + self._budget_seconds
        rows = [row for row, caption in enumerate(captions) if prose(caption)]
        texts = [cut(captions[row]) for row in rows]
        languages = determine_languages(language, texts, [by_rules[row] for row in rows], until)
        feelings = self._feelings(texts, [found.code for found in languages], until)
        read = sorted(feelings)
        subjects: Sequence[Subject | None] = [None] * len(read)
        if category:
            subjects = ZeroShot(category, score_all=self._score_all).subjects(
                [texts[place] for place in read], [languages[place].code for place in read], until
            )
        version = self._version_of(model.manifest for model in (language, category) if model)
        made = [
            analysis if prose(caption) else replace(analysis, engine=self.engine, version=version)
            for caption, analysis in zip(captions, by_rules, strict=True)
        ]
        for place, row in enumerate(rows):
            # The language decides which model is missing, and so which one supersedes the analysis by the rules.
            found = languages[place]
            made[row] = replace(made[row], language_code=found.code, language_confidence=found.confidence)
        for place, subject in zip(read, subjects, strict=True):
            used = (language, category, feelings[place].model)
            made[rows[place]] = replace(
                _with_feeling(made[rows[place]], feelings[place], subject, languages[place]),
                engine=self.engine,
                version=self._version_of(model.manifest for model in used if model),
                content_category=subject.name if subject else None,
                category_confidence=subject.confidence if subject else None,
            )
        return made

    def _feelings(self, texts: Sequence[str], languages: Sequence[str], until: float) -> Mapping[int, _Feeling]:
        """Return the sentiments by position. Captions whose sentiment model is not available have none."""
        groups: defaultdict[str | None, list[int]] = defaultdict(list)
        for place, code in enumerate(languages):
            groups[self._sentiment_model(code)].append(place)
        found = dict.fromkeys(groups.pop(None, []), _Feeling())
        for name, places in groups.items():
            model = self._models[name].classifier() if name else None
            if model is None:
                continue
            try:
                logits = model.logits([as_tweet(texts[place]) for place in places], until)
            except Exception as error:  # the other sentiment model may work
                self._failures.log_failure(FALLBACK, error, model=str(name))
                continue
            for place, shares in zip(places, softmax(logits), strict=True):
                found[place] = _Feeling(model, dict(zip(model.labels, map(float, shares), strict=True)))
        return found

    def _sentiment_model(self, language: str | None) -> str | None:
        """Return the name of the sentiment model for a language; None if the rules determine the sentiment."""
        name = {None: None, "en": SENTIMENT}.get(language, MULTILINGUAL_SENTIMENT)
        return name if name in self._models else None

    def _version_of(self, manifests: Iterable[bytes]) -> str:
        """Return the version of these models together with the rules, whose words decide clear categories."""
        digest = hashlib.sha256(self._rules.version.encode())
        for manifest in manifests:
            digest.update(manifest)
        return f"{self.engine}-{digest.hexdigest()[:12]}"


def may_pass(error: BaseException) -> bool:
    """Whether the models may succeed when they are asked again: not after a time limit, or an invalid input."""
    return isinstance(error, OSError | MemoryError) or type(error).__name__ in _MAY_PASS


def as_tweet(text: str) -> str:
    """Prepare a text like the training data of both sentiment models (see their cards): mentions become @user, URLs
    become http.
    """
    return _ADDRESS.sub("http", _NAME.sub("@user", text))


def _with_feeling(
    by_rules: PostAnalysis, feeling: _Feeling, subject: Subject | None, language: CaptionLanguage
) -> PostAnalysis:
    """Add the sentiment and the evidence; without a sentiment model, the sentiment of the rules is kept."""
    raw = {"language_by": language.by, "language": {language.code: language.score}}
    if subject:
        raw["category"] = dict(subject.raw)
    if feeling.model is None or feeling.shares is None:
        return replace(by_rules, raw={"sentiment_by": RULES, "rules": dict(by_rules.raw), **raw})
    shares = feeling.shares
    label = max(shares, key=lambda name: shares[name])
    return replace(
        by_rules,
        sentiment=Sentiment(label),
        sentiment_score=round(shares[Sentiment.POSITIVE] - shares[Sentiment.NEGATIVE], 4),
        sentiment_confidence=feeling.model.calibration.confidence(shares[label]),
        raw={
            "sentiment_by": feeling.model.source,
            "sentiment": {name: round(share, 4) for name, share in shares.items()},
            **raw,
        },
    )

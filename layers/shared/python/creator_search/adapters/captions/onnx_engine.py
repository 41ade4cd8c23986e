"""Analyzes captions with the exported models, or by rules while models are missing, broken or too slow."""

import os
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Protocol

from creator_search.adapters.captions.onnx_classifier import Classifier, softmax, version_of
from creator_search.adapters.captions.rules_engine import RulesEngine
from creator_search.domain.captions.rules import cut, prose
from creator_search.domain.captions.zero_shot import ZeroShot
from creator_search.domain.clock import Clock
from creator_search.domain.posts import PostAnalysis, Sentiment

ENGINE = "onnx"
FALLBACK = "the models are not available; the rules are used"
NAMES = ("sentiment", "language", "category")
_NAME = re.compile(r"(?<!\w)@[\w.]*\w")
_ADDRESS = re.compile(r"https?://\S+")


class FailureLog(Protocol):
    def log_failure(self, message: str, error: Exception, **details: str | int) -> None: ...


class OnnxEngine:
    """Analyzes captions with the three models in `folder`. Raises the errors of Classifier."""

    def __init__(self, folder: Path, clock: Clock, *, score_all: bool, budget_seconds: float) -> None:
        pool = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="onnx")
        self._sentiment, self._language, subject = (Classifier(folder / name, pool) for name in NAMES)
        self._zero_shot = ZeroShot(subject, score_all=score_all)
        self._rules = RulesEngine(clock)
        self._budget_seconds = budget_seconds
        self.version = version_of(folder, NAMES)

    def analyze_captions(self, captions: Sequence[str]) -> Sequence[PostAnalysis]:
        """Return one analysis per caption, in the same order.

        Captions without prose (only emoji or hashtags, or empty) are analyzed by rules. For the others, the models
        determine the language and the sentiment, and the category unless words decide it. Raises ModelTooSlow when the
        whole batch exceeds the budget.
        """
        until = time.monotonic() + self._budget_seconds
        by_rules = self._rules.analyze_captions(captions)
        rows = [row for row, caption in enumerate(captions) if prose(caption)]
        texts = [cut(captions[row]) for row in rows]
        feelings = softmax(self._sentiment.logits([as_tweet(text) for text in texts], until))
        languages = softmax(self._language.logits([prose(text) for text in texts], until))
        subjects = self._zero_shot.subjects(texts, until)
        made = [replace(reading, engine=ENGINE, version=self.version) for reading in by_rules]
        for place, row in enumerate(rows):
            scores = dict(zip(self._sentiment.labels, map(float, feelings[place]), strict=True))
            label = max(scores, key=lambda name: scores[name])
            best = int(languages[place].argmax())
            subject = subjects[place]
            made[row] = replace(
                made[row],
                content_category=subject.name,
                category_confidence=subject.confidence,
                sentiment=Sentiment(label),
                sentiment_score=round(scores[Sentiment.POSITIVE] - scores[Sentiment.NEGATIVE], 4),
                sentiment_confidence=round(scores[label], 4),
                language_code=self._language.labels[best],
                language_confidence=round(float(languages[place][best]), 4),
                raw={"sentiment": {k: round(v, 4) for k, v in scores.items()}, "category": dict(subject.raw)},
            )
        return made


def as_tweet(text: str) -> str:
    """Prepare a text like the training data of the sentiment model (see its card): mentions become @user, URLs become
    http.
    """
    return _ADDRESS.sub("http", _NAME.sub("@user", text))


class OnnxOrRules:
    """Implements CaptionAnalyzer: uses the models while their files are complete, else the rules; every analysis names
    its engine.

    Missing or broken files are checked again at the next batch; analyses made by the rules are then superseded.
    """

    engine = ENGINE

    def __init__(
        self,
        folder: Path,
        load: Callable[[], OnnxEngine],
        rules: RulesEngine,
        failures: FailureLog,
    ) -> None:
        self._folder = folder
        self._load = load
        self._rules = rules
        self._failures = failures
        self._engine: OnnxEngine | None = None
        self._broken: object = None
        self._loading = Lock()

    def _models(self) -> OnnxEngine | None:
        with self._loading:  # load the models once for all threads
            try:
                version, files = version_of(self._folder, NAMES), _files(self._folder)
            except OSError as error:
                if self._engine:
                    self._failures.log_failure(FALLBACK, error)
                self._engine = None
                return None
            if files == self._broken:
                return None  # these files have failed to load before
            if self._engine is None or self._engine.version != version:
                try:
                    self._engine, self._broken = self._load(), None
                except Exception as error:  # an invalid model file must not fail the analysis
                    self._engine = None
                    with suppress(OSError):  # files removed during the load are not recorded as broken
                        self._broken = files if _files(self._folder) == files else None
                    self._failures.log_failure(FALLBACK, error)
            return self._engine

    @property
    def version(self) -> str:
        models = self._models()
        return models.version if models else self._rules.version

    def supersedes(self, earlier: PostAnalysis) -> bool:
        models = self._models()
        return earlier.version != models.version if models else self._rules.supersedes(earlier)

    def analyze_captions(self, captions: Sequence[str]) -> Sequence[PostAnalysis]:
        models = self._models()
        if models is None:
            return self._rules.analyze_captions(captions)
        try:
            return models.analyze_captions(captions)
        except Exception as error:  # after any error of a model, the rules analyze the batch
            self._failures.log_failure(FALLBACK, error)
            return self._rules.analyze_captions(captions)


def _files(folder: Path) -> object:
    """Return names, sizes and modification times of the files. They change until a copy is complete, so models that are
    still being copied are tried again."""
    found = sorted(file for name in NAMES for file in (folder / name).iterdir())
    return [(str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in found]

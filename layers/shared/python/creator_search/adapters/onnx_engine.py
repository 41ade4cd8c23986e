"""Captions read by the exported models, and by the rules where these are missing, slow or broken."""

import os
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Lock

from creator_search.adapters.onnx_classifier import Classifier, softmax, version_of
from creator_search.adapters.rules_engine import RulesEngine
from creator_search.adapters.zero_shot import ZeroShot
from creator_search.domain.answers import Clock
from creator_search.domain.profiles import PostAnalysis, Sentiment
from creator_search.domain.rules.reading import cut, prose

ENGINE = "onnx"
NAMES = ("sentiment", "language", "category")
_NAME = re.compile(r"(?<!\w)@[\w.]*\w")
_ADDRESS = re.compile(r"https?://\S+")


class OnnxEngine:
    """Raises what Classifier raises."""

    def __init__(self, folder: Path, clock: Clock, *, score_all: bool, budget_seconds: float) -> None:
        pool = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="onnx")
        self._sentiment, self._language, subject = (Classifier(folder / name, pool) for name in NAMES)
        self._zero_shot = ZeroShot(subject, score_all=score_all)
        self._rules = RulesEngine(clock)
        self._budget_seconds = budget_seconds
        self.version = version_of(folder, NAMES)

    def read(self, captions: Sequence[str]) -> Sequence[PostAnalysis]:
        """What has no prose (emoji, hashtags, nothing) is read by the rules, whose answers for it are defined; of the
        other captions the models say language and sentiment, and the category where words do not settle it. Raises
        ModelTooSlow when they take longer, all together, than the budget."""
        until = time.monotonic() + self._budget_seconds
        by_rules = self._rules.read(captions)
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
    """As in the sentiment model's training (its card): whoever is named is @user, every address is http."""
    return _ADDRESS.sub("http", _NAME.sub("@user", text))


class OnnxOrRules:
    """The models while they are there and whole, else the rules, which say so in every answer. A model that was taken
    away is looked for again at the next batch, and what the rules read meanwhile is read again."""

    engine = ENGINE

    def __init__(
        self,
        folder: Path,
        load: Callable[[], OnnxEngine],
        rules: RulesEngine,
        on_trouble: Callable[[Exception], None],
    ) -> None:
        self._folder = folder
        self._load = load
        self._rules = rules
        self._on_trouble = on_trouble
        self._engine: OnnxEngine | None = None
        self._broken: object = None
        self._loading = Lock()

    def _models(self) -> OnnxEngine | None:
        with self._loading:  # threads share what the first of them loads
            try:
                version, files = version_of(self._folder, NAMES), _files(self._folder)
            except OSError as error:
                if self._engine:
                    self._on_trouble(error)
                self._engine = None
                return None
            if files == self._broken:
                return None  # these very files were tried
            if self._engine is None or self._engine.version != version:
                try:
                    self._engine, self._broken = self._load(), None
                except Exception as error:  # whatever stands there instead of models, there is an answer
                    self._engine = None
                    with suppress(OSError):  # what was pulled away meanwhile is no longer what was tried
                        self._broken = files if _files(self._folder) == files else None
                    self._on_trouble(error)
            return self._engine

    @property
    def version(self) -> str:
        models = self._models()
        return models.version if models else self._rules.version

    def supersedes(self, earlier: PostAnalysis) -> bool:
        models = self._models()
        return earlier.version != models.version if models else self._rules.supersedes(earlier)

    def read(self, captions: Sequence[str]) -> Sequence[PostAnalysis]:
        models = self._models()
        if models is None:
            return self._rules.read(captions)
        try:
            return models.read(captions)
        except Exception as error:  # whatever a model may fail with, there is an answer
            self._on_trouble(error)
            return self._rules.read(captions)


def _files(folder: Path) -> object:
    """What changes when a file does, without reading it: a copy under way is tried again when it is done."""
    found = sorted(file for name in NAMES for file in (folder / name).iterdir())
    return [(str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in found]

"""Captions read by the exported models: onnxruntime, tokenizers and numpy, nothing of torch."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from creator_search.adapters.rules_engine import RulesEngine
from creator_search.domain.answers import Clock
from creator_search.domain.profiles import PostAnalysis, Sentiment
from creator_search.domain.rules.reading import category, cut, prose
from creator_search.domain.rules.taxonomy import CATEGORIES

ENGINE = "onnx"
NAMES = ("sentiment", "language", "category")
MANIFEST = "manifest.json"
TOKENS_A_BATCH = 256
"""Padded tokens: short captions go many together, long ones alone, and little is padded."""
SURE_WORDS = 2
"""So many words of one category, and none of another, settle it without a model."""
CANDIDATES = 5
THIN_MARGIN = 0.15
_COMMON = ("travel", "food", "fashion", "fitness", "family", "music", "nature", "business")
"""Scored beside what the words suggest, where they suggest too few."""


class ModelUnusable(Exception):
    """A model is missing, or not the one that its manifest names."""


class Classifier:
    """One exported folder. Safe to share between threads."""

    def __init__(self, folder: Path, pool: ThreadPoolExecutor) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        try:
            self._manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
            for name, expected in self._manifest["sha256"].items():
                if _sha256(folder / name) != expected:
                    raise ModelUnusable(f"{folder.name}/{name} is not the file that its manifest names")
            options = onnxruntime.SessionOptions()
            # One thread a session call, and as many calls at once as there are processors.
            options.intra_op_num_threads = 1
            options.inter_op_num_threads = 1
            self._session = onnxruntime.InferenceSession(
                str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
            )
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except (OSError, ValueError, KeyError) as error:
            raise ModelUnusable(f"{folder.name} cannot be loaded") from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self._manifest["max_length"], strategy="only_first")
        self._pool = pool
        self.labels: tuple[str, ...] = tuple(self._manifest["labels"])
        self.hypothesis: str = self._manifest.get("hypothesis") or "{}"

    def logits(self, texts: Sequence[str | tuple[str, str]]) -> Any:
        """One row a text (or pair), in their order."""
        import numpy as np

        if not texts:
            return np.zeros((0, len(self.labels)), dtype=np.float32)
        encoded = self._tokenizer.encode_batch(list(texts))
        found = np.zeros((len(texts), len(self.labels)), dtype=np.float32)

        def run(rows: Sequence[int]) -> None:
            length = max(len(encoded[row].ids) for row in rows)
            ids = np.full((len(rows), length), self._manifest["pad_token_id"], dtype=np.int64)
            mask = np.zeros((len(rows), length), dtype=np.int64)
            for place, row in enumerate(rows):
                ids[place, : len(encoded[row].ids)] = encoded[row].ids
                mask[place, : len(encoded[row].ids)] = 1
            found[rows] = self._session.run(["logits"], {"input_ids": ids, "attention_mask": mask})[0]

        list(self._pool.map(run, packed([len(e.ids) for e in encoded])))
        return found


def packed(lengths: Sequence[int], budget: int = TOKENS_A_BATCH) -> Iterator[list[int]]:
    """Rows in batches of like length, each of at most `budget` padded tokens, or of one row that is longer."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lambda row: (lengths[row], row)):
        if batch and lengths[row] * (len(batch) + 1) > budget:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


class OnnxEngine:
    """Raises ModelUnusable when it is made of models that cannot be used."""

    def __init__(self, folder: Path, clock: Clock, *, score_all: bool) -> None:
        self._pool = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="onnx")
        models = [Classifier(folder / name, self._pool) for name in NAMES]
        self._sentiment, self._language, self._category = models
        self._rules = RulesEngine(clock)
        self._clock = clock
        self._score_all = score_all
        self.version = version_of(folder)

    def read(self, captions: Sequence[str]) -> Sequence[PostAnalysis]:
        """What has no prose (emoji, hashtags, nothing) is read by the rules, whose answers for it are defined; of the
        other captions the models say language and sentiment, and the category where words do not settle it."""
        by_rules = self._rules.read(captions)
        rows = [row for row, caption in enumerate(captions) if prose(caption)]
        texts = [cut(captions[row]) for row in rows]
        feelings = _softmax(self._sentiment.logits(texts))
        languages = _softmax(self._language.logits([prose(text) for text in texts]))
        subjects = self._subjects(texts)
        made = [replace(reading, engine=ENGINE, version=self.version) for reading in by_rules]
        for place, row in enumerate(rows):
            scores = dict(zip(self._sentiment.labels, map(float, feelings[place]), strict=True))
            label = max(scores, key=lambda name: scores[name])
            best = int(languages[place].argmax())
            name, confidence, raw = subjects[place]
            made[row] = replace(
                made[row],
                content_category=name,
                category_confidence=confidence,
                sentiment=Sentiment(label),
                sentiment_score=round(scores[Sentiment.POSITIVE] - scores[Sentiment.NEGATIVE], 4),
                sentiment_confidence=round(scores[label], 4),
                language_code=self._language.labels[best],
                language_confidence=round(float(languages[place][best]), 4),
                raw={"sentiment": {k: round(v, 4) for k, v in scores.items()}, "category": raw},
            )
        return made

    def _subjects(self, texts: Sequence[str]) -> list[tuple[str, float, dict[str, Any]]]:
        """Words settle the clear ones; of the others the plausible categories are scored, and all of them where the two
        best of those are close."""
        found: list[tuple[str, float, dict[str, Any]] | None] = [None] * len(texts)
        first: dict[int, list[str]] = {}
        for row, text in enumerate(texts):
            name, confidence, hits = category(text)
            if name and len(hits) == 1 and hits[name] >= SURE_WORDS and not self._score_all:
                found[row] = name, confidence, {"settled_by": "words", "words": hits}
            else:
                first[row] = list(CATEGORIES) if self._score_all else _plausible(hits)
        thin = []
        for row, scores in self._scored(texts, first).items():
            best, second = sorted(scores.values(), reverse=True)[:2]
            if best - second < THIN_MARGIN and len(scores) < len(CATEGORIES):
                thin.append(row)
            else:
                found[row] = _named(scores)
        for row, scores in self._scored(texts, {row: list(CATEGORIES) for row in thin}).items():
            found[row] = _named(scores)
        return [one for one in found if one is not None]

    def _scored(self, texts: Sequence[str], wanted: dict[int, list[str]]) -> dict[int, dict[str, float]]:
        """Of every row the probability of each of its candidates, among them alone."""
        pairs = [(row, name) for row, names in wanted.items() for name in names]
        hypotheses = [(texts[row], self._category.hypothesis.format(name)) for row, name in pairs]
        entails = self._category.logits(hypotheses)[:, self._category.labels.index("entailment")]
        scores: dict[int, dict[str, float]] = {}
        for (row, name), logit in zip(pairs, map(float, entails), strict=True):
            scores.setdefault(row, {})[name] = logit
        return {row: _shares(of) for row, of in scores.items()}


def _plausible(hits: dict[str, int]) -> list[str]:
    ordered = sorted(hits, key=lambda name: -hits[name])
    return list(dict.fromkeys([*ordered, *_COMMON]))[: max(CANDIDATES, len(ordered))]


def _named(scores: dict[str, float]) -> tuple[str, float, dict[str, Any]]:
    best = max(scores, key=lambda name: scores[name])
    rounded = {name: round(score, 4) for name, score in sorted(scores.items(), key=lambda s: -s[1])}
    return best, rounded[best], {"settled_by": "model", "scored": len(scores), "scores": rounded}


def _shares(logits: dict[str, float]) -> dict[str, float]:
    import numpy as np

    return dict(zip(logits, map(float, _softmax(np.array([list(logits.values())]))[0]), strict=True))


def _softmax(logits: Any) -> Any:
    import numpy as np

    powers = np.exp(logits - logits.max(-1, keepdims=True)) if len(logits) else logits
    return powers / powers.sum(-1, keepdims=True)


class OnnxOrRules:
    """The models while they are there and whole, else the rules, which say so in every answer. A model that was taken
    away is looked for again at the next batch, and what the rules read meanwhile is read again."""

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
        self._broken: str | None = None

    def _models(self) -> OnnxEngine | None:
        try:
            version = version_of(self._folder)
        except OSError as error:
            if self._engine:
                self._on_trouble(error)
            self._engine = None
            return None
        if version == self._broken:
            return None  # these very files were tried
        if self._engine is None or self._engine.version != version:
            try:
                self._engine, self._broken = self._load(), None
            except ModelUnusable as error:
                self._engine, self._broken = None, version
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


def version_of(folder: Path) -> str:
    """Of the three manifests together. Raises OSError when one is missing."""
    digest = hashlib.sha256()
    for name in NAMES:
        digest.update((folder / name / MANIFEST).read_bytes())
        if not (folder / name / "model.onnx").exists():
            raise FileNotFoundError(folder / name / "model.onnx")
    return f"{ENGINE}-{digest.hexdigest()[:12]}"


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()

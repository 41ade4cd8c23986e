"""Trains the linear models that analyze captions without the exported models, and measures their confidence."""

import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from creator_search.adapters.captions import rules_engine
from creator_search.adapters.captions.evidence import EVIDENCE, evidence
from creator_search.adapters.captions.features import SLOTS, Features, extract, normalise
from creator_search.adapters.captions.linear_model import CLASSES, HINDI_SLOTS, METADATA, WEIGHTS, class_probabilities
from creator_search.domain.captions.calibration import fit
from creator_search.domain.captions.rules import cut, prose
from numpy.typing import NDArray

from model_export.folders import whole_or_nothing
from model_export.logistic import Fitted, train

TRAINED = ("umsab-", "smsa-", "wisesight-")
"""Beginnings of the names of the files whose licence allows training. The others are measured only."""
STRENGTH, PRIOR = 1.0, 0.5
CHOSEN_ON = 2
"""The first folds, with which STRENGTH and PRIOR were chosen; figures of sentiment are of the others."""
HINDI_STRENGTH = 3.0
MAX_FALSE_HINDI = 0.001
"""Share of English texts that may be taken for romanised Hindi."""
ENGLISH_FROM = 0.6
"""A text labelled as romanised Hindi that fastText reads as English with this score is English: not trained on."""
LEAST = 100
"""Answers per knot of a calibration."""
HINDI = rules_engine.ROMANISED_HINDI


@dataclass(frozen=True, slots=True)
class Texts:
    """Labelled texts. `kinds` is the first part of the file's name, `tags` the second, or the label of a language."""

    texts: list[str]
    labels: list[str]
    kinds: list[str]
    tags: list[str]

    @property
    def folds(self) -> NDArray[Any]:
        """Equal texts are in the same fold."""
        return np.array([zlib.crc32(normalise(text).encode()) for text in self.texts])


def read(files: Sequence[Path]) -> Texts:
    made = Texts([], [], [], [])
    for path in files:
        kind, _, tag = path.stem.partition("-")
        for line in path.read_text(encoding="utf-8").split("\n"):
            label, tab, text = line.rstrip("\r").partition("\t")
            if tab:
                made.texts.append(cut(text))
                made.labels.append(label)
                made.kinds.append(kind)
                made.tags.append(label if path.parent.name == "language" else tag)
    return made


def extract_all(texts: Sequence[str], size: int = 256) -> Features:
    parts = [extract([normalise(text) for text in texts[n : n + size]]) for n in range(0, len(texts), size)]
    lengths = np.concatenate([np.diff(part.starts) for part in parts])
    return Features(np.concatenate([part.slots for part in parts]), np.concatenate([[0], np.cumsum(lengths)]))


def chosen(features: Features, rows: NDArray[Any]) -> Features:
    lengths = np.diff(features.starts)
    return Features(features.slots[np.repeat(rows, lengths)], np.concatenate([[0], np.cumsum(lengths[rows])]))


@dataclass(frozen=True, slots=True)
class Measured:
    """Results on texts that were left out of the training."""

    calibrations: dict[str, dict[str, Any]]
    lines: list[str]


def train_fallback(data: Path, to: Path, folds: int, say: Callable[[str], None]) -> list[str]:
    """Write the model to the folder `to`. Returns lines about the cross-validation.

    Raises OSError without files, ValueError for a label other than CLASSES.
    """
    root = data / "text" if (data / "text").is_dir() else data
    feelings, languages = (sorted((root / name).glob("*.tsv")) for name in ("sentiment", "language"))
    if not [path for path in feelings if path.name.startswith(TRAINED)]:
        raise FileNotFoundError(f"{root / 'sentiment'} contains none of {', '.join(TRAINED)}*.tsv")
    trainer = Trainer(read(feelings), read(languages))
    measured = trainer.cross_validate(folds, say)
    sentiment, hindi = trainer.fit(np.ones(len(trainer.texts.texts), bool), np.ones(len(trainer.spoken), bool))
    used = [path for path in feelings if path.name.startswith(TRAINED)]
    used += languages
    write(sentiment, hindi, trainer, measured, used, to)
    return measured.lines


class Trainer:
    def __init__(self, texts: Texts, spoken: Texts) -> None:
        self.texts = texts
        self.features = extract_all(texts.texts)
        self.targets = np.array([CLASSES.index(label) for label in texts.labels])
        self.for_training = np.array([f"{kind}-".startswith(TRAINED) for kind in texts.kinds])
        self.languages = sorted({tag for tag, used in zip(texts.tags, self.for_training, strict=True) if used})
        # Romanised Hindi against everything else in Latin script that may be trained on.
        self.spoken_texts, self.spoken_tags = [*texts.texts, *spoken.texts], np.array([*texts.tags, *spoken.tags])
        self.spoken = np.concatenate([self.for_training, np.ones(len(spoken.texts), bool)])
        for n in np.flatnonzero(self.spoken_tags == HINDI):
            read_as = rules_engine.identify_language(prose(self.spoken_texts[n]), 0.0, 1.0)
            self.spoken[n] &= not (read_as and read_as.tag == "en" and read_as.score >= ENGLISH_FROM)
        self.spoken_features = extract_all(self.spoken_texts)
        self.spoken_folds = np.concatenate([texts.folds, spoken.folds])
        folded = Features(self.spoken_features.slots % HINDI_SLOTS, self.spoken_features.starts)
        self.folded = folded
        self.threshold = 0.0
        self.evidence = np.zeros((len(texts.texts), len(EVIDENCE)))

    def tag_texts(self, tags: Sequence[str | None]) -> None:
        """Take the evidence for the languages that the engine would find."""
        rows = zip(self.texts.texts, tags, strict=True)
        self.evidence = np.array([evidence(text, tag) for text, tag in rows])

    def fit_hindi(self, rows: NDArray[Any]) -> Fitted:
        nothing = np.zeros((int(rows.sum()), 0))
        is_hindi = (self.spoken_tags[rows] == HINDI).astype(int)
        return train(
            *(chosen(self.folded, rows), nothing, is_hindi),
            classes=2, slots=HINDI_SLOTS, strength=HINDI_STRENGTH, prior=0.0,
        )  # fmt: skip

    def fit_sentiment(self, rows: NDArray[Any]) -> Fitted:
        return train(
            *(chosen(self.features, rows), self.evidence[rows], self.targets[rows]),
            classes=len(CLASSES), slots=SLOTS, strength=STRENGTH, prior=PRIOR,
        )  # fmt: skip

    def fit(self, rows: NDArray[Any], spoken: NDArray[Any]) -> tuple[Fitted, Fitted]:
        return self.fit_sentiment(rows & self.for_training), self.fit_hindi(spoken & self.spoken)

    def cross_validate(self, folds: int, say: Callable[[str], None]) -> Measured:
        hindi = np.zeros(len(self.spoken_texts))
        fold = self.spoken_folds % folds
        for n in range(folds):
            made = self.fit_hindi(self.spoken & (fold != n))
            out = fold == n
            features = chosen(self.folded, out)
            hindi[out] = made.scores(features, np.zeros((int(out.sum()), 0)))[:, 0]
            say(f"fold {n + 1} of {folds}: romanised Hindi")
        long = np.array(
            [rules_engine.count_letters(prose(text)) >= rules_engine.MIN_HINDI_LETTERS for text in self.spoken_texts]
        )
        english = np.sort(hindi[(self.spoken_tags == "en") & long])
        self.threshold = round(float(english[int(len(english) * (1 - MAX_FALSE_HINDI))]), 4)
        found = self._languages(hindi)
        self.tag_texts([language.tag if language else None for language in found[: len(self.texts.texts)]])
        chances = np.zeros((len(self.texts.texts), len(CLASSES)))
        fold = self.texts.folds % folds
        for n in range(folds):
            fitted = self.fit_sentiment(self.for_training & (fold != n))
            out = fold == n
            chances[out] = class_probabilities(fitted.scores(chosen(self.features, out), self.evidence[out]))
            say(f"fold {n + 1} of {folds}: sentiment")
        return self._measure(found, chances, folds)

    def _languages(self, hindi: NDArray[Any]) -> list[rules_engine.Language | None]:
        return [
            rules_engine.identify_language(prose(text), float(score), self.threshold)
            for text, score in zip(self.spoken_texts, hindi, strict=True)
        ]

    def _measure(self, found: list[rules_engine.Language | None], chances: NDArray[Any], folds: int) -> Measured:
        fold = self.texts.folds % folds
        answers: dict[str, list[tuple[float, bool]]] = {}
        parts: dict[str, list[int]] = {}
        both = np.concatenate([fold, self.spoken_folds[len(fold) :] % folds])
        sets: dict[str, Counter[str]] = {}
        for n, language in enumerate(found):
            tag = str(self.spoken_tags[n])
            if language:
                answers.setdefault(language.key, []).append((language.score, language.tag[:2] == tag[:2]))
                parts.setdefault(language.key, []).append(int(both[n]))
                sets.setdefault(language.key, Counter())[tag if n < len(self.texts.texts) else "lingua"] += 1
        lines, trained = [], frozenset(self.languages)
        guesses: dict[str, list[tuple[int, int]]] = {}
        for n, text in enumerate(self.texts.texts):
            known = found[n]
            feeling = rules_engine.feeling(text, known.tag if known else None, chances[n].tolist(), trained)
            answers.setdefault(feeling.key, []).append((feeling.strength, feeling.label == self.texts.labels[n]))
            parts.setdefault(feeling.key, []).append(int(fold[n]))
            name = f"{self.texts.kinds[n]}-{self.texts.tags[n]}"
            sets.setdefault(feeling.key, Counter())[name] += 1
            if fold[n] >= CHOSEN_ON or folds <= CHOSEN_ON:
                guesses.setdefault(name, []).append((int(self.targets[n]), CLASSES.index(feeling.label)))
        for name, pairs in sorted(guesses.items()):
            trained_on = "cross-validated" if f"{name.split('-')[0]}-".startswith(TRAINED) else "not trained on"
            lines.append(f"{name}: macro-F1 {macro_f1(pairs):.3f}, {len(pairs)} texts, {trained_on}")
        calibrations = {
            key: {"knots": [list(knot) for knot in made.knots], "answers": len(rows), "sets": dict(sets[key])}
            for key, rows in sorted(answers.items())
            if (made := fit(rows, least=LEAST)).knots
        }
        hits = [language is not None and language.tag == HINDI for language in found]
        for tag in sorted({*self.texts.tags}):
            share = np.mean([hit for hit, other in zip(hits, self.spoken_tags, strict=True) if other == tag])
            lines.append(f"taken for romanised Hindi: {share:.2%} of {tag}")
        return Measured(calibrations, [*lines, *reliability(answers, parts, folds)])


def reliability(
    answers: Mapping[str, Sequence[tuple[float, bool]]], parts: Mapping[str, Sequence[int]], folds: int
) -> list[str]:
    """Compare claimed confidences with the share of right answers, each claimed by calibrations that were fitted to the
    other folds. `parts` has the fold of every answer. Tasks are the first parts of the keys."""
    claims: dict[str, list[tuple[float, bool]]] = {}
    for key, rows in answers.items():
        for n in range(folds):
            made = fit([row for row, part in zip(rows, parts[key], strict=True) if part != n], least=LEAST)
            for (score, right), part in zip(rows, parts[key], strict=True):
                if part == n and (claimed := made.confidence(score)) is not None:
                    claims.setdefault(key.split("/")[0], []).append((claimed, right))
    lines = []
    for task, pairs in sorted(claims.items()):
        off = 0.0
        for tenth in range(10):
            some = [pair for pair in pairs if min(int(pair[0] * 10), 9) == tenth]
            if some:
                claimed, right = (sum(column) / len(some) for column in zip(*some, strict=True))
                off += abs(claimed - right) * len(some)
                lines.append(f"{task}: claimed {claimed:.3f}, right {right:.3f}, {len(some)} answers")
        lines.append(f"{task}: expected calibration error {off / len(pairs):.3f}, {len(pairs)} answers")
    return lines


def macro_f1(pairs: Sequence[tuple[int, int]]) -> float:
    """Return the mean F1 of the classes, of pairs of the right class and the answer."""
    scores = []
    for n in range(len(CLASSES)):
        both = sum(pair == (n, n) for pair in pairs)
        scores.append(2 * both / max(1, sum(right == n for right, _ in pairs) + sum(said == n for _, said in pairs)))
    return sum(scores) / len(scores)


def quantised(weights: NDArray[Any]) -> tuple[NDArray[Any], list[float]]:
    """Round each column to int8. Returns the rounded weights and the scale of each column."""
    # A few outliers are cut, because one of them would make all other weights coarse.
    bounds = np.array([np.quantile(np.abs(column[column != 0]), 0.9995) for column in weights.T])
    scale = [float(f"{bound / 127:.6g}") for bound in bounds]
    return np.clip(np.rint(weights / np.array(scale)), -127, 127).astype(np.int8), scale


def write(
    sentiment: Fitted, hindi: Fitted, trainer: Trainer, measured: Measured, used: Sequence[Path], to: Path
) -> None:
    slots, scale = quantised(sentiment.slots)
    hindi_slots, hindi_scale = quantised(hindi.slots)
    made = {
        "classes": CLASSES,
        "scale": scale,
        "dense": [[round(float(x), 4) for x in row] for row in sentiment.dense],
        "bias": [round(float(x), 4) for x in sentiment.bias],
        "hindi_scale": hindi_scale[0],
        "hindi_bias": round(float(hindi.bias[0]), 4),
        "hindi_threshold": trainer.threshold,
        "languages": trainer.languages,
        "trained_on": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in used},
        "calibrations": measured.calibrations,
    }
    with whole_or_nothing(to) as folder:
        np.save(folder / WEIGHTS, np.concatenate([slots.ravel(), hindi_slots.ravel()]))
        (folder / METADATA).write_text(json.dumps(made, indent=1, ensure_ascii=False, sort_keys=True) + "\n")

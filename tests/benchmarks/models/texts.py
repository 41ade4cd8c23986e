"""The captions of the benchmark, and a model that is right about them."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from creator_search.adapters.captions.rules_engine import RulesEngine
from creator_search.domain.captions.zero_shot import EntailmentModel, ZeroShot

from tests.fakes import FakeClock

DATA = Path(__file__).parents[2] / "data"
SETS = {"short": "captions_held_out.tsv", "long": "captions_long.tsv"}


def captions(name: str) -> list[str]:
    return [caption for caption, _ in labelled(name)]


def labelled(name: str) -> list[tuple[str, str]]:
    """Return captions with their category."""
    rows = [line.split("\t") for line in (DATA / name).read_text().splitlines()]
    return [(caption, subject) for _, _, subject, caption in rows]


class AlwaysRight:
    """Returns logits for the true category, after running the model, if there is one, for its duration."""

    hypothesis = "This example is {}."
    labels = ("contradiction", "neutral", "entailment")

    def __init__(self, model: EntailmentModel | None = None) -> None:
        self._model = model
        self._truth = {caption: subject for name in SETS.values() for caption, subject in labelled(name)}

    def logits(self, texts: Sequence[tuple[str, str]], until: float) -> Any:
        if self._model:
            self._model.logits(texts, until)
        right = [asked == self.hypothesis.format(self._truth[caption]) for caption, asked in texts]
        return np.array([[0.0, 0.0, 4.0 if is_right else -4.0] for is_right in right]).reshape(-1, 3)


def drawn_like(name: str, size: int, rng: random.Random, *, doubtful: float) -> list[str]:
    """Return a sample that needs as many labels scored as the whole set, or has `doubtful` times as many captions that
    words do not decide."""
    whole = captions(name)
    rng.shuffle(whole)
    languages = [reading.language_code for reading in RulesEngine(FakeClock()).analyze_captions(whole)]
    subjects = ZeroShot(AlwaysRight(), score_all=False).subjects(whole, languages, 0)
    scored = [subject.raw.get("scored", 0) for subject in subjects]
    groups = [[n for n in range(len(whole)) if bool(scored[n]) == is_doubtful] for is_doubtful in (False, True)]
    unclear = round(doubtful * size * len(groups[1]) / len(whole))
    # Every k-th caption of each group in the order of their cost.
    return [
        whole[sorted(group, key=lambda n: scored[n])[int((n + 0.5) * len(group) / wanted)]]
        for group, wanted in zip(groups, (size - unclear, unclear), strict=True)
        for n in range(wanted)
    ]


def chunks(texts: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (texts[start : start + size] for start in range(0, len(texts), size))

"""The category of a caption by an entailment model, with few forward passes."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from creator_search.domain.captions.taxonomy import CATEGORIES
from creator_search.domain.captions.topics import topic_of

CLEAR_LEAD = 2
"""A category with this many times the score of any other category is chosen without the model. On
tests/data/captions_held_out.tsv and captions_long.tsv this was right for 52 of 54 such captions."""
CANDIDATES = 5
THIN_MARGIN = 0.15
_COMMON = ("travel", "food", "fashion", "fitness", "family", "music", "nature", "business")
"""Categories that are scored when words suggest too few candidates."""


@dataclass(frozen=True, slots=True)
class Subject:
    """`confidence` is 0–1, or None where it was not measured; `raw` contains how the category was decided (words or
    model) and the scores.
    """

    name: str
    confidence: float | None
    raw: Mapping[str, Any]


class EntailmentModel(Protocol):
    @property
    def labels(self) -> Sequence[str]: ...

    @property
    def hypothesis(self) -> str:
        """The hypothesis template; {} is replaced by the category."""

    def logits(self, texts: Sequence[tuple[str, str]], until: float) -> Any:
        """Return one row of logits per pair of caption and hypothesis. Raises ModelTooSlow."""


class ZeroShot:
    """Classifies captions: by words if they are clear, else by scoring the plausible categories.

    All categories are scored if the two best ones are close or the caption entails none.
    """

    def __init__(self, model: EntailmentModel, *, score_all: bool) -> None:
        self._model = model
        self._score_all = score_all
        self._entails = model.labels.index("entailment")
        self._contradicts = model.labels.index("contradiction")

    def subjects(self, texts: Sequence[str], languages: Sequence[str | None], until: float) -> list[Subject]:
        """Return one subject per text. `languages` contains the code of each text's language. Raises ModelTooSlow."""
        settled: dict[int, Subject] = {}
        first: dict[int, Sequence[str]] = {}
        for row, (text, language) in enumerate(zip(texts, languages, strict=True)):
            topic = topic_of(text, language)
            if self._score_all:
                first[row] = tuple(CATEGORIES)
            elif topic.name and _is_clear(topic.scores):
                raw = {"settled_by": "words", "words": dict(topic.scores)}
                settled[row] = Subject(topic.name, topic.confidence, raw)
            else:
                first[row] = _plausible(topic.scores)
        scores = self._scored(texts, first, until)
        rest = {
            row: [name for name in CATEGORIES if name not in found]
            for row, found in scores.items()
            if found.is_doubtful
        }
        for row, more in self._scored(texts, rest, until).items():
            scores[row].update(more)
        return [settled.get(row) or scores[row].subject() for row in range(len(texts))]

    def _scored(self, texts: Sequence[str], wanted: Mapping[int, Sequence[str]], until: float) -> dict[int, "_Scores"]:
        pairs = list(_pairs(wanted))
        found = self._model.logits([(texts[row], self._model.hypothesis.format(name)) for row, name in pairs], until)
        scores: dict[int, _Scores] = {}
        for (row, name), logits in zip(pairs, found, strict=True):
            scores.setdefault(row, _Scores())[name] = float(logits[self._entails]), float(logits[self._contradicts])
        return scores


class _Scores(dict[str, tuple[float, float]]):
    """The logits of entailment and contradiction of each scored category."""

    def shares(self) -> dict[str, float]:
        """Return the probabilities, normalised over these categories, most probable first."""
        highest = max(entails for entails, _ in self.values())
        powers = {name: math.exp(entails - highest) for name, (entails, _) in self.items()}
        total = sum(powers.values())
        return dict(sorted(((name, power / total) for name, power in powers.items()), key=lambda share: -share[1]))

    @property
    def is_doubtful(self) -> bool:
        best, second = list(self.shares().values())[:2]
        return best - second < THIN_MARGIN or all(entails < contradicts for entails, contradicts in self.values())

    def subject(self) -> Subject:
        shares = {name: round(share, 4) for name, share in self.shares().items()}
        # How often a category with such a score is right was not measured.
        return Subject(next(iter(shares)), None, {"settled_by": "model", "scored": len(shares), "scores": shares})


def _is_clear(scores: Mapping[str, int]) -> bool:
    best, second = sorted((*scores.values(), 0), reverse=True)[:2]
    return best >= CLEAR_LEAD * second


def _plausible(scores: Mapping[str, int]) -> list[str]:
    ordered = sorted((name for name in scores if name in CATEGORIES), key=lambda name: -scores[name])
    return list(dict.fromkeys([*ordered, *_COMMON]))[: max(CANDIDATES, len(ordered))]


def _pairs(wanted: Mapping[int, Sequence[str]]) -> Iterator[tuple[int, str]]:
    return ((row, name) for row, names in wanted.items() for name in names)

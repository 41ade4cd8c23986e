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
ROUND = 4
"""Categories that are scored per round."""
SUGGESTED = 3
"""Categories that are scored in the first round if words suggest them."""
THIN_MARGIN = 0.15
ENTAILED = 0.9
"""The probability of entailment, against contradiction, from which a category ends the rounds."""
_COMMON = ("travel", "food", "fashion", "fitness", "family", "music", "nature", "business")
"""Categories that are scored before the others."""
_ENTAILED_BY = math.log(ENTAILED / (1 - ENTAILED))


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
    """Classifies captions: by words if they are clear, else by scoring categories in rounds, the plausible ones first.

    The rounds end when the best category is entailed and leads the second one, or when all are scored.
    """

    def __init__(self, model: EntailmentModel, *, score_all: bool) -> None:
        self._model = model
        self._score_all = score_all
        self._entails = model.labels.index("entailment")
        self._contradicts = model.labels.index("contradiction")

    def subjects(self, texts: Sequence[str], languages: Sequence[str | None], until: float) -> list[Subject]:
        """Return one subject per text. `languages` contains the code of each text's language. Raises ModelTooSlow."""
        settled: dict[int, Subject] = {}
        waiting: dict[int, Iterator[Sequence[str]]] = {}
        for row, (text, language) in enumerate(zip(texts, languages, strict=True)):
            topic = topic_of(text, language)
            if self._score_all:
                waiting[row] = iter([tuple(CATEGORIES)])
            elif topic.name and _is_clear(topic.scores):
                raw = {"settled_by": "words", "words": dict(topic.scores)}
                settled[row] = Subject(topic.name, topic.confidence, raw)
            else:
                waiting[row] = _rounds(topic.scores)
        scores = {row: _Scores() for row in waiting}
        while wanted := {row: names for row, rounds in waiting.items() if (names := next(rounds, None))}:
            for row, more in self._scored(texts, wanted, until).items():
                scores[row].update(more)
            waiting = {row: waiting[row] for row in wanted if scores[row].is_doubtful}
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
        shares = self.shares()
        best, second = [*shares.values(), 0.0][:2]
        entails, contradicts = self[next(iter(shares))]
        return best - second < THIN_MARGIN or entails - contradicts < _ENTAILED_BY

    def subject(self) -> Subject:
        shares = {name: round(share, 4) for name, share in self.shares().items()}
        # How often a category with such a score is right was not measured.
        return Subject(next(iter(shares)), None, {"settled_by": "model", "scored": len(shares), "scores": shares})


def _is_clear(scores: Mapping[str, int]) -> bool:
    best, second = sorted((*scores.values(), 0), reverse=True)[:2]
    return best >= CLEAR_LEAD * second


def _rounds(scores: Mapping[str, int]) -> Iterator[Sequence[str]]:
    """Return all categories in rounds: those that words suggest, then common ones, then the others."""
    suggested = sorted((name for name in scores if name in CATEGORIES), key=lambda name: -scores[name])
    if suggested:
        yield suggested[:SUGGESTED]
    others = list(dict.fromkeys([*suggested[SUGGESTED:], *_COMMON, *CATEGORIES]))
    rest = [name for name in others if name not in suggested[:SUGGESTED]]
    yield from (rest[start : start + ROUND] for start in range(0, len(rest), ROUND))


def _pairs(wanted: Mapping[int, Sequence[str]]) -> Iterator[tuple[int, str]]:
    return ((row, name) for row, names in wanted.items() for name in names)

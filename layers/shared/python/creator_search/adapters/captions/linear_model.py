"""The linear models of sentiment and of romanised Hindi, and their weights (docs/decisions/0010)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from creator_search.adapters.captions.features import SLOTS, Features
from creator_search.domain.captions.calibration import Calibration

FOLDER = Path(__file__).with_name("linear")
WEIGHTS, METADATA = "weights.npy", "model.json"
CLASSES = ("neutral", "negative", "positive")
"""The score of the first class is 0; there is a column of weights for each of the others."""
HINDI_SLOTS = 1 << 14
"""The model of romanised Hindi has a weight for every slot modulo this number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearModel:
    """`slots` is int8, shape (SLOTS, 2), to be multiplied by `scale`; `dense` and `bias` are for the evidence of
    adapters/captions/evidence.py; `hindi` is int8, shape (HINDI_SLOTS,)."""

    slots: NDArray[Any]
    scale: Sequence[float]
    dense: Sequence[Sequence[float]]
    bias: Sequence[float]
    hindi: NDArray[Any]
    hindi_scale: float
    hindi_bias: float
    hindi_threshold: float
    languages: frozenset[str]
    calibrations: Mapping[str, Calibration]
    trained_on: Mapping[str, str]

    @classmethod
    def load(cls, folder: Path = FOLDER) -> "LinearModel":
        found = json.loads((folder / METADATA).read_text())
        weights = np.load(folder / WEIGHTS, mmap_mode="r", allow_pickle=False)
        return cls(
            slots=weights[: SLOTS * 2].reshape(SLOTS, 2),
            hindi=weights[SLOTS * 2 :],
            languages=frozenset(found["languages"]),
            calibrations={
                name: Calibration(tuple((score, share) for score, share in row["knots"]))
                for name, row in found["calibrations"].items()
            },
            **{name: found[name] for name in ("scale", "dense", "bias", "trained_on")},
            **{name: found[name] for name in ("hindi_scale", "hindi_bias", "hindi_threshold")},
        )

    def probabilities(self, features: Features, evidence: NDArray[Any]) -> NDArray[Any]:
        """Return the probabilities of CLASSES, shape (texts, 3). `evidence` has the shape (texts, EVIDENCE)."""
        sums = summed(features, self.slots[features.slots]) * np.array(self.scale)
        return class_probabilities(sums + evidence @ np.array(self.dense) + np.array(self.bias))

    def confidence(self, key: str, score: float) -> float | None:
        """Return the measured confidence; None for a kind of answer that was not measured."""
        return self.calibrations.get(key, Calibration()).confidence(score)

    def hindi_scores(self, features: Features) -> NDArray[Any]:
        """Return the logits of romanised Hindi, shape (texts,)."""
        sums = summed(features, self.hindi[features.slots % HINDI_SLOTS][:, None])[:, 0]
        return sums * self.hindi_scale + self.hindi_bias


def summed(features: Features, weights: NDArray[Any]) -> NDArray[Any]:
    """Sum the weights of each text's features, times their value; `weights` has a row per feature."""
    rows, texts = features.rows, len(features.starts) - 1
    columns = [np.bincount(rows, weights=weights[:, n], minlength=texts) for n in range(weights.shape[1])]
    return np.asarray(np.stack(columns, axis=1) * features.norms[:, None])


def class_probabilities(scores: NDArray[Any]) -> NDArray[Any]:
    """Return the probabilities of the classes, of which the first has the score 0."""
    full = np.concatenate([np.zeros((len(scores), 1)), scores], axis=1)
    powers = np.exp(full - full.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))

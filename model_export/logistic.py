"""Multinomial logistic regression over hashed features, with numpy. The same data give the same weights."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from creator_search.adapters.captions.features import Features
from creator_search.adapters.captions.linear_model import class_probabilities, summed
from numpy.typing import NDArray

MEMORY, STEPS = 10, 60
DENSE_STRENGTH = 100.0


@dataclass(frozen=True, slots=True)
class Fitted:
    """Shapes (slots, classes − 1), (evidence, classes − 1) and (classes − 1,)."""

    slots: NDArray[Any]
    dense: NDArray[Any]
    bias: NDArray[Any]

    def scores(self, features: Features, evidence: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(summed(features, self.slots[features.slots]) + evidence @ self.dense + self.bias)


def train(
    features: Features,
    evidence: NDArray[Any],
    targets: NDArray[Any],
    *,
    classes: int,
    slots: int,
    strength: float,
    prior: float,
) -> Fitted:
    """Minimise Σ cross-entropy + ‖w − m‖² ÷ (2 · strength), where m are naive Bayes' log ratios times `prior`, by
    L-BFGS. For the evidence and the bias, the strength is DENSE_STRENGTH.

    A prior mean follows Wang & Manning 2012 (doi:10.3115/v1/P12-2018) in combining naive Bayes with a discriminative
    model.
    """
    used, columns = np.unique(features.slots, return_inverse=True)
    seen = Features(columns, features.starts)
    rows, norms = seen.rows, seen.norms
    wide, width = evidence.shape[1], classes - 1
    mean = np.zeros((len(used) + wide + 1, width))
    strengths = np.full((len(used) + wide + 1, 1), DENSE_STRENGTH)
    strengths[: len(used)] = strength
    mean[: len(used)] = prior * log_ratios(seen, targets, classes, len(used))
    hot = (targets[:, None] == np.arange(1, classes)).astype(float)

    def loss(flat: NDArray[Any]) -> tuple[float, NDArray[Any]]:
        weights = flat.reshape(mean.shape)
        made = Fitted(weights[: len(used)], weights[len(used) : -1], weights[-1])
        chances = class_probabilities(made.scores(seen, evidence))
        error = chances[:, 1:] - hot
        spread = error * norms[:, None]
        gradient = (weights - mean) / strengths
        for n in range(width):
            gradient[: len(used), n] += np.bincount(columns, weights=spread[rows, n], minlength=len(used))
        gradient[len(used) : -1] += evidence.T @ error
        gradient[-1] += error.sum(axis=0)
        right = chances[np.arange(len(targets)), targets]
        value = -np.log(np.maximum(right, 1e-300)).sum() + ((weights - mean) ** 2 / (2 * strengths)).sum()
        return float(value), gradient.ravel()

    found = _minimise(loss, mean.ravel()).reshape(mean.shape)
    whole = np.zeros((slots, width))
    whole[used] = found[: len(used)]
    return Fitted(whole, found[len(used) : -1], found[-1])


def log_ratios(features: Features, targets: NDArray[Any], classes: int, slots: int) -> NDArray[Any]:
    """Return log p(slot | class) − log p(slot | first class), add-one smoothed, shape (slots, classes − 1)."""
    counts = np.stack(
        [
            np.bincount(features.slots, weights=(targets == n)[features.rows].astype(float), minlength=slots) + 1
            for n in range(classes)
        ],
        axis=1,
    )
    logs = np.log(counts / counts.sum(axis=0))
    return np.asarray(logs[:, 1:] - logs[:, :1])


def _minimise(loss: Callable[[NDArray[Any]], tuple[float, NDArray[Any]]], start: NDArray[Any]) -> NDArray[Any]:
    """L-BFGS (Nocedal & Wright, algorithm 7.5) with backtracking."""
    place = start.copy()
    value, gradient = loss(place)
    moves: list[tuple[NDArray[Any], NDArray[Any]]] = []
    for _ in range(STEPS):
        direction = -_scaled(gradient, moves)
        slope = float(np.dot(gradient, direction))
        step = 1.0 if moves else 1 / max(1.0, float(np.sqrt(np.dot(gradient, gradient))))
        while True:
            after, next_gradient = loss(place + step * direction)
            if after <= value + 1e-4 * step * slope or step < 1e-10:
                break
            step /= 2
        moved, change = step * direction, next_gradient - gradient
        if float(np.dot(moved, change)) > 1e-12:
            moves = [*moves[1 - MEMORY :], (moved, change)]
        done = value - after < 1e-6 * abs(value)
        place, value, gradient = place + moved, after, next_gradient
        if done:
            break
    return place


def _scaled(gradient: NDArray[Any], moves: list[tuple[NDArray[Any], NDArray[Any]]]) -> NDArray[Any]:
    """Multiply the gradient by the approximate inverse of the Hessian matrix."""
    result, factors = gradient.copy(), []
    for moved, change in reversed(moves):
        factor = float(np.dot(moved, result)) / float(np.dot(moved, change))
        factors.append(factor)
        result -= factor * change
    if moves:
        moved, change = moves[-1]
        result *= float(np.dot(moved, change)) / float(np.dot(change, change))
    for (moved, change), factor in zip(moves, reversed(factors), strict=True):
        result += (factor - float(np.dot(change, result)) / float(np.dot(moved, change))) * moved
    return result

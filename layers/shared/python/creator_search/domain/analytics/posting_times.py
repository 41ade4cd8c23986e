"""Advice on the time to post, given only if it is better than chance in a back-test on the creator's posts.

The posts are split into ten parts of consecutive posts. For each part, the window that is best in the other parts is
chosen, and the responses of the part's posts in this window are added up. The same is done with the responses permuted
among posts of the same media type and time. Advice is given if at most one of 399 permutations gives as much (p ≤
0.005): if the responses do not depend on the time, that happens to at most 1 in 200 creators.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, sqrt

from creator_search.domain.analytics.posting_effects import (
    WINDOW_HOURS,
    Effect,
    Response,
    effects,
    noise_of,
    responses,
)
from creator_search.domain.posts import Post

WINDOWS = 24 // WINDOW_HOURS
MIN_POSTS = 20
MIN_POSTS_IN_WINDOW = 5
NO_BEST_TIME = "best_time_to_post: no time is reliably better than the others"
TOO_FEW_FOR_TIMES = f"best_time_to_post: needs {MIN_POSTS} posts with counts"
_PARTS = 10
_STRATUM = 20
"""Responses are permuted within this number of consecutive posts of a media type, and up to as many more."""
_PERMUTATIONS, _AS_GOOD = 399, 1
_PRIOR_POSTS = 5
"""In the back-test, a window's mean is shrunk as if it had so many posts more, with a response of zero."""
_Z90 = 1.6449


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingAdvice:
    """The two-hour window (UTC, "18:00-20:00") whose posts get more engagement than usual.

    `expected_lift` is the engagement of a post in the window ÷ that of the creator's posts of the same media type at
    other times − 1, from means of logarithms, shrunk; `lift_low` and `lift_high` are ±1.645 standard errors (of the
    mean that is not shrunk) from it. `p_value` is the share of permutations that did as well in the back-test.
    `sample_size` posts of the window show their counts.
    """

    window: str
    expected_lift: float
    lift_low: float
    lift_high: float
    sample_size: int
    p_value: float


def without_advice(posts: Sequence[Post]) -> str:
    """Return the note that says why there is no advice for these posts."""
    return TOO_FEW_FOR_TIMES if len(responses(posts)) < MIN_POSTS else NO_BEST_TIME


def posting_advice(posts: Sequence[Post]) -> PostingAdvice | None:
    """Return the best window if the back-test shows that it is better; None also for fewer than 20 posts with counts,
    or 5 in the window."""
    found = responses(posts)
    if len(found) < MIN_POSTS:
        return None
    shrunk = effects(found, _window)
    counts = [sum(r.window == window for r in found) for window in range(WINDOWS)]
    likely = [window for window in shrunk if counts[window] >= MIN_POSTS_IN_WINDOW]
    best = max(likely, key=lambda window: (round(shrunk[window].mean, 9), -window), default=None)
    if best is None or shrunk[best].mean <= 1e-9:
        return None
    lift = _lift(posts, best)
    if lift is None or lift.mean <= _Z90 * lift.error:
        return None
    p_value = _p_value(found)
    if p_value is None:
        return None
    start = WINDOW_HOURS * best
    low, high = (lift.mean + z * lift.error for z in (-_Z90, _Z90))
    return PostingAdvice(
        window=f"{start:02d}:00-{start + WINDOW_HOURS:02d}:00",
        expected_lift=round(exp(lift.mean) - 1, 4),
        lift_low=round(exp(low) - 1, 4),
        lift_high=round(exp(high) - 1, 4),
        sample_size=counts[best],
        p_value=p_value,
    )


def _lift(posts: Sequence[Post], window: int) -> Effect | None:
    """Return the effect of the window relative to the other times, with the error of the means of media types there."""
    found = responses(posts, window)
    effect = effects(found, _window).get(window)
    if effect is None:
        return None
    inside, outside = (
        Counter(r.post.media_type for r in found if (r.window == window) is own) for own in (True, False)
    )
    reference = sum((number / inside.total()) ** 2 / outside[name] for name, number in inside.items())
    return Effect(effect.mean, sqrt(effect.error**2 + noise_of(found, _window) * reference))


def _window(response: Response) -> int:
    return response.window


def _p_value(found: Sequence[Response]) -> float | None:
    """Return the p-value of the back-test; None as soon as it is known to be too high for advice."""
    windows = [response.window for response in found]
    values = [response.value for response in found]
    actual = _backtest(windows, values)
    if actual <= 0:
        return None
    as_good, strata, numbers = 0, _strata(found), _numbers()
    for _ in range(_PERMUTATIONS):
        _permute(values, strata, numbers)
        as_good += _backtest(windows, values) >= actual - 1e-9
        if as_good > _AS_GOOD:
            return None
    return (as_good + 1) / (_PERMUTATIONS + 1)


def _backtest(windows: Sequence[int], values: Sequence[float]) -> float:
    """Return the sum of the responses of posts in the window that was best in the other parts."""
    count = len(values)
    bounds = [count * part // _PARTS for part in range(_PARTS + 1)]
    sums, counts = [0.0] * WINDOWS, [0] * WINDOWS
    for window, value in zip(windows, values, strict=True):
        sums[window] += value
        counts[window] += 1
    total = 0.0
    for start, end in pairwise(bounds):
        others, left = sums.copy(), counts.copy()
        for window, value in zip(windows[start:end], values[start:end], strict=True):
            others[window] -= value
            left[window] -= 1
        scores = [round(added / (number + _PRIOR_POSTS), 9) for added, number in zip(others, left, strict=True)]
        best = scores.index(max(scores))
        total += sums[best] - others[best]
    return total


def _strata(found: Sequence[Response]) -> list[list[int]]:
    """Return the indexes of posts of the same media type and time."""
    by_type: defaultdict[str, list[int]] = defaultdict(list)
    for index, response in enumerate(found):
        by_type[response.post.media_type].append(index)
    strata = []
    for indexes in by_type.values():
        number = max(1, len(indexes) // _STRATUM)
        bounds = [len(indexes) * part // number for part in range(number + 1)]
        strata += [indexes[start:end] for start, end in pairwise(bounds)]
    return strata


def _permute(values: list[float], strata: Sequence[Sequence[int]], numbers: Iterator[int]) -> None:
    """Shuffle the values of each stratum (R. Durstenfeld, "Algorithm 235", 1964)."""
    for stratum in strata:
        for last in range(len(stratum) - 1, 0, -1):
            one, other = stratum[last], stratum[next(numbers) % (last + 1)]
            values[one], values[other] = values[other], values[one]


def _numbers() -> Iterator[int]:
    """Yield the same pseudo-random numbers for everyone: the generator of D. E. Knuth's MMIX, its higher bits."""
    state = 1
    while True:
        state = (6364136223846793005 * state + 1442695040888963407) % 2**64
        yield state >> 33

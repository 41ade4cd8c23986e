"""Effects of the time on the engagement of posts, relative to their media type.

The response of a post is the logarithm of its engagement, minus the mean of its media type and a linear trend over
time. Values further than 2.5 standard deviations (1.4826 × median absolute deviation) from the median of the media type
are limited to that. Effects of two-hour windows and of weekdays (UTC) are means of responses, shrunk towards zero, the
mean of the media type, by empirical Bayes: the variance between them is estimated by the method of R. DerSimonian and
N. Laird ("Meta-analysis in clinical trials", 1986); if it is zero, all effects are zero.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from math import log, sqrt
from statistics import fmean, median, pvariance

from creator_search.domain.posts import Post

WINDOW_HOURS = 2
_LIMIT = 2.5 * 1.4826


@dataclass(frozen=True, slots=True)
class Effect:
    """A shrunk mean of logarithms, and the standard error of the mean before it was shrunk."""

    mean: float
    error: float


@dataclass(frozen=True, slots=True)
class Response:
    post: Post
    value: float

    @property
    def hour(self) -> int:
        return self.post.taken_at.astimezone(UTC).hour

    @property
    def window(self) -> int:
        return self.hour // WINDOW_HOURS

    @property
    def weekday(self) -> int:
        return self.post.taken_at.astimezone(UTC).weekday()


def responses(posts: Sequence[Post], window: int | None = None) -> list[Response]:
    """Return the responses of the posts that show their counts and are not pinned, oldest first.

    With a window, they are relative to the posts at other times, and those of media types without such posts are left
    out.
    """
    shown = sorted(
        (p for p in posts if p.engagement is not None and not p.is_pinned), key=lambda p: (p.taken_at, p.shortcode)
    )
    by_type: defaultdict[str, list[Response]] = defaultdict(list)
    for post in shown:
        by_type[post.media_type].append(Response(post, log(max(post.engagement or 0, 0.5))))
    found = []
    for some in by_type.values():
        low, high = _limits([response.value for response in some])
        limited = [Response(r.post, min(max(r.value, low), high)) for r in some]
        others = [response.value for response in limited if response.window != window]
        found += [Response(r.post, r.value - fmean(others)) for r in limited if others]
    return _without_trend(sorted(found, key=lambda r: (r.post.taken_at, r.post.shortcode)), window)


def _limits(values: Sequence[float]) -> tuple[float, float]:
    middle = median(values)
    spread = _LIMIT * median(abs(value - middle) for value in values)
    return (middle - spread, middle + spread) if spread else (min(values), max(values))


def _without_trend(found: Sequence[Response], window: int | None) -> list[Response]:
    times = [r.post.taken_at.timestamp() / 86400 for r in found]
    others = [(time, r.value) for time, r in zip(times, found, strict=True) if r.window != window]
    if not others:
        return []
    centre, mean = fmean(time for time, _ in others), fmean(value for _, value in others)
    squares = sum((time - centre) ** 2 for time, _ in others)
    slope = sum((time - centre) * value for time, value in others) / squares if squares else 0.0
    return [Response(r.post, r.value - mean - slope * (t - centre)) for t, r in zip(times, found, strict=True)]


def effects(found: Sequence[Response], slot_of: Callable[[Response], int]) -> Mapping[int, Effect]:
    """Return the effect of each slot that has a response."""
    groups: defaultdict[int, list[float]] = defaultdict(list)
    for response in found:
        groups[slot_of(response)].append(response.value)
    means = {slot: fmean(values) for slot, values in groups.items()}
    noise = noise_of(found, slot_of)
    between = _variance_between([(len(values), means[slot]) for slot, values in groups.items()], noise)
    shrunk = {}
    for slot, values in sorted(groups.items()):
        error = noise / len(values)
        weight = between / (between + error) if between else 0.0
        shrunk[slot] = Effect(weight * means[slot], sqrt(error))
    return shrunk


def noise_of(found: Sequence[Response], slot_of: Callable[[Response], int]) -> float:
    """Return the variance of responses within slots."""
    groups: defaultdict[int, list[float]] = defaultdict(list)
    for response in found:
        groups[slot_of(response)].append(response.value)
    freedom = len(found) - len(groups)
    return sum(len(values) * pvariance(values) for values in groups.values()) / freedom if freedom > 0 else 0.0


def _variance_between(groups: Sequence[tuple[int, float]], noise: float) -> float:
    """Return the variance of the true means of groups, given the number of values and the mean of each."""
    total = sum(count for count, _ in groups)
    if len(groups) < 2 or noise <= 0:
        return 0.0
    mean = sum(count * value for count, value in groups) / total
    excess = sum(count * (value - mean) ** 2 for count, value in groups) / noise - (len(groups) - 1)
    return max(0.0, excess * noise / (total - sum(count * count for count, _ in groups) / total))

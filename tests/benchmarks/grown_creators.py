"""Generated creators whose posts grow along known curves, as daily refreshes see them.

What is drawn for a creator (U: uniform, LU: log-uniform, N: normal):
- followers LU(1,000, 10,000,000); plays of a grown post = followers × exp(N(ln 0.3, 0.8)), at least 300;
- 1.5 to 14 reels a week, LU, at exponential intervals; the level drifts by exp(N(0, 0.3)) over the 60 days;
- noise of a post: exp(N(0, s)), s from U(0.25, 0.6) or as given. In the recorded answers of four creators with at
  least six videos or reels, s was 0.35, 0.36, 0.36 and 0.79;
- the family of growth, one per creator (a given share of the posts is of any family), with a time scale of the creator
  that varies by exp(N(0, 0.25)) from post to post. The share of all plays that a post has t hours after it was
  published is, for a saturating exponential, 1 − exp(−t ÷ T), T from LU(8, 60); for a power law with a cutoff,
  (1 − exp(−t ÷ T)) ** a, T from LU(100, 400), a from U(0.3, 0.7); for a late bloomer, 0.3 × (1 − exp(−t ÷ 24)) + 0.7 ÷
  (1 + (T ÷ t) ** 3), T from LU(72, 240).
- A breakout has 4 to 15 times the plays, LU; a given share of all posts of all ages are breakouts.

A creator is refreshed once a day within 4 hours of an hour of its own, for 60 days; 5 % of refreshes fail, and 3 % give
views instead of plays: one in 1.7 to 4.4, U. Reels up to 120 days old are stored, at most 100; those older than 30 days
get one point a week. Two pinned posts are 150 to 900 days old, and are the best of ten each.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from math import exp, log
from random import Random

from creator_search.domain.post_history import PostPoint
from creator_search.domain.posts import MediaType, Post, ViewsKind

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HISTORY, STORED = timedelta(days=60), timedelta(days=120)
DAILY_UNTIL = timedelta(days=30)
POSTS = 100
Growth = Callable[[float], float]
"""The share of its plays that a post has after this number of hours."""


@dataclass(frozen=True, slots=True)
class GrownPost:
    """`plays` are those of the grown post, `multiple` is how many times those of the creator at that time they are."""

    post: Post
    plays: float
    multiple: float
    growth: Growth
    is_breakout: bool

    def plays_at(self, moment: datetime) -> int:
        return int(self.plays * self.growth((moment - self.post.taken_at) / timedelta(hours=1)))


@dataclass(frozen=True, slots=True)
class GrownCreator:
    number: int
    posts: Sequence[GrownPost]
    refreshes: Sequence[tuple[datetime, float]]
    """When the creator was refreshed, oldest first, and how many plays made one of what was seen: 1 if it was plays."""

    def seen(self, grown: GrownPost, moment: datetime, ratio: float) -> PostPoint:
        kind = ViewsKind.PLAYS if ratio == 1 else ViewsKind.VIEWS
        return PostPoint(seen_at=moment, views=int(grown.plays_at(moment) / ratio), views_kind=kind)

    def points(self) -> dict[str, list[PostPoint]]:
        """What is stored at NOW: a point per refresh; of posts older than 30 days, one per seven refreshes."""
        found: dict[str, list[PostPoint]] = {grown.post.shortcode: [] for grown in self.posts}
        for number, (moment, ratio) in enumerate(self.refreshes):
            for grown in self.posts:
                age = moment - grown.post.taken_at
                if age > timedelta() and (age <= DAILY_UNTIL or number % 7 == 0):
                    found[grown.post.shortcode].append(self.seen(grown, moment, ratio))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """`breakouts` is their share of all posts, `noise` the s of all creators (None: each its own), `foreign` the share
    of posts of any family instead of the creator's.
    """

    breakouts: float = 0.005
    noise: float | None = None
    foreign: float = 0.0


def creators(count: int, *, seed: int, setting: Setting) -> Iterator[GrownCreator]:
    for number in range(count):
        yield _creator(number, Random(f"{seed} {number}"), setting)


def _creator(number: int, random: Random, setting: Setting) -> GrownCreator:
    level = max(_log_uniform(random, 1e3, 1e7) * exp(random.gauss(log(0.3), 0.8)), 300)
    spread = random.uniform(0.25, 0.6) if setting.noise is None else setting.noise
    drift, interval = random.gauss(0, 0.3), timedelta(days=7 / _log_uniform(random, 1.5, 14))
    family, scale = random.randrange(len(FAMILIES)), random.random()

    def grown(code: str, age: timedelta, best_of: int = 1) -> GrownPost:
        is_breakout = best_of == 1 and random.random() < setting.breakouts
        luck = exp(max(random.gauss(0, spread) for _ in range(best_of)))
        multiple = luck * (_log_uniform(random, 4, 15) if is_breakout else 1)
        shape = FAMILIES[random.randrange(len(FAMILIES)) if random.random() < setting.foreign else family]
        return GrownPost(
            Post(shortcode=code, media_type=MediaType.REEL, taken_at=NOW - age, is_pinned=best_of > 1),
            level * exp(-drift * (age / HISTORY)) * multiple,
            multiple,
            shape(random, scale),
            is_breakout,
        )

    posts = [grown(f"pinned{n}", timedelta(days=random.uniform(150, 900)), best_of=10) for n in range(2)]
    age = interval * random.expovariate(1)
    while age < STORED and len(posts) < POSTS:
        posts.append(grown(f"reel{len(posts)}", age))
        age += interval * random.expovariate(1)
    return GrownCreator(number, posts, tuple(_refreshes(random)))


def _refreshes(random: Random) -> Iterator[tuple[datetime, float]]:
    hour, ratio = random.uniform(4, 24), random.uniform(1.7, 4.4)
    for day in range(int(HISTORY / timedelta(days=1)), -1, -1):
        moment = NOW - timedelta(days=day, hours=hour + random.uniform(-4, 4))
        if random.random() >= 0.05:
            yield moment, ratio if random.random() < 0.03 else 1


def _log_uniform(random: Random, low: float, high: float) -> float:
    return exp(random.uniform(log(low), log(high)))


def _time(random: Random, scale: float, low: float, high: float) -> float:
    return exp(log(low) + scale * log(high / low) + random.gauss(0, 0.25))


def _saturating(random: Random, scale: float) -> Growth:
    return partial(_share_saturating, _time(random, scale, 8, 60))


def _power_law(random: Random, scale: float) -> Growth:
    return partial(_share_power_law, _time(random, scale, 100, 400), random.uniform(0.3, 0.7))


def _late(random: Random, scale: float) -> Growth:
    return partial(_share_late, _time(random, scale, 72, 240))


def _share_saturating(time: float, age: float) -> float:
    return 1 - exp(-age / time)


def _share_power_law(time: float, exponent: float, age: float) -> float:
    return float((1 - exp(-age / time)) ** exponent)


def _share_late(time: float, age: float) -> float:
    return 0.3 * (1 - exp(-age / 24)) + 0.7 / (1 + (time / age) ** 3)


FAMILIES = (_saturating, _power_law, _late)

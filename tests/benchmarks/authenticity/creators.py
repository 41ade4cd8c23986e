"""Generated creators whose true history is known.

All parameters are assumptions of ours, stated here; none was measured on real creators. Per creator:
- followers 2,000 to 5,000,000 (log-uniform); growth a day lognormal around 0.05 % (σ 0.8), one of five shrinks by
  0.01 %;
- noise of a day: Student's t with 3, 4, 5 or 8 degrees of freedom, scale lognormal around 0.05 % of the followers
  (σ 0.7), and counting noise; a weekly wave of up to half the growth; 0 to 15 % of the days have no snapshot;
- a post every 1 to 4 days; likes and comments lognormal (σ 0.5 and 0.6) around the creator's own level, whose
  engagement rate is lognormal around 1.9 % (σ 0.9), likes per comment lognormal around 50 (σ 0.8); one post of 50 is
  twice to four times as good;
- viral posts at a rate of one a year, where wanted: likes, comments and views 8 to 40 times, a rise of 0.5 to 20 % of
  the followers that decays exponentially over 2 to 5 days.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from math import exp, log, sin, sqrt, tau
from random import Random

from creator_search.domain.analytics.distribution import Distribution
from creator_search.domain.analytics.engagement import engagement_rate, last_posts, likes_per_comment
from creator_search.domain.analytics.growth import Snapshot
from creator_search.domain.analytics.measured import Figure, TierMeasurement
from creator_search.domain.history import ALL_POSTS
from creator_search.domain.posts import MediaType, Post, ViewsKind

FIRST_DAY = date(2025, 1, 1)
MEASURED_CREATORS = 400


@dataclass
class Creator:
    """`changes` are the changes of the followers by day; `missing` are days without a snapshot."""

    random: Random
    days: int
    followers: float
    changes: list[float]
    missing: set[int]
    posts: list[Post]
    rises: list[int] = field(default_factory=list)

    def followers_on(self, day: int) -> int:
        return max(0, round(self.followers + sum(self.changes[: day + 1])))

    def snapshots(self, first: int, last: int) -> list[Snapshot]:
        """The snapshots of these days."""
        found, followers = [], self.followers
        for number, change in enumerate(self.changes[: last + 1]):
            followers = max(0.0, followers + change)
            if number >= first and number not in self.missing:
                found.append(Snapshot(day=day(number), followers=round(followers)))
        return found

    def posts_until(self, number: int) -> list[Post]:
        """The posts of 90 days, newest first."""
        until = at(number + 1, 0)
        found = [p for p in self.posts if until - timedelta(days=90) <= p.taken_at < until]
        return sorted(found, key=lambda p: p.taken_at, reverse=True)


def day(number: int) -> date:
    return FIRST_DAY + timedelta(days=number)


def at(number: int, hour: float) -> datetime:
    return datetime.combine(day(number), datetime.min.time(), UTC) + timedelta(hours=hour)


def student(random: Random, freedom: int) -> float:
    return random.gauss(0, 1) / sqrt(random.gammavariate(freedom / 2, 2) / freedom)


def clean_creator(random: Random, days: int, *, virals_a_year: float = 0) -> Creator:
    followers = exp(random.uniform(log(2_000), log(5_000_000)))
    growth = -0.0001 if random.random() < 0.2 else 0.0005 * exp(random.gauss(0, 0.8))
    noise, freedom = 0.0005 * exp(random.gauss(0, 0.7)), random.choice((3, 4, 5, 8))
    wave, phase = random.uniform(0, 0.5), random.uniform(0, tau)
    changes, total = [], followers
    for number in range(days):
        usual = total * growth * (1 + wave * sin(phase + tau * number / 7))
        change = usual + total * noise * student(random, freedom) + random.gauss(0, sqrt(abs(usual) + 1))
        changes.append(change)
        total += change
    missing = random.uniform(0, 0.15)
    made = Creator(
        random=random,
        days=days,
        followers=followers,
        changes=changes,
        missing={number for number in range(days) if random.random() < missing},
        posts=_posts(random, days, followers),
    )
    for number in range(7, days):
        if random.random() < virals_a_year / 365:
            _go_viral(made, number)
    return made


def _posts(random: Random, days: int, followers: float) -> list[Post]:
    likes = followers * 0.019 * exp(random.gauss(0, 0.9))
    per_comment, pause = 50 * exp(random.gauss(0, 0.8)), random.uniform(1, 4)
    posts: list[Post] = []
    when = random.uniform(0, pause)
    while when < days:
        good = random.uniform(2, 4) if random.random() < 0.02 else 1
        seen = good * likes * exp(random.gauss(0, 0.5))
        posts.append(
            Post(
                shortcode=f"p{len(posts):04d}",
                media_type=MediaType.REEL,
                taken_at=at(int(when), 24 * (when % 1)),
                caption="a usual day",
                likes=round(seen),
                comments=round(good * likes / per_comment * exp(random.gauss(0, 0.6))),
                views=round(20 * seen * exp(random.gauss(0, 0.3))),
                views_kind=ViewsKind.PLAYS,
            )
        )
        when += pause * random.uniform(0.5, 1.5)
    return posts


def _go_viral(creator: Creator, number: int) -> None:
    random = creator.random
    boost(creator, number, random.uniform(8, 40), random.uniform(8, 40))
    size = creator.followers_on(number) * exp(random.uniform(log(0.005), log(0.2)))
    decay = random.uniform(2, 5)
    shares = [exp(-n / decay) for n in range(15)]
    for n, share in enumerate(shares):
        if number + n < creator.days:
            creator.changes[number + n] += size * share / sum(shares)
    creator.rises.append(number)


def boost(creator: Creator, number: int, engagement: float, comments: float, caption: str | None = None) -> Post:
    """Multiply the counts of the last post up to this day, and of another one only if there is none."""
    before = [n for n, p in enumerate(creator.posts) if at(number - 2, 0) <= p.taken_at < at(number + 1, 0)]
    chosen = before[-1] if before else None
    post = creator.posts[chosen] if chosen is not None else replace(creator.posts[0], taken_at=at(number, 6))
    made = replace(
        post,
        shortcode=f"{post.shortcode}x{number}",
        likes=round((post.likes or 0) * engagement),
        comments=round(max(post.comments or 0, 3) * comments),
        views=round((post.views or 0) * engagement),
        caption=caption or post.caption,
    )
    if chosen is not None:
        creator.posts[chosen] = made
    else:
        creator.posts.append(made)
        creator.posts.sort(key=lambda p: p.taken_at)
    return made


def measured_tier(random: Random) -> TierMeasurement:
    """The distributions of the figures over clean creators."""
    figures: Mapping[Figure, list[float]] = {Figure.ENGAGEMENT_RATE: [], Figure.LIKES_PER_COMMENT: []}
    for _ in range(MEASURED_CREATORS):
        followers = exp(random.uniform(log(2_000), log(5_000_000)))
        posts = _posts(random, 60, followers)
        newest = last_posts(posts, ALL_POSTS)
        found, ratio = engagement_rate(newest, round(followers)), likes_per_comment(newest)
        if found is not None and ratio is not None:
            figures[Figure.ENGAGEMENT_RATE].append(found)
            figures[Figure.LIKES_PER_COMMENT].append(ratio)
    return TierMeasurement("all", FIRST_DAY, {figure: Distribution.of(values) for figure, values in figures.items()})

"""Anomalies that are injected into generated creators, each with its size."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from random import Random

from creator_search.domain.authenticity.comments import REPEATED, WORDLESS
from creator_search.domain.authenticity.followers import NAME as SPIKES
from creator_search.domain.authenticity.pods import NAME as PODS
from creator_search.domain.comments import PostComments

from tests.benchmarks.authenticity.comments import EMOJI, WORDS, Audience, with_pod, with_texts
from tests.benchmarks.authenticity.creators import Creator, boost, clean_creator

DAYS = 120
SMALLEST_SHARE, LARGEST_SHARE = 0.05, 0.4
"""Of the followers, by which bought followers and giveaways raise their number within one to three days."""
COMMENTED_POSTS = 6


@dataclass(frozen=True)
class Anomaly:
    """A creator with an anomaly that the signal `signal` has to show. `days` are the days of an anomaly of the
    followers, `size` its share of the followers or of the comments.
    """

    creator: Creator
    signal: str
    comments: list[PostComments]
    size: float
    days: tuple[int, int] | None = None


def bought_followers(random: Random, low: float = SMALLEST_SHARE, high: float = LARGEST_SHARE) -> Anomaly:
    """Followers that come within one to three days; in half of the cases 30 to 80 % of them are lost again within 10 to
    40 days."""
    return _rise(clean_creator(random, DAYS), exp(random.uniform(log(low), log(high))), is_lost=random.random() < 0.5)


def giveaway(random: Random) -> Anomaly:
    """As many followers, through a post with 6 to 30 times its comments and twice to five times its likes; 7 of 10
    captions have a word of giveaways, and 6 to 9 of 10 comments name another account."""
    made = _rise(clean_creator(random, DAYS), _size(random), is_lost=random.random() < 0.5)
    assert made.days
    caption = "GIVEAWAY! Tag a friend" if random.random() < 0.7 else "tell me who should see this"
    post = boost(made.creator, made.days[0], random.uniform(2, 5), random.uniform(6, 30), caption)
    read = Audience(random).comments([post])
    named = with_texts(read, random, random.uniform(0.6, 0.9), ["@user", "@user @user", "for @user"])
    return Anomaly(made.creator, SPIKES, named, made.size, made.days)


def emoji_comments(random: Random) -> Anomaly:
    """85 to 97 % of the comments are bought ones of only emoji."""
    share = random.uniform(0.85, 0.97)
    return _commented(random, WORDLESS, share, EMOJI[:6])


def copied_comments(random: Random) -> Anomaly:
    """30 to 80 % of the comments are bought ones with 5 to 20 texts."""
    texts = [" ".join(random.choices(WORDS, k=random.randint(4, 8))) for _ in range(random.randint(5, 20))]
    return _commented(random, REPEATED, random.uniform(0.3, 0.8), texts)


def pod(random: Random) -> Anomaly:
    """10 to 15 accounts comment first, each on 9 of 10 posts."""
    creator, audience = _discussed(random, most=80)
    posts = creator.posts_until(DAYS - 1)[:COMMENTED_POSTS]
    members = random.randint(10, 15)
    return Anomaly(creator, PODS, with_pod(audience.comments(posts), posts, random, members), members)


INJECTIONS = {
    "bought followers": bought_followers,
    "giveaway": giveaway,
    "emoji comments": emoji_comments,
    "copied comments": copied_comments,
    "pod": pod,
}


def _size(random: Random) -> float:
    return exp(random.uniform(log(SMALLEST_SHARE), log(LARGEST_SHARE)))


def _rise(creator: Creator, size: float, *, is_lost: bool) -> Anomaly:
    random = creator.random
    first, length = random.randint(DAYS - 55, DAYS - 12), random.randint(1, 3)
    gained = size * creator.followers_on(first - 1)
    for number in range(first, first + length):
        creator.changes[number] += gained / length
    if is_lost:
        lost, loss_days = gained * random.uniform(0.3, 0.8), random.randint(10, 40)
        for number in range(first + length, min(first + length + loss_days, DAYS)):
            creator.changes[number] -= lost / loss_days
    return Anomaly(creator, SPIKES, [], size, (first, first + length))


def _discussed(random: Random, most: int | None = None) -> tuple[Creator, Audience]:
    """A creator with 15 comments or more under each post, and at most `most`."""
    while True:
        creator = clean_creator(random, DAYS)
        counts = [p.comments or 0 for p in creator.posts_until(DAYS - 1)[:COMMENTED_POSTS]]
        if counts and min(counts) >= 15 and (most is None or max(counts) <= most):
            return creator, Audience(random)


def _commented(random: Random, signal: str, share: float, texts: Sequence[str]) -> Anomaly:
    creator, audience = _discussed(random)
    read = audience.comments(creator.posts_until(DAYS - 1)[:COMMENTED_POSTS])
    return Anomaly(creator, signal, with_texts(read, random, share, texts), share)

"""Generated posts of creators whose engagement does not depend on the time of day, and of others in which it does."""

from datetime import datetime, timedelta
from random import Random

from creator_search.domain.posts import MediaType, Post

from tests.fakes import START

LEVELS = {MediaType.IMAGE: 0.0, MediaType.CAROUSEL: 0.3, MediaType.VIDEO: -0.2, MediaType.REEL: 0.9}
SPREADS = {MediaType.IMAGE: 0.5, MediaType.CAROUSEL: 0.6, MediaType.VIDEO: 0.7, MediaType.REEL: 1.0}
"""Mean and standard deviation of the logarithm of the engagement by media type."""


def posts_of(seed: int, lift: float = 0.0, window: int = 9, number: int | None = None) -> list[Post]:
    """Return 20 to 200 posts, or `number`, whose engagement is 1 + `lift` times the usual one in the window (two hours,
    from 0).

    Every creator has hours at which most posts are made, media types that are more frequent at some of them, a trend
    over time, and rare posts (one in fifty) with 3 to 30 times the usual engagement.
    """
    draw = Random(f"posts {seed}")
    number = number or draw.randint(20, 200)
    usual, trend = draw.uniform(4, 9), draw.gauss(0, 0.6)
    hours = [draw.gammavariate(0.7, 1) + 0.05 for _ in range(24)]
    types = list(LEVELS)
    preferred = {hour: [draw.gammavariate(0.8, 1) + 0.05 for _ in types] for hour in range(24)}
    made: list[Post] = []
    at: datetime = START - timedelta(days=3)
    for index in range(number):
        hour = draw.choices(range(24), hours)[0]
        [media_type] = draw.choices(types, preferred[hour])
        value = usual + LEVELS[media_type] + trend * (1 - index / number) + draw.gauss(0, SPREADS[media_type])
        engagement = 2.718281828**value * (1 + lift if hour // 2 == window else 1)
        if draw.random() < 0.02:
            engagement *= draw.uniform(3, 30)
        comments = round(0.05 * engagement)
        made.append(
            Post(
                shortcode=f"p{index}",
                media_type=media_type,
                taken_at=at.replace(hour=hour, minute=draw.randrange(60)),
                likes=round(engagement) - comments,
                comments=comments,
            )
        )
        at -= timedelta(days=draw.choice((0, 1, 1, 2, 3)))
    return made

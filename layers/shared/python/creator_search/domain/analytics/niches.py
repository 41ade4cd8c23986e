"""What views are usual in a niche: among creators of one category, language and follower tier."""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from creator_search.domain.analytics.distribution import Distribution
from creator_search.domain.analytics.growth_curves import UsualPoint, interpolate
from creator_search.domain.analytics.outliers import LastViews, OutlierScore, PointsByPost, creator_curves
from creator_search.domain.post_history import PostPoint
from creator_search.domain.posts import MediaType, Post, ViewsKind

NICHE_AGES = (6, 12, 24, 48, 72, 168)
"""The ages, in hours, at which creators are compared."""
_TYPES_WITH_VIEWS = (MediaType.REEL, MediaType.VIDEO)


def _names(media_type: MediaType, kind: ViewsKind) -> Mapping[int, str]:
    """The names of figures by age, for example reel_plays_24h."""
    return {age: f"{media_type}_{kind}_{age}h" for age in NICHE_AGES}


_NAMES = frozenset(name for media in _TYPES_WITH_VIEWS for kind in ViewsKind for name in _names(media, kind).values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Niche:
    """`category` is the most frequent one of the captions of a creator, `language` an ISO 639-1 code, `tier` the name
    of the tier of the followers.
    """

    category: str
    language: str
    tier: str

    @property
    def key(self) -> str:
        return f"{self.category}#{self.language}#{self.tier}"


@dataclass(frozen=True, slots=True)
class CreatorViews:
    """The usual views of a creator, by media type, kind of views and age: `values["reel_plays_24h"]` is the median of
    the plays that the creator's reels had 24 hours after they were published, rounded to one decimal; at least five
    posts are known at this age. At most 24 values.
    """

    values: Mapping[str, float]

    @classmethod
    def of(cls, posts: Iterable[Post], points: PointsByPost, now: datetime) -> Self:
        values = {}
        for (media_type, kind), curves in creator_curves(posts, points, now).items():
            for age, name in _names(media_type, kind).items():
                usual = curves.usual(age)
                if usual and name in _NAMES:
                    values[name] = round(usual.views, 1)
        return cls(values)

    @classmethod
    def stored(cls, attributes: Mapping[str, Any]) -> Self:
        """Read the values from a mapping that may hold other attributes too."""
        return cls({name: float(attributes[name]) for name in sorted(_NAMES & attributes.keys())})


NO_VIEWS = CreatorViews({})


@dataclass(frozen=True, slots=True, kw_only=True)
class NicheMeasurement:
    """The distributions over the creators of a niche of their usual views, by the names of CreatorViews, on one day
    (UTC). A creator counts once, however many posts there are.
    """

    niche: Niche
    measured_on: date
    distributions: Mapping[str, Distribution]

    def usual_curve(self, media_type: MediaType, kind: ViewsKind) -> tuple[UsualPoint, ...]:
        """The median creator at each age for which at least 30 creators are known."""
        found = ((age, self.distributions.get(name)) for age, name in _names(media_type, kind).items())
        return tuple(
            UsualPoint(age_hours=age, views=measured.percentiles[50], sample_size=measured.sample_size)
            for age, measured in found
            if measured and measured.percentiles
        )


def measure_niches(creators: Iterable[tuple[Niche, CreatorViews]], day: date) -> tuple[NicheMeasurement, ...]:
    """Measure every niche that has a creator with a known value. Takes 8 bytes of memory per value."""
    niches: defaultdict[Niche, defaultdict[str, array[float]]] = defaultdict(lambda: defaultdict(lambda: array("d")))
    for niche, views in creators:
        for name, value in views.values.items():
            niches[niche][name].append(value)
    return tuple(
        NicheMeasurement(
            niche=niche,
            measured_on=day,
            distributions={name: Distribution.of(values) for name, values in figures.items()},
        )
        for niche, figures in niches.items()
    )


def score_in_niche(
    post: Post, points: Sequence[PostPoint], measurement: NicheMeasurement, now: datetime
) -> OutlierScore | None:
    """Compare a post with the niche of its creator: views ÷ the median, over creators, of their usual views at the same
    age, interpolated between the measured ages (see growth_curves.interpolate).

    None where score_posts has no score for the same reasons, or if the age is not between measured ones. `sample_size`
    is the smaller one of the two ages that bracket it.
    """
    last = LastViews.of(post, points, now)
    if last is None:
        return None
    curve = measurement.usual_curve(post.media_type, last.kind)
    views = interpolate([point.age_hours for point in curve], [point.views for point in curve], last.age)
    if views is None:
        return None
    sizes = [
        next(point.sample_size for point in reversed(curve) if point.age_hours <= last.age),
        next(point.sample_size for point in curve if point.age_hours >= last.age),
    ]
    return last.compared(UsualPoint(age_hours=last.age, views=views, sample_size=min(sizes)), curve)

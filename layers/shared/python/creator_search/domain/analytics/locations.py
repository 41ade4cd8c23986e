"""The places that posts name."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from creator_search.domain.analytics.network import TOP, median_engagement
from creator_search.domain.posts import Location, Post


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedLocation:
    """A place, and the posts that name it; `share` is relative to all posts of the period."""

    name: str
    id: str | None
    posts: int
    share: float
    median_engagement: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Locations:
    """The 20 places named by the most posts of the period; `sample_size` is the number of posts that name one."""

    top: tuple[PostedLocation, ...] = ()
    sample_size: int = 0
    notes: tuple[str, ...] = ()


def top_locations(posts: Sequence[Post]) -> Locations:
    """Count places by the platform's id, or by name where there is none."""
    groups: defaultdict[str, list[tuple[Location, Post]]] = defaultdict(list)
    for post in posts:
        if post.location:
            groups[post.location.id or post.location.name].append((post.location, post))
    ordered = sorted(groups.values(), key=lambda group: (-len(group), group[0][0].name))
    top = tuple(
        PostedLocation(
            name=group[0][0].name,
            id=group[0][0].id,
            posts=len(group),
            share=round(len(group) / len(posts), 4),
            median_engagement=median_engagement(post for _, post in group),
        )
        for group in ordered[:TOP]
    )
    notes = () if top else ("locations: no post in this period names one",)
    return Locations(top=top, sample_size=sum(map(len, ordered)), notes=notes)

"""The accounts that posts name: tagged users and co-authors."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from creator_search.domain.posts import Post

TOP = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedAccount:
    """An account, the number of posts that name it, and the median of their likes + comments."""

    username: str
    posts: int
    median_engagement: float | None


def most_named(posts: Sequence[Post], names_of: Callable[[Post], Iterable[str]]) -> tuple[NamedAccount, ...]:
    """Return the 20 accounts that the most posts name."""
    groups: defaultdict[str, list[Post]] = defaultdict(list)
    for post in posts:
        for name in names_of(post):
            groups[name].append(post)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))[:TOP]
    return tuple(
        NamedAccount(username=name, posts=len(found), median_engagement=median_engagement(found))
        for name, found in ordered
    )


def median_engagement(posts: Iterable[Post]) -> float | None:
    totals = [p.engagement for p in posts if p.engagement is not None]
    return median(totals) if totals else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """The 20 accounts tagged in, and the 20 that co-authored, the most posts of the period. The sample sizes are the
    numbers of posts of which the upstream lists the tagged users or the co-authors."""

    tagged_users: tuple[NamedAccount, ...] = ()
    tagged_users_sample_size: int = 0
    co_authors: tuple[NamedAccount, ...] = ()
    co_authors_sample_size: int = 0
    notes: tuple[str, ...] = ()


def network(posts: Sequence[Post]) -> Network:
    tagged = [p for p in posts if p.tagged_users is not None]
    authored = [p for p in posts if p.co_authors is not None]
    lists = {"tagged_users": tagged, "co_authors": authored}
    return Network(
        tagged_users=most_named(tagged, lambda p: p.tagged_users or ()),
        tagged_users_sample_size=len(tagged),
        co_authors=most_named(authored, lambda p: p.co_authors or ()),
        co_authors_sample_size=len(authored),
        notes=tuple(f"{name}: not known of any post in this period" for name, known in lists.items() if not known),
    )

"""Content of posts: media types, categories, hashtags, mentions, sponsored posts, best and worst posts."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean

from creator_search.domain.analytics.engagement import TypicalViews, outlier_score, rate
from creator_search.domain.analytics.network import TOP, NamedAccount, median_engagement, most_named
from creator_search.domain.posts import MediaType, Post

EXTREMES = 3
MIN_TO_COMPARE = 3
# Instagram's rule: letters, digits and underscores of any script, but not digits alone. The ranges are vowel signs of
# Indic and Thai scripts and joiners, which \w does not match.
_HASHTAG = re.compile(r"(?<![\w#&])[#＃]([\w\u0300-\u036f\u0900-\u0eff\u200c\u200d]{1,150})")
_MENTION = re.compile(r"(?<![\w.@])@([A-Za-z0-9_](?:[A-Za-z0-9._]{0,28}[A-Za-z0-9_])?)")
SPONSORED_TAGS = frozenset(
    {
        *("ad", "advert", "advertisement", "sponsored", "sponsoredpost", "paidpartnership", "paidpromotion", "paidad"),
        *("anzeige", "werbung", "bezahltepartnerschaft"),
        *("publicidad", "publicidadpagada", "patrocinado", "patrocinada", "colaboraciónpagada"),
        *("publicité", "sponsorisé", "partenariatrémunéré", "collaborationcommerciale"),
        *("pubblicità", "sponsorizzato", "publi", "parceriapaga", "publipost"),
        *("reklame", "annonsesamarbeid", "reklam", "işbirliği", "реклама", "współpracareklamowa", "reklama"),
    }
)
"""Hashtags by which creators disclose that a post was paid for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    name: str
    posts: int
    share: float
    avg_engagement: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentMix:
    """Shares of posts. `media_types` covers the part of the period of which every post is stored, `categories` the
    posts of the period whose caption has been analyzed.
    """

    media_types: tuple[Kind, ...] = ()
    categories: tuple[Kind, ...] | None = None
    notes: tuple[str, ...] = ()


def content_mix(posts: Sequence[Post], complete: Sequence[Post]) -> ContentMix:
    """`complete` are those of the posts that belong to the complete sequence."""
    notes = [] if complete else ["media_types: no post in the part of the period of which every post is stored"]
    analyzed = [p for p in posts if p.analysis and p.analysis.content_category]
    if not analyzed:
        notes.append("categories: no caption has been analyzed yet")
    return ContentMix(
        media_types=_kinds(complete, lambda p: p.media_type.value),
        categories=_kinds(analyzed, lambda p: str(p.analysis and p.analysis.content_category)) if analyzed else None,
        notes=tuple(notes),
    )


def _kinds(posts: Sequence[Post], name: Callable[[Post], str]) -> tuple[Kind, ...]:
    groups: defaultdict[str, list[Post]] = defaultdict(list)
    for post in posts:
        groups[name(post)].append(post)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    return tuple(
        Kind(
            name=kind,
            posts=len(found),
            share=round(len(found) / len(posts), 4),
            avg_engagement=_mean(found),
        )
        for kind, found in ordered
    )


def _mean(posts: Iterable[Post]) -> float | None:
    totals = [p.engagement for p in posts if p.engagement is not None]
    return round(fmean(totals), 2) if totals else None


def hashtags(caption: str) -> tuple[str, ...]:
    """Return the hashtags in lower case, without # and duplicates, in order of appearance."""
    found = (tag.casefold() for tag in _HASHTAG.findall(caption) if not tag.isdigit())
    return tuple(dict.fromkeys(found))


def mentions(caption: str) -> tuple[str, ...]:
    """Return the mentioned usernames in lower case, without @ and duplicates, in order of appearance. E-mail addresses
    are not mentions.
    """
    return tuple(dict.fromkeys(name.lower() for name in _MENTION.findall(caption)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hashtag:
    tag: str
    posts: int
    share: float
    median_engagement: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hashtags:
    """The 20 hashtags used in the most posts of the period. `share` is relative to all its posts."""

    top: tuple[Hashtag, ...] = ()
    notes: tuple[str, ...] = ()


def top_hashtags(posts: Sequence[Post]) -> Hashtags:
    groups: defaultdict[str, list[Post]] = defaultdict(list)
    for post in posts:
        for tag in hashtags(post.caption):
            groups[tag].append(post)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))[:TOP]
    made = []
    for tag, found in ordered:
        share = round(len(found) / len(posts), 4)
        made.append(Hashtag(tag=tag, posts=len(found), share=share, median_engagement=median_engagement(found)))
    return Hashtags(top=tuple(made), notes=() if made else ("hashtags: none in this period",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """The 20 accounts mentioned in the most posts of the period."""

    top: tuple[NamedAccount, ...] = ()
    notes: tuple[str, ...] = ()


def top_mentions(posts: Sequence[Post]) -> Mentions:
    top = most_named(posts, lambda post: mentions(post.caption))
    return Mentions(top=top, notes=() if top else ("mentions: none in this period",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Highlight:
    shortcode: str
    media_type: MediaType
    taken_at: datetime
    engagement: int
    engagement_rate: float | None
    outlier_score: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Highlights:
    """The three posts of the period with the most, and the three with the fewest, likes + comments, without overlap."""

    best: tuple[Highlight, ...] = ()
    worst: tuple[Highlight, ...] = ()
    notes: tuple[str, ...] = ()


def highlights(posts: Sequence[Post], followers: int, typical: TypicalViews) -> Highlights:
    counted = [p for p in posts if p.engagement is not None]
    ordered = sorted(counted, key=lambda p: (-(p.engagement or 0), p.taken_at, p.shortcode))

    def highlight(post: Post) -> Highlight:
        total = post.engagement or 0
        return Highlight(
            shortcode=post.shortcode,
            media_type=post.media_type,
            taken_at=post.taken_at,
            engagement=total,
            engagement_rate=rate(total, followers),
            outlier_score=outlier_score(post, typical),
        )

    return Highlights(
        best=tuple(highlight(p) for p in ordered[:EXTREMES]),
        worst=tuple(highlight(p) for p in reversed(ordered[EXTREMES:][-EXTREMES:])),
        notes=() if counted else ("posts: none in this period shows its counts",),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sponsored:
    """`paid_to_organic_ratio` = mean engagement of sponsored posts ÷ that of other posts; needs 3 posts of each.
    `sponsors` are the 20 accounts that the platform's label names on the most posts.
    """

    posts: int
    sponsored_posts: int
    sponsored_share: float | None
    paid_avg_engagement: float | None
    organic_avg_engagement: float | None
    paid_to_organic_ratio: float | None
    sponsors: tuple[NamedAccount, ...] = ()
    method: str = "the platform's paid-partnership label or sponsors, else a disclosing hashtag in the caption"
    notes: tuple[str, ...] = ()


def is_sponsored(post: Post) -> bool:
    return bool(post.is_paid_partnership or post.sponsors) or not SPONSORED_TAGS.isdisjoint(hashtags(post.caption))


def sponsored(posts: Sequence[Post]) -> Sponsored:
    paid = [p for p in posts if is_sponsored(p)]
    organic = [p for p in posts if not is_sponsored(p)]
    notes, ratio = [], None
    if not posts:
        notes.append("sponsored_share: no post in this period")
    paid_mean, organic_mean = _mean(paid), _mean(organic)
    enough = all(sum(p.engagement is not None for p in group) >= MIN_TO_COMPARE for group in (paid, organic))
    if enough and paid_mean is not None and organic_mean:
        ratio = round(paid_mean / organic_mean, 4)
    else:
        notes.append(f"paid_to_organic_ratio: needs {MIN_TO_COMPARE} posts of each kind that show their counts")
    return Sponsored(
        posts=len(posts),
        sponsored_posts=len(paid),
        sponsored_share=round(len(paid) / len(posts), 4) if posts else None,
        paid_avg_engagement=paid_mean,
        organic_avg_engagement=organic_mean,
        paid_to_organic_ratio=ratio,
        sponsors=most_named(paid, lambda post: post.sponsors or ()),
        notes=tuple(notes),
    )

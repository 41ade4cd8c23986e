"""Conversion of profiles to items and back, for rows written by any version."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from creator_search.adapters.dynamodb.items import Item, format_time, known_fields, member, parse_time
from creator_search.adapters.dynamodb.schema.profiles import NAME_ITEM, PROFILE_ITEM, partition_of, shard_of
from creator_search.domain.accounts import Account, HistoryKey
from creator_search.domain.analytics.engagement import Engagement
from creator_search.domain.analytics.measured import CreatorFigures, Figure
from creator_search.domain.analytics.niches import CreatorViews, Niche
from creator_search.domain.contacts import Contact, ContactSource
from creator_search.domain.images import Image
from creator_search.domain.links import Link
from creator_search.domain.posts import ViewsKind
from creator_search.domain.profiles import Profile, ProfileType, PublicProfile
from creator_search.domain.search import folded

LISTED = "creator"
"""The value of the partitions of the indexes for searches."""
UNKNOWN_RATE = -1
"""Sorts creators whose engagement rate is not known after all others."""
_NAME_KEY_LENGTH = 200
"""In characters: the limit of a key is 1,024 bytes."""
_PLAIN_FIELDS = (
    *("full_name", "biography", "followers", "following", "posts_count", "is_verified", "is_private", "is_business"),
    *("is_professional", "category", "external_url", "source_image_url", "posts_stored", "language", "notes", "source"),
)
"""Attributes with the same name in the item and in Profile."""


def encode_profile(profile: Profile) -> dict[str, Any]:
    is_primary = profile.profile_type is ProfileType.PRIMARY and profile.holds_username
    figures, account = profile.figures, profile.account
    return {
        "username": profile.username,
        "item": PROFILE_ITEM,
        "account_id": account.id if account else None,
        "former_usernames": account.former_usernames if account else None,
        "first_seen_at": format_time(account.first_seen_at) if account else None,
        "history_key": profile.history_key,
        **{name: getattr(profile, name) for name in _PLAIN_FIELDS},
        **image_attributes(profile.image),
        **_search_attributes(profile.public),
        "profile_type": profile.profile_type.value,
        "refreshed": partition_of(profile.profile_type.value, profile.username) if is_primary else None,
        "created_at": format_time(profile.created_at),
        "updated_at": format_time(profile.updated_at),
        "engagement": asdict(profile.engagement),
        "links": [asdict(link) for link in profile.links],
        "contact": asdict(profile.contact) if profile.contact else None,
        "analysis_due_at": format_time(profile.analysis_due_at),
        "refresh_due_at": format_time(profile.refresh_due_at),
        "refresh_shard": shard_of(profile.username) if is_primary and profile.refresh_due_at else None,
        "complete_since": format_time(profile.complete_since),
        "complete_until": format_time(profile.complete_until),
        "points_at": format_time(profile.points_at),
        "figures": _encode_figures(figures) if figures else None,
        "figures_shard": shard_of(profile.username) if figures and is_primary and profile.public.is_listed else None,
    }


def decode_profile(item: Item) -> Profile:
    updated_at = parse_time(item.get("updated_at")) or datetime.fromtimestamp(0, UTC)
    figures = item.get("engagement", {})
    engagement = known_fields(Engagement, figures)
    views_kind = member(ViewsKind, figures.get("views_kind"))
    username = item.get("last_username", item["username"])
    return Profile(
        username=username,
        account=decode_account(item.get("account_id"), item, updated_at),
        # Rows of version 0.1.0 have no account, and their history is in their own partition.
        history_key=HistoryKey(item.get("history_key", username)),
        holds_username="last_username" not in item,
        full_name=item.get("full_name", ""),
        biography=item.get("biography", ""),
        followers=item.get("followers", 0),
        following=item.get("following"),
        posts_count=item.get("posts_count"),
        is_verified=item.get("is_verified", False),
        # A row without this attribute is treated as private.
        is_private=item.get("is_private", True),
        is_business=item.get("is_business", False),
        category=item.get("category"),
        external_url=item.get("external_url"),
        links=_decode_links(item),
        is_professional=item.get("is_professional"),
        contact=_decode_contact(item.get("contact")),
        source_image_url=item.get("source_image_url"),
        profile_type=member(ProfileType, item.get("profile_type")) or ProfileType.SECONDARY,
        created_at=parse_time(item.get("created_at")) or updated_at,
        updated_at=updated_at,
        posts_stored=item.get("posts_stored", 0),
        engagement=Engagement(**{**engagement, "views_kind": views_kind, "notes": tuple(engagement.get("notes", ()))}),
        image=decode_image(item),
        language=item.get("language"),
        notes=tuple(item.get("notes", ())),
        analysis_due_at=parse_time(item.get("analysis_due_at")),
        refresh_due_at=parse_time(item.get("refresh_due_at")),
        complete_since=parse_time(item.get("complete_since")),
        complete_until=parse_time(item.get("complete_until")),
        points_at=parse_time(item.get("points_at")),
        figures=decode_figures(item.get("figures", {})),
        source=item.get("source"),
    )


def encode_parked(profile: Profile, key: str) -> dict[str, Any]:
    """The item of a profile whose username another account has: in the partition of its account, in no index."""
    return {**encode_profile(profile), "username": key, "last_username": profile.username}


def decode_account(account_id: str | None, item: Item, default: datetime) -> Account | None:
    if account_id is None:
        return None
    first_seen_at = parse_time(item.get("first_seen_at")) or default
    return Account(id=account_id, former_usernames=tuple(item.get("former_usernames", ())), first_seen_at=first_seen_at)


def _decode_links(item: Item) -> tuple[Link, ...]:
    """Rows of version 0.1.0 hold the URLs, without titles, as `bio_links`."""
    links = [Link(link["url"], link.get("title")) for link in item.get("links", ()) if link.get("url")]
    return tuple(links or map(Link, item.get("bio_links", ())))


def _decode_contact(fields: Item | None) -> Contact | None:
    found = fields or {}
    email, source = found.get("email"), member(ContactSource, found.get("source"))
    return Contact(email, source) if email and source else None


def _encode_figures(figures: CreatorFigures) -> dict[str, Any]:
    niche = asdict(figures.niche) if figures.niche else None
    values = {str(figure): value for figure, value in figures.values.items()}
    return {"followers": figures.followers, **values, **figures.views.values, "niche": niche}


def decode_figures(figures: Item) -> CreatorFigures | None:
    if "followers" not in figures:
        return None
    niche = known_fields(Niche, figures.get("niche", {}))
    return CreatorFigures(
        figures["followers"],
        {figure: figures[figure] for figure in Figure if figure in figures},
        Niche(**niche) if len(niche) == len(Niche.__dataclass_fields__) else None,
        CreatorViews.stored(figures),
    )


def encode_name(profile: Profile) -> dict[str, Any]:
    """The item through which a search finds the creator by full name; a creator who is not listed has no such item."""
    public = profile.public
    item = {
        "username": profile.username,
        "item": NAME_ITEM,
        "updated_at": format_time(profile.updated_at),
        "followers": public.followers,
        "full_name": public.full_name,
    }
    name = folded(public.full_name or "")
    if not public.is_listed or not name:
        return item
    return item | {
        "engagement_order": _engagement_order(public),
        "following": public.following,
        "posts_count": public.posts_count,
        "is_verified": public.is_verified,
        "category": public.category,
        "category_name": folded(public.category or "") or None,
        "language": public.language,
        "profile_type": public.profile_type.value,
        **image_attributes(public.image),
        "listed_name": partition_of(LISTED, profile.username),
        "name_key": name[:_NAME_KEY_LENGTH],
    }


def _search_attributes(public: PublicProfile) -> dict[str, Any]:
    """Return the key attributes of the search indexes; empty for a creator who is not listed."""
    if not public.is_listed:
        return {}
    return {
        "engagement_order": _engagement_order(public),
        "listed": partition_of(LISTED, public.username),
        "listed_name": partition_of(LISTED, public.username),
        "name_key": public.username,
        "category_key": folded(public.category or "") or None,
    }


def _engagement_order(public: PublicProfile) -> float:
    rate = public.engagement.engagement_rate
    return UNKNOWN_RATE if rate is None else rate


def image_attributes(image: Image | None) -> dict[str, str | None]:
    return {"image_key": image.key if image else None, "image_version": image.version if image else None}


def decode_image(item: Item) -> Image | None:
    return Image(item["image_key"], item.get("image_version", "")) if item.get("image_key") else None

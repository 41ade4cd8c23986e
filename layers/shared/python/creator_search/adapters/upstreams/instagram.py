"""Conversion of Instagram's payloads to profiles and related accounts."""

from collections.abc import Iterator
from typing import Any

from creator_search.adapters.upstreams.payloads import MAX_NAME_LENGTH, RelatedPayload, UserPayload, validated
from creator_search.adapters.upstreams.posts import account_id_of, end_of_sequence, parse_posts
from creator_search.adapters.upstreams.shapes import as_dict, nodes_of, normal_username
from creator_search.domain.contacts import published_contact
from creator_search.domain.errors import CreatorSearchError
from creator_search.domain.fetched_posts import FetchedPosts, Owner
from creator_search.domain.links import Link, web_address
from creator_search.domain.profiles import FetchedProfile, RelatedAccount
from creator_search.domain.upstream_errors import UpstreamPayloadInvalid, WrongAccount
from creator_search.domain.usernames import parse_username

_MAX_LINKS = 20
_CREATOR_ACCOUNT, _BUSINESS_ACCOUNT = 3, 2


def parse_profile(data: Any, asked_for: str, source: str) -> FetchedProfile:
    """Parse `data`, the object that contains `user`, of the provider `source`. Raises UpstreamPayloadInvalid with the
    field's name; WrongAccount if the answer is about another username.
    """
    user = data.get("user") if isinstance(data, dict) else None
    if not isinstance(user, dict):
        raise UpstreamPayloadInvalid("data.user")
    if not isinstance(user.get("is_private", False), bool):
        # Taken for false, it would show what a private account hides.
        raise UpstreamPayloadInvalid("data.user.is_private")
    parsed = validated(UserPayload, user)
    username = asked_for if user.get("username") in (None, "") else normal_username(user["username"])
    if not username:
        raise UpstreamPayloadInvalid("data.user.username")
    timeline = list(nodes_of(_timeline(data, user)))
    nodes = [*timeline, *nodes_of(user.get("edge_felix_video_timeline"))]
    account_id = parsed.account_id or account_id_of(username, nodes)
    if username != asked_for:
        raise WrongAccount(asked_for, username, account_id)
    found = FetchedPosts() if parsed.is_private else parse_posts(nodes, Owner(asked_for, account_id))
    related = [*nodes_of(user.get("edge_related_profiles")), *nodes_of(user.get("edge_chaining"))]
    is_professional = _is_professional(parsed)
    return FetchedProfile(
        username=asked_for,
        account_id=account_id,
        source=source,
        full_name=parsed.full_name or "",
        biography=parsed.biography,
        followers=parsed.followers,
        following=parsed.following,
        posts_count=parsed.posts_count,
        is_verified=parsed.is_verified,
        is_private=parsed.is_private,
        is_business=parsed.is_business,
        is_professional=is_professional,
        contact=published_contact(parsed.email, parsed.biography) if is_professional else None,
        category=parsed.category,
        external_url=web_address(parsed.external_url),
        links=tuple(_links(parsed.bio_links[:_MAX_LINKS])),
        source_image_url=parsed.image,
        posts=found.posts,
        complete_since=end_of_sequence(timeline, found.posts),
        related=parse_related(related, excluding=asked_for),
        notes=found.notes("posts"),
    )


def _is_professional(parsed: UserPayload) -> bool | None:
    if parsed.is_professional is None and parsed.account_type is not None:
        return parsed.account_type in (_CREATOR_ACCOUNT, _BUSINESS_ACCOUNT)
    return parsed.is_business or parsed.is_professional


def _links(entries: list[Any]) -> Iterator[Link]:
    for entry in entries:
        url, title = as_dict(entry).get("url"), as_dict(entry).get("title")
        if isinstance(url, str) and (address := web_address(url)):
            yield Link(address, (title.strip() if isinstance(title, str) else "")[:MAX_NAME_LENGTH] or None)


def parse_related(entries: list[Any], excluding: str) -> tuple[RelatedAccount, ...]:
    """Return accounts in the upstream's order, without duplicates and entries without a valid username."""
    found: dict[str, RelatedAccount] = {}
    for entry in entries:
        try:
            parsed = validated(RelatedPayload, entry)
            username = parse_username(parsed.username)
        except CreatorSearchError:
            continue
        if username != excluding:
            found.setdefault(
                username,
                RelatedAccount(
                    username=username,
                    name=parsed.full_name,
                    source_image_url=parsed.image,
                    is_verified=parsed.is_verified,
                    is_private=parsed.is_private,
                    followers=parsed.followers,
                ),
            )
    return tuple(found.values())


def _timeline(data: dict[str, Any], user: dict[str, Any]) -> Any:
    if "edges" in as_dict(user.get("edge_owner_to_timeline_media")):
        return user["edge_owner_to_timeline_media"]
    for place in (data, user):
        for name, value in place.items():
            if name.startswith("xdt_") and name.endswith("_connection"):
                return value
    return None

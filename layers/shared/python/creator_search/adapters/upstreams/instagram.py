"""Conversion of Instagram's payloads to profiles, posts and related accounts."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from creator_search.adapters.upstreams.payloads import PostPayload, RelatedPayload, UserPayload, validated
from creator_search.domain.errors import CreatorSearchError, UpstreamPayloadInvalid
from creator_search.domain.links import web_address
from creator_search.domain.posts import MediaType, Post, TakenAtSource, ViewsKind, time_of_shortcode
from creator_search.domain.profiles import FetchedProfile, RelatedAccount
from creator_search.domain.usernames import parse_username

_MAX_LINKS = 20


def parse_profile(data: Any, asked_for: str) -> FetchedProfile:
    """Parse `data`, the object that contains `user`. Raises UpstreamPayloadInvalid with the field's name."""
    user = data.get("user") if isinstance(data, dict) else None
    if not isinstance(user, dict):
        raise UpstreamPayloadInvalid("data.user")
    parsed = validated(UserPayload, user)
    if parsed.username is not None and _normal(parsed.username) != asked_for:
        raise UpstreamPayloadInvalid("username")
    nodes = [*_nodes(_timeline(data, user)), *_nodes(user.get("edge_felix_video_timeline"))]
    related = [*_nodes(user.get("edge_related_profiles")), *_nodes(user.get("edge_chaining"))]
    return FetchedProfile(
        username=asked_for,
        full_name=parsed.full_name,
        biography=parsed.biography,
        followers=parsed.followers,
        following=parsed.following,
        posts_count=parsed.posts_count,
        is_verified=parsed.is_verified,
        is_private=parsed.is_private,
        is_business=parsed.is_business,
        category=parsed.category or None,
        external_url=web_address(parsed.external_url),
        bio_links=tuple(_links(parsed.bio_links[:_MAX_LINKS])),
        source_image_url=parsed.image,
        posts=() if parsed.is_private else parse_posts(nodes),
        related=parse_related(related, excluding=asked_for),
    )


def _links(entries: list[Any]) -> Iterator[str]:
    for entry in entries:
        url = _dict(entry).get("url")
        if isinstance(url, str) and (address := web_address(url)):
            yield address


def parse_posts(nodes: list[Any]) -> tuple[Post, ...]:
    """Return the valid posts. Invalid ones are left out. Raises UpstreamPayloadInvalid if none is valid."""
    posts: list[Post] = []
    failure: UpstreamPayloadInvalid | None = None
    for node in nodes:
        try:
            posts.append(_post(validated(PostPayload, node)))
        except UpstreamPayloadInvalid as error:
            failure = failure or error
    if failure and not posts:
        raise failure
    return tuple(posts)


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
                ),
            )
    return tuple(found.values())


def media_nodes(edges: Any) -> list[Any]:
    """Return the post nodes of a list of edges of any known shape."""
    return list(_nodes({"edges": edges}))


def _timeline(data: dict[str, Any], user: dict[str, Any]) -> Any:
    if "edges" in _dict(user.get("edge_owner_to_timeline_media")):
        return user["edge_owner_to_timeline_media"]
    for place in (data, user):
        for name, value in place.items():
            if name.startswith("xdt_") and name.endswith("_connection"):
                return value
    return None


def _nodes(connection: Any) -> Iterator[Any]:
    edges = _dict(connection).get("edges")
    for edge in edges if isinstance(edges, list) else []:
        node = _dict(edge).get("node", edge)
        yield _dict(node).get("media", node)


def _post(parsed: PostPayload) -> Post:
    """Raises UpstreamPayloadInvalid when neither the upstream nor the shortcode gives a time."""
    media_type, source = _media_type(parsed), TakenAtSource.UPSTREAM
    if parsed.taken_at is not None:
        taken_at = datetime.fromtimestamp(parsed.taken_at, tz=UTC)
    else:
        source = TakenAtSource.SHORTCODE
        try:
            taken_at = time_of_shortcode(parsed.shortcode)
        except ValueError as error:
            raise UpstreamPayloadInvalid("taken_at") from error
    views, views_kind = _views(parsed, media_type)
    return Post(
        shortcode=parsed.shortcode,
        media_type=media_type,
        taken_at=taken_at,
        taken_at_source=source,
        caption=parsed.caption,
        # Hidden likes arrive as 3 or -1.
        likes=None if parsed.likes_are_hidden else _count(parsed.likes),
        comments=_count(parsed.comments),
        views=views,
        views_kind=views_kind,
        is_pinned=bool(parsed.pinned or parsed.clips_tab_pinned_user_ids),
        is_paid_partnership=parsed.is_paid_partnership,
        source_image_url=parsed.image,
    )


def _views(parsed: PostPayload, media_type: MediaType) -> tuple[int | None, ViewsKind | None]:
    """The plays, else the views; None for the 0 plays that images arrive with."""
    is_moving = media_type in (MediaType.REEL, MediaType.VIDEO)
    counts = ((_count(parsed.plays), ViewsKind.PLAYS), (_count(parsed.views), ViewsKind.VIEWS))
    known = [(count, kind) for count, kind in counts if count or (count == 0 and is_moving)]
    # 0 plays beside a number of views are plays that were not counted.
    return next((found for found in known if found[0]), known[0] if known else (None, None))


def _count(value: int | None) -> int | None:
    """None for a hidden count, which arrives as -1."""
    return value if value is not None and value >= 0 else None


def _media_type(parsed: PostPayload) -> MediaType:
    if parsed.product_type == "clips":
        return MediaType.REEL
    if parsed.typename in ("GraphSidecar", "XDTGraphSidecar") or parsed.media_type == 8:
        return MediaType.CAROUSEL
    if parsed.typename in ("GraphVideo", "XDTGraphVideo") or parsed.media_type == 2 or parsed.is_video:
        return MediaType.VIDEO
    return MediaType.IMAGE


def _normal(username: str) -> str:
    try:
        return parse_username(username)
    except CreatorSearchError:
        return ""


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}

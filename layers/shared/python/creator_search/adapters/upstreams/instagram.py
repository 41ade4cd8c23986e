"""Conversion of Instagram's payloads to profiles, posts and related accounts."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from creator_search.adapters.upstreams.payloads import (
    MAX_NAME_LENGTH,
    PostPayload,
    RelatedPayload,
    UserPayload,
    validated,
)
from creator_search.domain.contacts import published_contact
from creator_search.domain.errors import CreatorSearchError, UpstreamPayloadInvalid
from creator_search.domain.links import Link, web_address
from creator_search.domain.posts import (
    Location,
    MediaType,
    Music,
    Post,
    TakenAtSource,
    ViewsKind,
    time_of_shortcode,
)
from creator_search.domain.profiles import FetchedProfile, RelatedAccount
from creator_search.domain.usernames import parse_username

_MAX_LINKS = 20
MAX_TEXT_LENGTH = 5_000
_MAX_NAMED = 100
"""Accounts in one list of a post."""
_CREATOR_ACCOUNT, _BUSINESS_ACCOUNT = 3, 2


def parse_profile(data: Any, asked_for: str) -> FetchedProfile:
    """Parse `data`, the object that contains `user`. Raises UpstreamPayloadInvalid with the field's name."""
    user = data.get("user") if isinstance(data, dict) else None
    if not isinstance(user, dict):
        raise UpstreamPayloadInvalid("data.user")
    parsed = validated(UserPayload, user)
    if parsed.username is not None and _normal(parsed.username) != asked_for:
        raise UpstreamPayloadInvalid("username")
    timeline = list(_nodes(_timeline(data, user)))
    posts = (
        () if parsed.is_private else parse_posts([*timeline, *_nodes(user.get("edge_felix_video_timeline"))], asked_for)
    )
    related = [*_nodes(user.get("edge_related_profiles")), *_nodes(user.get("edge_chaining"))]
    is_professional = _is_professional(parsed)
    return FetchedProfile(
        username=asked_for,
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
        posts=posts,
        complete_since=_end_of_sequence(timeline, posts),
        related=parse_related(related, excluding=asked_for),
    )


def _end_of_sequence(timeline: list[Any], posts: tuple[Post, ...]) -> datetime | None:
    """The time of the last post of the timeline's page. Pinned posts come first and are older than their position."""
    unpinned = {post.shortcode: post.taken_at for post in posts if not post.is_pinned}
    codes = (_dict(node).get("shortcode") or _dict(node).get("code") for node in reversed(timeline))
    return next((unpinned[code] for code in codes if code in unpinned), None)


def _is_professional(parsed: UserPayload) -> bool | None:
    if parsed.is_professional is None and parsed.account_type is not None:
        return parsed.account_type in (_CREATOR_ACCOUNT, _BUSINESS_ACCOUNT)
    return parsed.is_business or parsed.is_professional


def _links(entries: list[Any]) -> Iterator[Link]:
    for entry in entries:
        url, title = _dict(entry).get("url"), _dict(entry).get("title")
        if isinstance(url, str) and (address := web_address(url)):
            yield Link(address, (title.strip() if isinstance(title, str) else "")[:MAX_NAME_LENGTH] or None)


def parse_posts(nodes: list[Any], creator: str) -> tuple[Post, ...]:
    """Return the creator's valid posts, without the invalid ones. Raises UpstreamPayloadInvalid if none is valid."""
    posts: list[Post] = []
    failure: UpstreamPayloadInvalid | None = None
    for node in nodes:
        try:
            posts.append(_post(validated(PostPayload, node), creator))
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
                    followers=parsed.followers,
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


def _post(parsed: PostPayload, creator: str) -> Post:
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
        duration_seconds=parsed.duration,
        location=Location(**parsed.location.model_dump()) if parsed.location else None,
        tagged_users=_tagged(parsed),
        co_authors=_co_authors(parsed, creator),
        sponsors=_usernames(parsed.sponsors),
        music=_music(parsed),
        carousel_count=parsed.carousel_count or len(parsed.children or ()) or None,
        shares=parsed.shares,
        alt_text=_alt_text(parsed),
        source_image_url=parsed.image,
    )


def _tagged(parsed: PostPayload) -> tuple[str, ...] | None:
    """The accounts tagged in the post and, for a carousel, in its images."""
    lists = [parsed.tagged]
    for node in _children(parsed):
        for name, entries in (("usertags", "in"), ("edge_media_to_tagged_user", "edges")):
            lists.append(_dict(node.get(name)).get(entries))
    given = [entries for entries in lists if isinstance(entries, list)]
    return _usernames([entry for entries in given for entry in entries]) if given else None


def _co_authors(parsed: PostPayload, creator: str) -> tuple[str, ...] | None:
    """The other authors: the upstream lists those beside the owner, who may be another account than the creator."""
    if parsed.co_authors is None:
        return None
    names = dict.fromkeys([_normal(parsed.owner), *(_usernames(parsed.co_authors) or ())])
    return tuple(name for name in names if name not in ("", creator))


def _alt_text(parsed: PostPayload) -> str | None:
    """Of the post, else of the first image of a carousel that has one."""
    texts = (parsed.alt_text, *(node.get("accessibility_caption") for node in _children(parsed)))
    return next((text[:MAX_TEXT_LENGTH] for text in texts if isinstance(text, str) and text), None)


def _children(parsed: PostPayload) -> Iterator[dict[str, Any]]:
    """The images and videos of a carousel."""
    for child in parsed.children or ():
        yield _dict(_dict(child).get("node", child))


def _usernames(entries: list[Any] | None) -> tuple[str, ...] | None:
    """The valid usernames without duplicates, in order; None if there is no list. An entry is an account, or holds one
    as `user` or `sponsor`.
    """
    if entries is None:
        return None
    accounts = (_dict(_dict(entry).get("node", entry)) for entry in entries[:_MAX_NAMED])
    names = (_normal(_dict(a.get("user") or a.get("sponsor") or a).get("username")) for a in accounts)
    return tuple(dict.fromkeys(filter(None, names)))


def _music(parsed: PostPayload) -> Music | None:
    title, artist = parsed.music_title, parsed.music_artist
    return Music(title=title, artist=artist) if title or artist else None


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


def _normal(username: Any) -> str:
    """The username in its normal form, or an empty string if it is not valid."""
    try:
        return parse_username(username) if isinstance(username, str) else ""
    except CreatorSearchError:
        return ""


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}

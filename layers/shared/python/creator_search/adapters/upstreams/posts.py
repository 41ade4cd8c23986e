"""Conversion of the posts and reels of Instagram's payloads."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from creator_search.adapters.upstreams.payloads import AccountPayload, PostPayload, validated
from creator_search.adapters.upstreams.shapes import as_dict, normal_username
from creator_search.domain.fetched_posts import FetchedPosts, Owner
from creator_search.domain.posts import Location, MediaType, Music, Post, TakenAtSource, ViewsKind, time_of_shortcode
from creator_search.domain.upstream_errors import UpstreamPayloadInvalid

MAX_TEXT_LENGTH = 5_000
_MAX_NAMED = 100
"""Accounts in one list of a post."""


def parse_posts(nodes: Iterable[Any], owner: Owner) -> FetchedPosts:
    """Return the owner's valid posts, without the invalid ones. Raises UpstreamPayloadInvalid if none is valid.

    A post that names another owner is left out, except if it names this one as a co-author.
    """
    posts: list[Post] = []
    foreign: set[str] = set()
    failure: UpstreamPayloadInvalid | None = None
    for node in nodes:
        try:
            parsed = validated(PostPayload, node)
            if _is_foreign(parsed, owner):
                foreign.add(parsed.shortcode)
            else:
                posts.append(_post(parsed, owner))
        except UpstreamPayloadInvalid as error:
            failure = failure or error
    if failure and not posts and not foreign:
        raise failure
    return FetchedPosts(tuple(posts), frozenset(foreign))


def end_of_sequence(timeline: Sequence[Any], posts: Iterable[Post]) -> datetime | None:
    """The time of the last one of `posts` in the timeline, since which they are complete. Pinned posts come first and
    are older than their position.
    """
    unpinned = {post.shortcode: post.taken_at for post in posts if not post.is_pinned}
    codes = (as_dict(node).get("shortcode") or as_dict(node).get("code") for node in reversed(timeline))
    return next((unpinned[code] for code in codes if isinstance(code, str) and code in unpinned), None)


def account_id_of(username: str, nodes: Iterable[Any]) -> str | None:
    """The id of the owner in those posts that name this owner; None if they name none, or several."""
    ids = set[str | None]()
    for node in nodes:
        try:
            parsed = validated(PostPayload, node)
        except UpstreamPayloadInvalid:
            continue
        if normal_username(parsed.owner) == username:
            ids.add(_owner_id(parsed))
    ids.discard(None)
    return ids.pop() if len(ids) == 1 else None


def _is_foreign(parsed: PostPayload, owner: Owner) -> bool:
    if owner.matches(normal_username(parsed.owner), _owner_id(parsed)) is not False:
        return False
    return not any(owner.matches(*author) for author in _accounts(parsed.co_authors))


def _owner_id(parsed: PostPayload) -> str | None:
    """The id of the owner; new shapes also have it behind the id of the post, as `<post>_<owner>`."""
    owner_id = parsed.media_id.partition("_")[2]
    return parsed.owner_id or validated(AccountPayload, {"id": owner_id}).account_id


def _post(parsed: PostPayload, creator: Owner) -> Post:
    """Raises UpstreamPayloadInvalid when neither the upstream nor the shortcode gives a time."""
    media_type, source = _media_type(parsed), TakenAtSource.UPSTREAM
    if parsed.taken_at is not None:
        taken_at = parsed.taken_at
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
        likes=None if parsed.counts_are_hidden else _count(parsed.likes),
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
            lists.append(as_dict(node.get(name)).get(entries))
    given = [entries for entries in lists if isinstance(entries, list)]
    return _usernames([entry for entries in given for entry in entries]) if given else None


def _co_authors(parsed: PostPayload, creator: Owner) -> tuple[str, ...] | None:
    """The other authors: the upstream lists those beside the owner, who may be another account than the creator."""
    if parsed.co_authors is None:
        return None
    authors = [(normal_username(parsed.owner), _owner_id(parsed)), *_accounts(parsed.co_authors)]
    return tuple(dict.fromkeys(name for name, number in authors if name and not creator.matches(name, number)))


def _alt_text(parsed: PostPayload) -> str | None:
    """Of the post, else of the first image of a carousel that has one."""
    texts = (parsed.alt_text, *(node.get("accessibility_caption") for node in _children(parsed)))
    return next((text[:MAX_TEXT_LENGTH] for text in texts if isinstance(text, str) and text), None)


def _children(parsed: PostPayload) -> Iterator[dict[str, Any]]:
    """The images and videos of a carousel."""
    for child in parsed.children or ():
        yield as_dict(as_dict(child).get("node", child))


def _usernames(entries: list[Any] | None) -> tuple[str, ...] | None:
    """The valid usernames without duplicates, in order; None if there is no list."""
    return None if entries is None else tuple(dict.fromkeys(name for name, _ in _accounts(entries)))


def _accounts(entries: list[Any] | None) -> Iterator[tuple[str, str | None]]:
    """Yield the name and the id of the accounts with a valid name. An entry is an account, or holds one as `user` or
    `sponsor`.
    """
    for entry in (entries or [])[:_MAX_NAMED]:
        found = as_dict(as_dict(entry).get("node", entry))
        account = validated(AccountPayload, as_dict(found.get("user") or found.get("sponsor") or found))
        if name := normal_username(account.username):
            yield name, account.account_id


def _music(parsed: PostPayload) -> Music | None:
    title, artist = parsed.music_title, parsed.music_artist
    return Music(title=title, artist=artist) if title or artist else None


def _views(parsed: PostPayload, media_type: MediaType) -> tuple[int | None, ViewsKind | None]:
    """The plays, else the views; None for the 0 plays that images, and posts that hide their counts, arrive with."""
    may_be_0 = media_type in (MediaType.REEL, MediaType.VIDEO) and not parsed.counts_are_hidden
    counts = ((_count(parsed.plays), ViewsKind.PLAYS), (_count(parsed.views), ViewsKind.VIEWS))
    known = [(count, kind) for count, kind in counts if count or (count == 0 and may_be_0)]
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

"""Parsing of Instagram's payloads, in the old and the new shape. Fields that are used are validated, others ignored."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    AliasChoices,
    AliasPath,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)

from creator_search.domain.errors import CreatorSearchError, UpstreamPayloadInvalid
from creator_search.domain.links import web_address
from creator_search.domain.posts import MediaType, Post, TakenAtSource, ViewsKind, time_of_shortcode
from creator_search.domain.profiles import FetchedProfile, RelatedAccount
from creator_search.domain.usernames import parse_username


def _either(*paths: str) -> AliasChoices:
    """Alias choices for the first of these dotted paths that exists; numbers are list indexes."""

    def alias(path: str) -> str | AliasPath:
        parts = [int(p) if p.isdigit() else p for p in path.split(".")]
        return AliasPath(str(parts[0]), *parts[1:]) if len(parts) > 1 else path

    return AliasChoices(*(alias(p) for p in paths))


Count = Annotated[int, Field(le=10**15)]
"""Limited to what the store can represent."""


MAX_TEXT_BYTES = 64 * 1024
"""Larger than any text that Instagram allows; the limit of a stored item is 400 KB."""
_MAX_LINKS = 20


def _cut(text: str) -> str:
    if len(text) <= MAX_TEXT_BYTES // 4:
        return text
    return text.encode()[:MAX_TEXT_BYTES].decode(errors="ignore")


class _Payload(BaseModel):
    """A required field must be valid; an optional one that is not valid gets its default."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    @field_validator("*", mode="wrap")
    @classmethod
    def _lenient(cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        try:
            return handler(_cut(value) if isinstance(value, str) else value)
        except ValidationError:
            field = cls.model_fields[str(info.field_name)]
            if field.is_required():
                raise
            return field.get_default(call_default_factory=True)


class _User(_Payload):
    username: str | None = None
    full_name: str = ""
    biography: str = ""
    followers: Count = Field(ge=0, validation_alias=_either("edge_followed_by.count", "follower_count"))
    following: Count | None = Field(None, validation_alias=_either("edge_follow.count", "following_count"))
    posts_count: Count | None = Field(
        None, validation_alias=_either("edge_owner_to_timeline_media.count", "media_count")
    )
    is_verified: bool = False
    is_private: bool = False
    is_business: bool = Field(False, validation_alias=_either("is_business_account", "is_business"))
    category: str | None = Field(None, validation_alias=_either("category_name", "category"))
    external_url: str | None = None
    image: str | None = Field(
        None, validation_alias=_either("profile_pic_url_hd", "hd_profile_pic_url_info.url", "profile_pic_url")
    )
    bio_links: list[Any] = []


class _Post(_Payload):
    shortcode: str = Field(pattern="^[A-Za-z0-9_-]{1,64}$", validation_alias=_either("shortcode", "code"))
    taken_at: int | None = Field(
        None, ge=1, le=4_102_444_800, validation_alias=_either("taken_at_timestamp", "taken_at")
    )
    typename: str = Field("", validation_alias="__typename")
    media_type: int | None = None
    product_type: str = ""
    is_video: bool = False
    caption: str = Field("", validation_alias=_either("edge_media_to_caption.edges.0.node.text", "caption.text"))
    likes: Count | None = Field(
        None, validation_alias=_either("edge_media_preview_like.count", "edge_liked_by.count", "like_count")
    )
    comments: Count | None = Field(
        None,
        validation_alias=_either("edge_media_to_comment.count", "edge_media_preview_comment.count", "comment_count"),
    )
    plays: Count | None = Field(None, validation_alias=_either("play_count", "video_play_count"))
    views: Count | None = Field(None, validation_alias=_either("video_view_count", "view_count"))
    image: str | None = Field(
        None,
        validation_alias=_either(
            "display_url",
            "thumbnail_src",
            "image_versions2.candidates.0.url",
            "image_versions.items.0.url",
            "image_versions.candidates.0.url",
            "carousel_media.0.image_versions2.candidates.0.url",
            "carousel_media.0.display_url",
        ),
    )
    likes_are_hidden: bool = Field(False, validation_alias="like_and_view_counts_disabled")
    is_paid_partnership: bool | None = None
    pinned: list[Any] = Field([], validation_alias=_either("pinned_for_users", "timeline_pinned_user_ids"))
    clips_tab_pinned_user_ids: list[Any] = []


class _Related(_Payload):
    username: str
    full_name: str = ""
    image: str | None = Field(None, validation_alias=_either("profile_pic_url", "profile_pic_url_hd"))
    is_verified: bool | None = None
    is_private: bool | None = None


def parse_profile(data: Any, asked_for: str) -> FetchedProfile:
    """Parse `data`, the object that contains `user`. Raises UpstreamPayloadInvalid with the field's name."""
    user = data.get("user") if isinstance(data, dict) else None
    if not isinstance(user, dict):
        raise UpstreamPayloadInvalid("data.user")
    parsed = _validated(_User, user)
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
            posts.append(_post(_validated(_Post, node)))
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
            parsed = _validated(_Related, entry)
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


def _post(parsed: _Post) -> Post:
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


def _views(parsed: _Post, media_type: MediaType) -> tuple[int | None, ViewsKind | None]:
    """The plays, else the views; None for the 0 plays that images arrive with."""
    is_moving = media_type in (MediaType.REEL, MediaType.VIDEO)
    counts = ((_count(parsed.plays), ViewsKind.PLAYS), (_count(parsed.views), ViewsKind.VIEWS))
    known = [(count, kind) for count, kind in counts if count or (count == 0 and is_moving)]
    # 0 plays beside a number of views are plays that were not counted.
    return next((found for found in known if found[0]), known[0] if known else (None, None))


def _count(value: int | None) -> int | None:
    """None for a hidden count, which arrives as -1."""
    return value if value is not None and value >= 0 else None


def _media_type(parsed: _Post) -> MediaType:
    if parsed.product_type == "clips":
        return MediaType.REEL
    if parsed.typename in ("GraphSidecar", "XDTGraphSidecar") or parsed.media_type == 8:
        return MediaType.CAROUSEL
    if parsed.typename in ("GraphVideo", "XDTGraphVideo") or parsed.media_type == 2 or parsed.is_video:
        return MediaType.VIDEO
    return MediaType.IMAGE


def _validated(model: Any, value: Any) -> Any:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        field = ".".join(str(part) for part in error.errors(include_url=False)[0]["loc"])
        raise UpstreamPayloadInvalid(field or "(an object)") from error


def _normal(username: str) -> str:
    try:
        return parse_username(username)
    except CreatorSearchError:
        return ""


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}

"""The payloads of Instagram, in the old and the new shape. Fields that are used are validated, others ignored."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AliasChoices,
    AliasPath,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)

from creator_search.domain.upstream_errors import UpstreamPayloadInvalid


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


def _cut(text: str) -> str:
    if len(text) <= MAX_TEXT_BYTES // 4:
        return text
    return text.encode()[:MAX_TEXT_BYTES].decode(errors="ignore")


MAX_NAME_LENGTH = 500
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1),
    AfterValidator(lambda text: text[:MAX_NAME_LENGTH]),
]
Id = Annotated[
    str, BeforeValidator(lambda value: str(value) if isinstance(value, int) else value), Field(max_length=64)
]
AccountId = Annotated[
    str,
    BeforeValidator(lambda value: str(value) if isinstance(value, int) else value),
    StringConstraints(pattern="^[1-9][0-9]{0,19}$"),
]
Degrees = Annotated[float, AfterValidator(lambda value: round(value, 6))]
Seconds = Annotated[float, AfterValidator(lambda value: round(value, 3))]


class _Payload(BaseModel):
    """A required field must be valid; an optional one that is not valid gets its default. Null and an empty text count
    as missing, so that the value is taken from the next path that has one.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, value: Any) -> Any:
        return {name: v for name, v in value.items() if v not in (None, "")} if isinstance(value, dict) else value

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


class AccountPayload(_Payload):
    username: str | None = None
    account_id: AccountId | None = Field(None, validation_alias=_either("pk", "id"))


class UserPayload(AccountPayload):
    full_name: Name | None = None
    biography: str = ""
    followers: Count = Field(ge=0, validation_alias=_either("edge_followed_by.count", "follower_count"))
    following: Count | None = Field(None, ge=0, validation_alias=_either("edge_follow.count", "following_count"))
    posts_count: Count | None = Field(
        None, ge=0, validation_alias=_either("edge_owner_to_timeline_media.count", "media_count")
    )
    is_verified: bool = False
    is_private: bool = False
    is_business: bool = Field(False, validation_alias=_either("is_business_account", "is_business"))
    is_professional: bool | None = Field(None, validation_alias="is_professional_account")
    account_type: int | None = None
    email: Name | None = Field(None, validation_alias=_either("business_email", "public_email"))
    category: Name | None = Field(None, validation_alias=_either("category_name", "category"))
    external_url: str | None = None
    image: str | None = Field(
        None, validation_alias=_either("profile_pic_url_hd", "hd_profile_pic_url_info.url", "profile_pic_url")
    )
    bio_links: list[Any] = []


class LocationPayload(_Payload):
    name: Name
    id: Id | None = Field(None, validation_alias=_either("id", "pk"))
    address: Name | None = None
    city: Name | None = None
    latitude: Degrees | None = Field(None, ge=-90, le=90, validation_alias="lat")
    longitude: Degrees | None = Field(None, ge=-180, le=180, validation_alias="lng")


class PostPayload(_Payload):
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
    duration: Seconds | None = Field(None, gt=0, le=10**6, validation_alias="video_duration")
    location: LocationPayload | None = None
    music_title: Name | None = Field(
        None,
        validation_alias=_either(
            "clips_metadata.music_info.music_asset_info.title",
            "clips_metadata.original_sound_info.original_audio_title",
            "music_metadata.music_info.music_asset_info.title",
            "music_metadata.original_sound_info.original_audio_title",
            "clips_music_attribution_info.song_name",
        ),
    )
    music_artist: Name | None = Field(
        None,
        validation_alias=_either(
            "clips_metadata.music_info.music_asset_info.display_artist",
            "clips_metadata.original_sound_info.ig_artist.username",
            "music_metadata.music_info.music_asset_info.display_artist",
            "music_metadata.original_sound_info.ig_artist.username",
            "clips_music_attribution_info.artist_name",
        ),
    )
    tagged: list[Any] | None = Field(None, validation_alias=_either("usertags.in", "edge_media_to_tagged_user.edges"))
    co_authors: list[Any] | None = Field(None, validation_alias="coauthor_producers")
    owner: str | None = Field(None, validation_alias=_either("owner.username", "user.username"))
    owner_id: AccountId | None = Field(None, validation_alias=_either("owner.pk", "owner.id", "user.pk", "user.id"))
    media_id: str = Field("", validation_alias="id")
    sponsors: list[Any] | None = Field(
        None, validation_alias=_either("sponsor_tags", "edge_media_to_sponsor_user.edges")
    )
    children: list[Any] | None = Field(
        None, validation_alias=_either("carousel_media", "edge_sidecar_to_children.edges")
    )
    carousel_count: Count | None = Field(None, ge=1, validation_alias="carousel_media_count")
    shares: Count | None = Field(None, ge=0, validation_alias=_either("reshare_count", "share_count"))
    alt_text: str | None = Field(None, validation_alias="accessibility_caption")
    pinned: list[Any] = Field([], validation_alias=_either("pinned_for_users", "timeline_pinned_user_ids"))
    clips_tab_pinned_user_ids: list[Any] = []


class RelatedPayload(_Payload):
    username: str
    full_name: str = ""
    image: str | None = Field(None, validation_alias=_either("profile_pic_url", "profile_pic_url_hd"))
    is_verified: bool | None = None
    is_private: bool | None = None
    followers: Count | None = Field(None, ge=0, validation_alias=_either("edge_followed_by.count", "follower_count"))


class CommentPayload(_Payload):
    """`created_at` is in epoch seconds or milliseconds, or ISO 8601."""

    text: str
    created_at: datetime | None = Field(
        None, validation_alias=_either("created_at", "created_at_utc", "created_time", "timestamp")
    )
    account_id: Id | None = Field(
        None, validation_alias=_either("owner.id", "owner.pk", "user.pk", "user.id", "user_id")
    )
    username: Name | None = Field(None, validation_alias=_either("owner.username", "user.username", "username"))


def validated(model: Any, value: Any) -> Any:
    """Return an instance of `model`. Raises UpstreamPayloadInvalid with the name of the first invalid field."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        field = ".".join(str(part) for part in error.errors(include_url=False)[0]["loc"])
        raise UpstreamPayloadInvalid(field or "(an object)") from error

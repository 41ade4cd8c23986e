"""The payloads of Instagram, in the old and the new shape. Fields that are used are validated, others ignored."""

import re
from datetime import UTC, datetime
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


_NUMBER = re.compile(r"\s*-?[0-9]+(?:\.[0-9]+)?\s*")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:.+")
_LAST_YEAR = 2100


def _number(value: Any) -> Any:
    """Refuse what pydantic would convert although it states no number: `true`, and texts such as "1_000"."""
    if isinstance(value, bool) or (isinstance(value, str) and not _NUMBER.fullmatch(value)):
        raise ValueError("not a number")
    return value


def _timed(value: Any) -> Any:
    """Refuse what states no number, except a text with a date and a time of day."""
    return value if isinstance(value, str) and _TIME.fullmatch(value) else _number(value)


def _plausible(at: datetime) -> datetime:
    """Treat a time without a time zone as UTC. Refuse 0, and years in which conversion to UTC can fail."""
    aware = at.replace(tzinfo=UTC, microsecond=0) if at.tzinfo is None else at.replace(microsecond=0)
    if not 1970 <= aware.year <= _LAST_YEAR or aware.timestamp() <= 0:
        raise ValueError("not a plausible time")
    return aware.astimezone(UTC)


Whole = Annotated[int, BeforeValidator(_number)]
Count = Annotated[Whole, Field(le=10**15)]
"""Limited to what the store can represent."""
Moment = Annotated[datetime, AfterValidator(_plausible), BeforeValidator(_timed)]
"""In epoch seconds or milliseconds, as a number or a text, or ISO 8601; in whole seconds."""


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
_AsText = BeforeValidator(lambda value: str(value) if isinstance(value, int) and not isinstance(value, bool) else value)
Id = Annotated[str, _AsText, Field(max_length=64)]
AccountId = Annotated[str, _AsText, StringConstraints(pattern="^[1-9][0-9]{0,19}$")]
Degrees = Annotated[float, BeforeValidator(_number), AfterValidator(lambda value: round(value, 6))]
Seconds = Annotated[float, BeforeValidator(_number), AfterValidator(lambda value: round(value, 3))]


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
    account_type: Whole | None = None
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
    taken_at: Moment | None = Field(None, validation_alias=_either("taken_at_timestamp", "taken_at"))
    typename: str = Field("", validation_alias="__typename")
    media_type: Whole | None = None
    product_type: str = ""
    is_video: bool = False
    caption: str = Field(
        "", validation_alias=_either("edge_media_to_caption.edges.0.node.text", "caption.text", "caption")
    )
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
    counts_are_hidden: bool = Field(False, validation_alias="like_and_view_counts_disabled")
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
    text: str
    created_at: Moment | None = Field(
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

"""Values shared by many tests."""

import io
from dataclasses import replace

from creator_search.domain.accounts import HistoryKey
from creator_search.domain.history import ALL_POSTS
from creator_search.domain.posts import MediaType, Post
from creator_search.domain.profile_types import ProfileType
from creator_search.domain.profiles import FetchedProfile, Profile, RelatedAccount
from creator_search.services.accounts import Holder
from creator_search.services.ports import ProfileStore
from PIL import Image

from tests.fakes.process import START


def accounts(*names: str) -> tuple[RelatedAccount, ...]:
    return tuple(
        RelatedAccount(username=n, name=n.title(), source_image_url=f"https://images.test/{n}.jpg") for n in names
    )


HOLDER = Holder(None, HistoryKey("ada"))
"""Of the username ada, whose account is not known by id."""


def fetched_profile(username: str = "ada", **changes: object) -> FetchedProfile:
    made = FetchedProfile(
        username=username,
        source="decodo",
        full_name="Ada",
        biography="",
        followers=1000,
        following=10,
        posts_count=3,
        is_verified=False,
        is_private=False,
        is_business=False,
        source_image_url="https://images.test/ada.jpg",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def stored_profile(username: str = "ada", **changes: object) -> Profile:
    """A primary profile without posts, stored at START, of which every post counts as stored."""
    made = Profile.build(fetched_profile(username), (), profile_type=ProfileType.PRIMARY, posts_stored=0, now=START)
    return replace(made, **{"complete_since": ALL_POSTS, "complete_until": made.updated_at, **changes})  # type: ignore[arg-type]


def erased(profiles: ProfileStore, username: str) -> int:
    """Delete everything of a creator whose account is not known by id; return the number of items."""
    return profiles.delete_history(HistoryKey(username)) + profiles.delete_profile(username, None)


def post(shortcode: str, **changes: object) -> Post:
    """A reel taken at START."""
    return replace(Post(shortcode=shortcode, media_type=MediaType.REEL, taken_at=START), **changes)  # type: ignore[arg-type]


def jpeg(width: int = 64, height: int = 64, image_format: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, image_format)
    return out.getvalue()

"""Search queries over the stored creators, and what changes what they find."""

import unicodedata
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from creator_search.domain.errors import InvalidParameter
from creator_search.domain.images import Image
from creator_search.domain.profile_types import ProfileType

if TYPE_CHECKING:
    from creator_search.domain.profiles import Profile

MAX_CREATORS_PAGE = 100


class CreatorSort(StrEnum):
    FOLLOWERS = "followers"
    ENGAGEMENT = "engagement"
    NAME = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatorQuery:
    """Bounds are inclusive. `prefix` matches the username or the full name, and implies sorting by name."""

    category: str | None = None
    language: str | None = None
    min_followers: int | None = None
    max_followers: int | None = None
    min_engagement: float | None = None
    verified: bool | None = None
    prefix: str | None = None
    sort: CreatorSort = CreatorSort.FOLLOWERS

    @property
    def is_filtered(self) -> bool:
        """Whether some stored creators may not match, whatever their order."""
        return replace(self, sort=CreatorSort.FOLLOWERS) != CreatorQuery()

    @classmethod
    def parse(
        cls,
        *,
        category: str | None,
        language: str | None,
        min_followers: int | None,
        max_followers: int | None,
        min_engagement: float | None,
        verified: bool | None,
        q: str | None,
        sort: CreatorSort | None,
    ) -> Self:
        """Build a query from individually valid request parameters. Raises InvalidParameter for a contradictory
        combination."""
        prefix = folded((q or "").strip().removeprefix("@")) or None
        if prefix and sort not in (None, CreatorSort.NAME):
            raise InvalidParameter("sort: must be name or absent when q is given")
        if min_followers is not None and max_followers is not None and min_followers > max_followers:
            raise InvalidParameter("min_followers: must not be more than max_followers")
        return cls(
            category=category if category and folded(category) else None,
            language=language,
            min_followers=min_followers,
            max_followers=max_followers,
            min_engagement=min_engagement,
            verified=verified,
            prefix=prefix,
            sort=CreatorSort.NAME if prefix else sort or CreatorSort.FOLLOWERS,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCreator:
    """The fields of a creator that the search indexes contain; `engagement_rate` is a percentage of the followers."""

    username: str
    full_name: str
    followers: int
    following: int | None
    posts_count: int | None
    engagement_rate: float | None
    is_verified: bool
    category: str | None
    language: str | None
    profile_type: ProfileType
    updated_at: datetime
    image: Image | None

    @classmethod
    def of(cls, profile: "Profile") -> Self | None:
        """Return the fields of a creator in the indexes; None if a search must not return the creator."""
        public = profile.public
        if not public.is_listed:
            return None
        return cls(
            username=public.username,
            full_name=public.full_name or "",
            followers=public.followers,
            following=public.following,
            posts_count=public.posts_count,
            engagement_rate=public.engagement.engagement_rate,
            is_verified=public.is_verified,
            category=public.category,
            language=public.language,
            profile_type=public.profile_type,
            updated_at=public.updated_at,
            image=public.image,
        )


@dataclass(frozen=True, slots=True)
class ChangedProfiles:
    """By the key of the partition: the profile, or None if it was deleted, or cannot be read."""

    profiles: Mapping[str, "Profile | None"]
    unreadable: Set[str]
    """The keys of those that this version cannot read."""


CreatorPosition = list[Any]
"""Where the next page starts, as JSON values. Its format depends on the index that returned it."""


@dataclass(frozen=True, slots=True)
class CreatorPage:
    """`after` is the position of the next page, None at the end. A page may be short although there are more."""

    creators: tuple[ListedCreator, ...]
    after: CreatorPosition | None


def folded(text: str) -> str:
    """Normalise a name or category for comparison: case, width and white space are ignored."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())

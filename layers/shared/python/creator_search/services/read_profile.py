"""Read a creator: from the store while fresh, else from the upstream, once for all who ask, else what is stored."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from creator_search.domain.answers import Clock
from creator_search.domain.engagement import summarise
from creator_search.domain.errors import LeaseLost, ProfileNotFound, Unavailable, UpstreamError
from creator_search.domain.jobs import ProfileType
from creator_search.domain.profiles import UpstreamProfile, merge_posts
from creator_search.domain.stored import StoredProfile
from creator_search.services.build_profile import MAX_POSTS
from creator_search.services.ports import Absences, ProfileSource, ProfileStore
from creator_search.services.request_profile import RequestProfile
from creator_search.services.single_flight import SingleFlight

FRESH_FOR = timedelta(hours=24)
ABSENT_FOR = timedelta(hours=1)
"""How long "there is no such profile" is remembered."""
READ_SOURCE = "read"
"""The source of the full job that a miss asks for: somebody waits for it, so it is HIGH."""


@dataclass(frozen=True, slots=True)
class ProfileAnswer:
    profile: StoredProfile
    is_cached: bool
    is_stale: bool = False


class ReadProfile:
    """A fresh profile costs one read."""

    def __init__(
        self,
        *,
        profiles: ProfileStore,
        absences: Absences,
        source: ProfileSource | None,
        request: RequestProfile,
        flight: SingleFlight,
        clock: Clock,
    ) -> None:
        self._profiles = profiles
        self._absences = absences
        self._source = source
        self._request = request
        self._flight = flight
        self._clock = clock

    def __call__(self, username: str, deadline: datetime) -> ProfileAnswer:
        """Raises ProfileNotFound, Unavailable."""
        stored = self._profiles.profile(username)
        if stored and self._is_fresh(stored):
            return ProfileAnswer(stored, is_cached=True)
        if stored is None and self._absences.is_absent(username):
            raise ProfileNotFound(username)
        try:
            return self._flight(
                f"profile#{username}",
                username,
                deadline,
                fetch=lambda: self._fetch(username, deadline),
                shared=lambda _: self._cached(username),
            )
        except UpstreamError:
            if stored is None:
                raise
            return ProfileAnswer(stored, is_cached=True, is_stale=True)

    def _is_fresh(self, stored: StoredProfile) -> bool:
        return self._clock() - stored.updated_at < FRESH_FOR

    def _cached(self, username: str) -> ProfileAnswer | None:
        stored = self._profiles.profile(username)
        return ProfileAnswer(stored, is_cached=True) if stored and self._is_fresh(stored) else None

    def _fetch(self, username: str, deadline: datetime) -> ProfileAnswer:
        if self._source is None:
            raise UpstreamError("No profile provider is configured")
        before = self._profiles.profile(username)
        try:
            upstream = self._source.profile(username, deadline)
        except ProfileNotFound:
            if before is None:
                self._absences.remember(username, ABSENT_FOR)
            raise
        found = self._merged(upstream, before)
        self._keep(found, before)
        return ProfileAnswer(found, is_cached=False)

    def _merged(self, upstream: UpstreamProfile, before: StoredProfile | None) -> StoredProfile:
        """A stored profile keeps what only a job can give it: its type, its images, what is similar."""
        now = self._clock()
        engagement = summarise(upstream.posts, upstream.followers)
        if before:
            return replace(before, upstream=upstream, updated_at=now, engagement=engagement)
        return StoredProfile(
            upstream=upstream,
            profile_type=ProfileType.SECONDARY,
            created_at=now,
            updated_at=now,
            posts_stored=len(merge_posts(upstream.posts, (), MAX_POSTS)),
            similar_found=None,
            image_key=None,
            image_version=None,
            engagement=engagement,
        )

    def _keep(self, found: StoredProfile, before: StoredProfile | None) -> None:
        """The answer stands whatever happens here: a store that is down costs only the next reader's time.

        The full job is asked for first: once the profile is stored, no reader would ask for it within a day.
        """
        username = found.upstream.username
        try:
            if found.profile_type is ProfileType.SECONDARY:
                self._request(username, READ_SOURCE)
            if before is None:
                self._profiles.save_posts(username, merge_posts(found.upstream.posts, (), MAX_POSTS))
            self._profiles.save_snapshot(username, found.updated_at.date().isoformat(), found.upstream)
            self._profiles.refresh_profile(found, before)
        except (Unavailable, LeaseLost):
            return

"""Fetches a creator that is not stored, once for all concurrent callers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from creator_search.domain.clock import Clock
from creator_search.domain.documents import Document, DocumentName
from creator_search.domain.errors import LeaseLost, ProfileErased, ProfileMoved, ProfileNotFound, Unavailable
from creator_search.domain.profiles import Profile
from creator_search.domain.upstream_errors import UpstreamError, WrongAccount
from creator_search.services.accounts import AccountRegistry
from creator_search.services.pipeline.write import PreparedProfile, ProfileWriter
from creator_search.services.ports import Absences, DocumentMemory, ProfileSource, ProfileStore, Tombstones
from creator_search.services.requests.submit import ProfileRequests
from creator_search.services.single_flight import SingleFlight

ABSENT_FOR = timedelta(hours=1)
"""How long the absence of a profile is cached."""
MOVED_FOR = timedelta(days=1)
"""How long a new username is taken for granted."""
READ_SOURCE = "read"
"""The source of the full job that a fetch requests. A person is waiting, so its priority is HIGH."""


@dataclass(frozen=True, slots=True)
class FetchResult:
    """`documents` is None for a caller that waited for another caller's fetch; it reads the stored ones."""

    profile: Profile
    documents: Mapping[DocumentName, Document] | None


class ProfileFetcher:
    def __init__(
        self,
        *,
        source: Callable[[], ProfileSource],
        profiles: ProfileStore,
        registry: AccountRegistry,
        writer: ProfileWriter,
        documents: DocumentMemory,
        requests: ProfileRequests,
        absences: Absences,
        tombstones: Tombstones,
        single_flight: SingleFlight,
        take_upstream: Callable[[], None],
        clock: Clock,
    ) -> None:
        self._source = source
        self._profiles = profiles
        self._registry = registry
        self._writer = writer
        self._documents = documents
        self._requests = requests
        self._absences = absences
        self._tombstones = tombstones
        self._single_flight = single_flight
        self._take_upstream = take_upstream
        self._clock = clock

    def refuse_absent(self, username: str) -> None:
        """Raises ProfileNotFound if the absence of the profile is cached, ProfileErased if its data must not be
        collected again."""
        if self._tombstones.erased_among([username]):
            raise ProfileErased(username)
        if self._absences.is_absent(username):
            raise ProfileNotFound(username)

    def fetch(self, username: str, deadline: datetime) -> FetchResult:
        """Fetch and store a creator that is not stored. Raises ProfileNotFound, ProfileMoved, RateLimited,
        Unavailable.

        A username that an account gave up is asked for again after a day: somebody else may have it.
        """
        moved = self._registry.find_moved(username)
        if moved and self._clock() - moved.named_at < MOVED_FOR:
            raise ProfileMoved(username, moved.new_username)
        try:
            self.refuse_absent(username)
            self._take_upstream()
            return self._single_flight.run(
                f"profile#{username}",
                username,
                deadline,
                fetch=lambda: self._fetch_alone(username, deadline),
                shared=lambda _: self._stored(username),
            )
        except ProfileErased:
            raise
        except (ProfileNotFound, UpstreamError) as error:
            if moved is None:
                raise
            raise ProfileMoved(username, moved.new_username) from error

    def _stored(self, username: str) -> FetchResult | None:
        profile = self._profiles.load_profile(username)
        return FetchResult(profile, None) if profile else None

    def _fetch_alone(self, username: str, deadline: datetime) -> FetchResult:
        asked_at = self._clock()
        try:
            fetched = self._source().fetch_profile(username, deadline)
            holder = self._registry.assign(username, fetched.account_id, asked_at)
        except ProfileNotFound:
            self._absences.remember_absence(username, ABSENT_FOR)
            raise
        except WrongAccount as answer:
            new_username = self._registry.follow(answer, asked_at)
            if new_username is None:
                raise
            raise ProfileMoved(username, new_username) from answer
        stored = self._stored(username) if holder.has_profile else None
        if stored:
            return stored  # of an account that was stored under another username
        prepared = self._writer.prepare(fetched, holder)
        self._store(prepared)
        return FetchResult(prepared.profile, prepared.documents)

    def _store(self, prepared: PreparedProfile) -> None:
        """Store the fetched creator. Failures are not raised: the caller has its answer, and the next read fetches
        again.

        The posts are stored before the request, so that they cannot replace the posts of its job. The request is sent
        before the profile is stored, because a stored profile is fresh for a day, during which no read requests a job.
        """
        # The next read finds what the full job stores as soon as it is stored.
        self._documents.forget_documents(prepared.profile.username)
        try:
            self._writer.add_posts(prepared)
            self._requests.submit(prepared.profile.username, READ_SOURCE)
            self._writer.add_profile(prepared)
        except (Unavailable, LeaseLost):
            return

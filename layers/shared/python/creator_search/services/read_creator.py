"""Read a creator: what is stored, at once; what is not, from the upstream, once for all who ask."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from creator_search.domain.analytics.engagement import summarise
from creator_search.domain.analytics.report import DEFAULT_DAYS, SECTIONS, Evidence
from creator_search.domain.answers import Clock
from creator_search.domain.documents import Document, DocumentName
from creator_search.domain.errors import (
    LeaseLost,
    ProfileErased,
    ProfileNotFound,
    StoreUnavailable,
    Unavailable,
    UpstreamError,
)
from creator_search.domain.jobs import ProfileType
from creator_search.domain.profiles import UpstreamProfile, merge_posts
from creator_search.domain.stored import StoredProfile, snapshot_of
from creator_search.services.ask_refresh import AskRefresh
from creator_search.services.build_profile import MAX_POSTS
from creator_search.services.documents import WriteDocuments
from creator_search.services.evidence import gather
from creator_search.services.ports import Absences, DocumentStore, PostStore, ProfileSource, ProfileStore, Tombstones
from creator_search.services.request_profile import RequestProfile
from creator_search.services.single_flight import SingleFlight

ABSENT_FOR = timedelta(hours=1)
"""How long "there is no such profile" is remembered."""
READ_SOURCE = "read"
"""The source of the full job that a miss asks for: somebody waits for it, so it is HIGH."""


@dataclass(frozen=True, slots=True)
class DocumentAnswer:
    document: Document
    is_cached: bool
    is_stale: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """`documents` only for who fetched: the others read what was stored."""

    profile: StoredProfile
    documents: Mapping[DocumentName, Document] | None


class ReadCreator:
    """A fresh document costs one call. A stale one is served as such and costs one more, which has it built anew:
    nobody waits for the upstream while there is something to read."""

    def __init__(
        self,
        *,
        profiles: ProfileStore,
        posts: PostStore,
        documents: DocumentStore,
        write: WriteDocuments,
        absences: Absences,
        tombstones: Tombstones,
        source: Callable[[], ProfileSource | None],
        request: RequestProfile,
        refresh: AskRefresh,
        flight: SingleFlight,
        clock: Clock,
    ) -> None:
        self._profiles = profiles
        self._posts = posts
        self._documents = documents
        self._write = write
        self._absences = absences
        self._tombstones = tombstones
        self._source = source
        self._request = request
        self._refresh = refresh
        self._flight = flight
        self._clock = clock

    def document(self, username: str, name: DocumentName, deadline: datetime) -> DocumentAnswer:
        """Raises ProfileNotFound, Unavailable."""
        found = self._documents.read(username, name)
        if found:
            return self.served(username, found)
        rebuilt = self._rebuilt(username)
        if rebuilt:
            return self.served(username, rebuilt[name])
        fetched = self.fetch(username, deadline)
        if fetched.documents:
            return DocumentAnswer(fetched.documents[name], is_cached=False)
        found = self._documents.read(username, name) or self._rebuilt(username).get(name)
        if found is None:
            raise StoreUnavailable()  # gone between two reads
        return DocumentAnswer(found, is_cached=True)

    def _rebuilt(self, username: str) -> Mapping[DocumentName, Document]:
        """The documents of a profile whose documents are not there; none without a profile."""
        made = self._write.made(username)
        with suppress(Unavailable):
            self._write.save(username, made)  # if it fails the next reader makes them too
        return made

    def analytics(self, username: str, days: int, deadline: datetime) -> DocumentAnswer:
        """The analytics of any period; the default one is stored ready to serve."""
        if days == DEFAULT_DAYS:
            return self.document(username, DocumentName.ANALYTICS, deadline)
        stored, is_cached = self.profile(username, deadline)
        answer = self.served(username, self._write.analytics_of(stored, days))
        return DocumentAnswer(answer.document, is_cached, answer.is_stale)

    def profile(self, username: str, deadline: datetime) -> tuple[StoredProfile, bool]:
        """The profile, and whether it was stored. Raises ProfileNotFound, Unavailable."""
        stored = self._profiles.profile(username)
        return (stored, True) if stored else (self.fetch(username, deadline).profile, False)

    def served(self, username: str, found: Document) -> DocumentAnswer:
        return DocumentAnswer(found, is_cached=True, is_stale=self.is_stale(username, found.fresh_until))

    def is_stale(self, username: str, fresh_until: datetime) -> bool:
        """If so, it has been asked for anew."""
        stale = self._clock() >= fresh_until
        if stale:
            self._refresh(username)
        return stale

    def sections(self, username: str, days: int, deadline: datetime) -> Iterator[tuple[str, Any]]:
        """The analytics section by section, each computed when it is asked for. Raises ProfileNotFound, Unavailable."""
        stored, _ = self.profile(username, deadline)
        evidence = gather(stored, self._profiles, self._posts, days, self._clock())
        for name, section in SECTIONS.items():
            yield name, section(evidence)

    def refuse_absent(self, username: str) -> None:
        """Raises ProfileNotFound for a name that the upstream said does not exist, within the hour, and ProfileErased
        for one that must not be collected again."""
        if self._tombstones.erased([username]):
            raise ProfileErased(username)
        if self._absences.is_absent(username):
            raise ProfileNotFound(username)

    def fetch(self, username: str, deadline: datetime) -> Fetched:
        """For a creator that is not stored. Raises ProfileNotFound, Unavailable."""
        self.refuse_absent(username)
        return self._flight(
            f"profile#{username}",
            username,
            deadline,
            fetch=lambda: self._fetch(username, deadline),
            shared=lambda _: self._landed(username),
        )

    def _landed(self, username: str) -> Fetched | None:
        stored = self._profiles.profile(username)
        return Fetched(stored, None) if stored else None

    def _fetch(self, username: str, deadline: datetime) -> Fetched:
        source = self._source()
        if source is None:
            raise UpstreamError("No profile provider is configured")
        try:
            upstream = source.profile(username, deadline)
        except ProfileNotFound:
            self._absences.remember(username, ABSENT_FOR)
            raise
        stored, evidence = self._made(upstream)
        documents = self._write.render(stored, evidence)
        self._keep(stored, evidence, documents)
        return Fetched(stored, documents)

    def _made(self, upstream: UpstreamProfile) -> tuple[StoredProfile, Evidence]:
        now, posts = self._clock(), merge_posts(upstream.posts, (), MAX_POSTS)
        stored = StoredProfile(
            upstream=upstream,
            profile_type=ProfileType.SECONDARY,
            created_at=now,
            updated_at=now,
            posts_stored=len(posts),
            similar_found=None,
            image_key=None,
            image_version=None,
            engagement=summarise(posts, upstream.followers),
        )
        evidence = Evidence(
            profile=upstream,
            posts=posts,
            posts_stored=len(posts),
            snapshots=(snapshot_of(stored),),
            days=DEFAULT_DAYS,
            now=now,
        )
        return stored, evidence

    def _keep(self, stored: StoredProfile, evidence: Evidence, documents: Mapping[DocumentName, Document]) -> None:
        """The answer stands whatever happens here: a store that is down costs only the next reader's time.

        The posts come first, so that they never replace those of a job; then the full job is asked for: once the
        profile is stored, no reader would ask for it within a day.
        """
        username = stored.upstream.username
        try:
            self._posts.save(username, evidence.posts)
            self._request(username, READ_SOURCE)
            self._profiles.save_snapshot(username, snapshot_of(stored))
            self._profiles.add_profile(stored)
            self._write.save(username, documents)
        except (Unavailable, LeaseLost):
            return

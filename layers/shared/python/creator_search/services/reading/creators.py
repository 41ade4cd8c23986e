"""Reading a creator: what is stored, else what the upstream has."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from creator_search.domain.analytics.report import DEFAULT_DAYS, SECTIONS
from creator_search.domain.clock import Clock
from creator_search.domain.documents import Document, DocumentName
from creator_search.domain.errors import StoreUnavailable, Unavailable
from creator_search.domain.posts import Post
from creator_search.domain.profiles import Profile, PublicProfile
from creator_search.services.pipeline.refresh import RefreshRequests
from creator_search.services.ports import DocumentStore, PostStore, ProfileStore
from creator_search.services.reading.documents import DocumentWriter
from creator_search.services.reading.evidence import gather_evidence
from creator_search.services.reading.fetch import ProfileFetcher


@dataclass(frozen=True, slots=True)
class DocumentResult:
    document: Document
    is_cached: bool
    is_stale: bool = False


class CreatorReader:
    """A fresh document takes one call. A stale one is returned as such, and one more call requests a refresh: no reader
    waits for the upstream while there is something to read."""

    def __init__(
        self,
        *,
        profiles: ProfileStore,
        posts: PostStore,
        documents: DocumentStore,
        writer: DocumentWriter,
        fetcher: ProfileFetcher,
        refreshes: RefreshRequests,
        clock: Clock,
    ) -> None:
        self._profiles = profiles
        self._posts = posts
        self._documents = documents
        self._writer = writer
        self._fetcher = fetcher
        self._refreshes = refreshes
        self._clock = clock

    def read_document(self, username: str, name: DocumentName, deadline: datetime) -> DocumentResult:
        """Raises ProfileNotFound, Unavailable."""
        found = self._documents.load_document(username, name) or self._restore(username).get(name)
        if found:
            return self._result(username, found)
        fetched = self._fetcher.fetch(username, deadline)
        if fetched.documents:
            return DocumentResult(fetched.documents[name], is_cached=False)
        found = self._documents.load_document(username, name) or self._restore(username).get(name)
        if found is None:
            raise StoreUnavailable()  # deleted between two reads
        return DocumentResult(found, is_cached=True)

    def _restore(self, username: str) -> Mapping[DocumentName, Document]:
        """Render the documents of a stored profile that has none; empty without a profile."""
        documents = self._writer.render_stored(username)
        with suppress(Unavailable):
            self._writer.save(username, documents)  # if this fails, the next reader renders them again
        return documents

    def read_analytics(self, username: str, days: int, deadline: datetime) -> DocumentResult:
        """The analytics of any period; those of the default period are stored. Raises ProfileNotFound, Unavailable."""
        if days == DEFAULT_DAYS:
            return self.read_document(username, DocumentName.ANALYTICS, deadline)
        profile, is_cached = self.read_profile(username, deadline)
        found = self._writer.render_analytics(profile, days)
        return DocumentResult(found, is_cached, self.check_freshness(username, found.fresh_until))

    def read_sections(self, username: str, days: int, deadline: datetime) -> Iterator[tuple[str, Any]]:
        """The analytics section by section, each computed when it is consumed. Raises ProfileNotFound, Unavailable."""
        profile, _ = self.read_profile(username, deadline)
        evidence = gather_evidence(profile, self._profiles, self._posts, days, self._clock())
        for name, section in SECTIONS.items():
            yield name, section(evidence)

    def read_profile(self, username: str, deadline: datetime) -> tuple[Profile, bool]:
        """The profile, and whether it was stored. Raises ProfileNotFound, Unavailable."""
        profile = self._profiles.load_profile(username)
        return (profile, True) if profile else (self._fetcher.fetch(username, deadline).profile, False)

    def read_all_posts(self, username: str, deadline: datetime) -> tuple[PublicProfile, Iterator[Post]]:
        """The profile, and all its posts, newest first, read while they are consumed; none of a creator who does not
        show them. Raises ProfileNotFound, Unavailable."""
        profile, _ = self.read_profile(username, deadline)
        public = profile.public
        return public, self._posts.newest_posts(username) if public.shows_posts else iter(())

    def check_freshness(self, username: str, fresh_until: datetime) -> bool:
        """Whether the data is stale; if so, a refresh is requested."""
        is_stale = self._clock() >= fresh_until
        if is_stale:
            self._refreshes.request_refresh(username)
        return is_stale

    def _result(self, username: str, found: Document) -> DocumentResult:
        return DocumentResult(found, is_cached=True, is_stale=self.check_freshness(username, found.fresh_until))

"""Reads a creator from the store, or from the upstream if it is not stored."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from creator_search.domain.accounts import AccountRecord
from creator_search.domain.analytics.report import DEFAULT_DAYS, SECTIONS
from creator_search.domain.clock import Clock
from creator_search.domain.documents import Document, DocumentName
from creator_search.domain.errors import ProfileMoved, ProfileNotStored, StoreUnavailable, Unavailable
from creator_search.domain.posts import Post
from creator_search.domain.profiles import Profile, PublicProfile
from creator_search.services.pipeline.refresh import RefreshRequests
from creator_search.services.ports import BenchmarkStore, CommentStore, PostStore, ProfileStore
from creator_search.services.reading.documents import DocumentWriter
from creator_search.services.reading.evidence import gather_evidence
from creator_search.services.reading.fetch import ProfileFetcher
from creator_search.services.reading.stored import DocumentResult, StoredDocuments


class CreatorReader:
    """Returns stored documents. A fresh one takes one call.

    A stale document is returned as stale, and one more call requests a refresh: no read waits for the upstream if data
    is stored.
    """

    def __init__(
        self,
        *,
        profiles: ProfileStore,
        posts: PostStore,
        benchmarks: BenchmarkStore,
        comments: CommentStore,
        stored: StoredDocuments,
        writer: DocumentWriter,
        fetcher: ProfileFetcher,
        refreshes: RefreshRequests,
        clock: Clock,
    ) -> None:
        self._profiles = profiles
        self._posts = posts
        self._benchmarks = benchmarks
        self._comments = comments
        self._stored = stored
        self._writer = writer
        self._fetcher = fetcher
        self._refreshes = refreshes
        self._clock = clock

    def read_document(self, username: str, name: DocumentName, deadline: datetime) -> DocumentResult:
        """Return a document. Raises ProfileNotFound, Unavailable."""
        found = self._stored.load_document(username, name) or self._restore(username).get(name)
        if found:
            return self._result(username, found)
        fetched = self._fetcher.fetch(username, deadline)
        if fetched.documents:
            return DocumentResult(fetched.documents[name], is_cached=False)
        found = self._stored.load_document(username, name) or self._restore(username).get(name)
        if found is None:
            raise StoreUnavailable()  # deleted between two reads
        return self._result(username, found)

    def read_account(self, account_id: str, deadline: datetime) -> DocumentResult:
        """Return the profile document of an account, by the platform's id. Raises ProfileNotStored, Unavailable."""
        record = self._stored.load_account(account_id)
        if record is None:
            raise ProfileNotStored(account_id)
        if record.username:
            return self._read_holder(record, record.username, deadline)
        profile = self._profiles.load_profile(record.profile_key)
        if profile is None:
            raise ProfileNotStored(account_id)
        found = self._writer.render_stored(profile)[DocumentName.PROFILE]
        return DocumentResult(found, is_cached=True, is_stale=self._clock() >= found.fresh_until)

    def _read_holder(self, record: AccountRecord, username: str, deadline: datetime) -> DocumentResult:
        """Return the profile document of the account that has this username, as far as is known: an answer of the
        upstream may report that it has another username now, or that another account has it."""
        try:
            found = self.read_document(username, DocumentName.PROFILE, deadline)
        except ProfileMoved as moved:
            return self.read_document(moved.new_username, DocumentName.PROFILE, deadline)
        now_known = record if found.is_cached else self._stored.load_account(record.account.id)
        if now_known is None or now_known.username != username:
            raise ProfileNotStored(record.account.id)
        return found

    def _restore(self, username: str) -> Mapping[DocumentName, Document]:
        """Render and store the documents of a stored profile that has none; empty if there is no profile."""
        profile = self._profiles.load_profile(username)
        if profile is None:
            return {}
        documents = self._writer.render_stored(profile)
        with suppress(Unavailable):
            self._writer.save_stored(profile, documents)  # if this fails, the next read renders them again
        return documents

    def read_analytics(self, username: str, days: int, deadline: datetime) -> DocumentResult:
        """Return the analytics of any period; those of the default period are stored. Raises ProfileNotFound,
        Unavailable.
        """
        if days == DEFAULT_DAYS:
            return self.read_document(username, DocumentName.ANALYTICS, deadline)
        profile, is_cached = self.read_profile(username, deadline)
        found = self._writer.render_analytics(profile, days)
        return DocumentResult(found, is_cached, self.check_freshness(username, found.fresh_until))

    def read_sections(self, username: str, days: int, deadline: datetime) -> Iterator[tuple[str, Any]]:
        """Yield the analytics section by section, each computed when it is consumed. Raises ProfileNotFound,
        Unavailable.
        """
        profile, _ = self.read_profile(username, deadline)
        evidence = gather_evidence(
            profile, self._profiles, self._posts, self._benchmarks, self._comments, days, self._clock()
        )
        for name, section in SECTIONS.items():
            yield name, section(evidence)

    def read_profile(self, username: str, deadline: datetime) -> tuple[Profile, bool]:
        """Return the profile, and whether it was stored. Raises ProfileNotFound, Unavailable."""
        profile = self._profiles.load_profile(username)
        return (profile, True) if profile else (self._fetcher.fetch(username, deadline).profile, False)

    def read_all_posts(self, username: str, deadline: datetime) -> tuple[PublicProfile, Iterator[Post]]:
        """Return the profile, and an iterator of all its posts, newest first, which reads while it is consumed.

        The iterator is empty for a creator whose posts may not be shown. Raises ProfileNotFound, Unavailable.
        """
        profile, _ = self.read_profile(username, deadline)
        public = profile.public
        return public, self._posts.newest_posts(profile.history_key) if public.shows_posts else iter(())

    def check_freshness(self, username: str, fresh_until: datetime) -> bool:
        """Return whether the data is stale; if so, request a refresh."""
        is_stale = self._clock() >= fresh_until
        if is_stale:
            self._refreshes.request_on_read(username)
        return is_stale

    def _result(self, username: str, found: Document) -> DocumentResult:
        return DocumentResult(found, is_cached=True, is_stale=self.check_freshness(username, found.fresh_until))

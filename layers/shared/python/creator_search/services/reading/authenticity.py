"""Reads the signals of a creator's authenticity."""

from dataclasses import dataclass
from datetime import datetime

from creator_search.domain.analytics.report import DEFAULT_DAYS
from creator_search.domain.authenticity.report import authenticity_signals
from creator_search.domain.authenticity.signals import Signal
from creator_search.domain.clock import Clock
from creator_search.domain.documents import DOCUMENTS_FRESH_FOR, DocumentName
from creator_search.services.ports import BenchmarkStore, CommentStore, PostStore, ProfileStore
from creator_search.services.reading.creators import CreatorReader
from creator_search.services.reading.evidence import gather_evidence


@dataclass(frozen=True, slots=True)
class AuthenticityResult:
    username: str
    signals: tuple[Signal, ...]
    updated_at: datetime
    source: str | None
    is_cached: bool
    is_stale: bool


class AuthenticityReader:
    """Computes the signals of the stored data at each read; they are as old as analytics, and as long fresh."""

    def __init__(
        self,
        *,
        creators: CreatorReader,
        profiles: ProfileStore,
        posts: PostStore,
        benchmarks: BenchmarkStore,
        comments: CommentStore,
        clock: Clock,
    ) -> None:
        self._creators = creators
        self._profiles = profiles
        self._posts = posts
        self._benchmarks = benchmarks
        self._comments = comments
        self._clock = clock

    def read(self, username: str, deadline: datetime) -> AuthenticityResult:
        """Return the signals of a creator, which is fetched if it is not stored. Takes five calls for a stored one,
        three if its posts may not be shown. Raises ProfileNotFound, Unavailable."""
        profile, is_cached = self._creators.read_profile(username, deadline)
        evidence = gather_evidence(
            profile, self._profiles, self._posts, self._benchmarks, self._comments, DEFAULT_DAYS, self._clock()
        )
        fresh_until = profile.updated_at + DOCUMENTS_FRESH_FOR[DocumentName.ANALYTICS]
        return AuthenticityResult(
            username=profile.username,
            signals=authenticity_signals(evidence),
            updated_at=profile.updated_at,
            source=profile.source,
            is_cached=is_cached,
            is_stale=self._creators.check_freshness(username, fresh_until),
        )

"""Stored documents, rendered whenever the underlying data changes."""

from collections.abc import Mapping
from typing import Protocol

from creator_search.domain.analytics.insights import Insights
from creator_search.domain.analytics.measured import CreatorFigures
from creator_search.domain.analytics.report import DEFAULT_DAYS, Analytics, Evidence, analyze
from creator_search.domain.clock import Clock
from creator_search.domain.documents import Document, DocumentName, document
from creator_search.domain.errors import BuildInProgress, LeaseLost
from creator_search.domain.profiles import Profile, PublicProfile
from creator_search.services.ports import BenchmarkStore, DocumentStore, PostStore, ProfileStore
from creator_search.services.reading.evidence import gather_evidence

_ATTEMPTS = 3


class Renderer(Protocol):
    """Renders JSON bodies; each is one object without `meta`."""

    def render_profile(self, profile: PublicProfile, analytics: Analytics, insights: Insights) -> str: ...

    def render_analytics(self, username: str, analytics: Analytics, days: int) -> str: ...

    def render_insights(self, username: str, insights: Insights) -> str: ...


class DocumentWriter:
    def __init__(
        self,
        *,
        profiles: ProfileStore,
        posts: PostStore,
        benchmarks: BenchmarkStore,
        documents: DocumentStore,
        renderer: Renderer,
        clock: Clock,
    ) -> None:
        self._profiles = profiles
        self._posts = posts
        self._benchmarks = benchmarks
        self._documents = documents
        self._renderer = renderer
        self._clock = clock

    def write(self, username: str) -> None:
        """Render and store the documents of the stored data; does nothing without a profile.

        Raises Unavailable. Raises BuildInProgress if documents of a newer profile are stored but that profile is not
        yet: that build may have read the posts before the caller's change, so the caller has to try again later.
        """
        for _ in range(_ATTEMPTS):
            if self.save(username, self.render_stored(username)):
                return
        raise BuildInProgress()

    def write_ahead(self, profile: Profile) -> CreatorFigures:
        """Render and store the documents of a profile that is about to be stored. Return the creator's figures, to be
        stored with the profile. Raises Unavailable; LeaseLost when those of a later profile are stored."""
        evidence = gather_evidence(profile, self._profiles, self._posts, self._benchmarks, DEFAULT_DAYS, self._clock())
        if not self.save(profile.username, self.render(profile, evidence)):
            raise LeaseLost()
        return evidence.figures

    def render_stored(self, username: str) -> Mapping[DocumentName, Document]:
        """Render the documents of the stored data; empty without a profile. Raises StoreUnavailable."""
        now = self._clock()
        profile = self._profiles.load_profile(username)
        if profile is None:
            return {}
        return self.render(
            profile, gather_evidence(profile, self._profiles, self._posts, self._benchmarks, DEFAULT_DAYS, now)
        )

    def render(self, profile: Profile, evidence: Evidence) -> Mapping[DocumentName, Document]:
        analytics, insights = analyze(evidence), evidence.insights
        bodies = {
            DocumentName.PROFILE: self._renderer.render_profile(profile.public, analytics, insights),
            DocumentName.INSIGHTS: self._renderer.render_insights(profile.username, insights),
            DocumentName.ANALYTICS: self._renderer.render_analytics(profile.username, analytics, evidence.days),
        }
        about = (profile.updated_at, evidence.now, coverage(evidence), profile.source)
        return {name: document(name, body, *about) for name, body in bodies.items()}

    def render_analytics(self, profile: Profile, days: int) -> Document:
        """Render the analytics of a period other than the stored one. Raises StoreUnavailable."""
        evidence = gather_evidence(profile, self._profiles, self._posts, self._benchmarks, days, self._clock())
        body = self._renderer.render_analytics(profile.username, analyze(evidence), days)
        about = (profile.updated_at, evidence.now, coverage(evidence), profile.source)
        return document(DocumentName.ANALYTICS, body, *about)

    def save(self, username: str, documents: Mapping[DocumentName, Document]) -> bool:
        """Store the documents; return False if any was refused because a document of a newer profile is stored. Raises
        Unavailable.
        """
        stored = [self._documents.save_document(username, name, ready) for name, ready in documents.items()]
        return all(stored)


def coverage(evidence: Evidence) -> str:
    """Return the share of the newest posts that are analyzed, rounded down, so that 100% means all."""
    found = evidence.insights.coverage
    return f"{100 * found.analyzed_posts // found.posts if found.posts else 0}%"

"""The stored answers that readers return, rendered whenever the data they are made of changes."""

from collections.abc import Mapping
from typing import Protocol

from creator_search.domain.analytics.insights import Insights
from creator_search.domain.analytics.report import DEFAULT_DAYS, Analytics, Evidence, analyze
from creator_search.domain.clock import Clock
from creator_search.domain.documents import Document, DocumentName, document
from creator_search.domain.errors import BuildInProgress
from creator_search.domain.profiles import Profile, PublicProfile
from creator_search.services.ports import DocumentStore, PostStore, ProfileStore
from creator_search.services.reading.evidence import gather_evidence

_ATTEMPTS = 3


class Renderer(Protocol):
    """The JSON bodies; each is one object without `meta`."""

    def render_profile(self, profile: PublicProfile, analytics: Analytics, insights: Insights) -> str: ...

    def render_analytics(self, username: str, analytics: Analytics, days: int) -> str: ...

    def render_insights(self, username: str, insights: Insights) -> str: ...


class DocumentWriter:
    def __init__(
        self,
        *,
        profiles: ProfileStore,
        posts: PostStore,
        documents: DocumentStore,
        renderer: Renderer,
        clock: Clock,
    ) -> None:
        self._profiles = profiles
        self._posts = posts
        self._documents = documents
        self._renderer = renderer
        self._clock = clock

    def write(self, username: str) -> None:
        """Render and store the documents of what is stored now; nothing without a profile.

        Raises Unavailable, and BuildInProgress when documents of a newer profile are stored whose profile is not: the
        build may have read its posts before the change that led here, so the caller has to come back.
        """
        for _ in range(_ATTEMPTS):
            if self.save(username, self.render_stored(username)):
                return
        raise BuildInProgress()

    def write_ahead(self, profile: Profile) -> None:
        """Render and store the documents of a profile that is about to be stored. Raises Unavailable."""
        evidence = gather_evidence(profile, self._profiles, self._posts, DEFAULT_DAYS, self._clock())
        self.save(profile.username, self.render(profile, evidence))

    def render_stored(self, username: str) -> Mapping[DocumentName, Document]:
        """The documents of what is stored now, empty without a profile. Raises StoreUnavailable."""
        now = self._clock()
        profile = self._profiles.load_profile(username)
        if profile is None:
            return {}
        return self.render(profile, gather_evidence(profile, self._profiles, self._posts, DEFAULT_DAYS, now))

    def render(self, profile: Profile, evidence: Evidence) -> Mapping[DocumentName, Document]:
        analytics, insights = analyze(evidence), evidence.insights
        bodies = {
            DocumentName.PROFILE: self._renderer.render_profile(profile.public, analytics, insights),
            DocumentName.INSIGHTS: self._renderer.render_insights(profile.username, insights),
            DocumentName.ANALYTICS: self._renderer.render_analytics(profile.username, analytics, evidence.days),
        }
        covered = coverage(evidence)
        return {name: document(name, body, profile.updated_at, evidence.now, covered) for name, body in bodies.items()}

    def render_analytics(self, profile: Profile, days: int) -> Document:
        """For another period than the one that is stored. Raises StoreUnavailable."""
        evidence = gather_evidence(profile, self._profiles, self._posts, days, self._clock())
        body = self._renderer.render_analytics(profile.username, analyze(evidence), days)
        return document(DocumentName.ANALYTICS, body, profile.updated_at, evidence.now, coverage(evidence))

    def save(self, username: str, documents: Mapping[DocumentName, Document]) -> bool:
        """False when any of them was not stored because one of a newer profile is. Raises Unavailable."""
        stored = [self._documents.save_document(username, name, ready) for name, ready in documents.items()]
        return all(stored)


def coverage(evidence: Evidence) -> str:
    """The share of the newest posts that are analyzed, rounded down: 100% means all."""
    found = evidence.insights.coverage
    return f"{100 * found.analyzed_posts // found.posts if found.posts else 0}%"

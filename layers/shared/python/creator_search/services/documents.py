"""Write the answers that readers return, whenever what they are made of changed."""

from collections.abc import Mapping
from typing import Protocol

from creator_search.domain.analytics.insights import Insights
from creator_search.domain.analytics.report import DEFAULT_DAYS, Analytics, Evidence, analyse
from creator_search.domain.answers import Clock
from creator_search.domain.documents import Document, DocumentName, document
from creator_search.domain.stored import StoredProfile
from creator_search.services.evidence import gather
from creator_search.services.ports import DocumentStore, PostStore, ProfileStore


class Renderer(Protocol):
    """The JSON shapes: each gives one object without `meta`."""

    def profile(self, stored: StoredProfile, analytics: Analytics, found: Insights) -> str: ...

    def analytics(self, stored: StoredProfile, analytics: Analytics, days: int) -> str: ...

    def insights(self, stored: StoredProfile, found: Insights) -> str: ...


class WriteDocuments:
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

    def __call__(self, username: str) -> Mapping[DocumentName, Document]:
        """From what is stored now; nothing for a profile that is gone. Raises Unavailable."""
        made = self.made(username)
        self.save(username, made)
        return made

    def ahead(self, stored: StoredProfile) -> None:
        """From a profile about to be stored, so that who sees the row sees the documents. Raises Unavailable."""
        evidence = gather(stored, self._profiles, self._posts, DEFAULT_DAYS, self._clock())
        self.save(stored.upstream.username, self.render(stored, evidence))

    def made(self, username: str) -> Mapping[DocumentName, Document]:
        """Made from the rows, and not saved. Raises StoreUnavailable."""
        now = self._clock()
        # Read here and not handed in: what was read before could be older than what another writer has made since.
        stored = self._profiles.profile(username)
        if stored is None:
            return {}
        return self.render(stored, gather(stored, self._profiles, self._posts, DEFAULT_DAYS, now))

    def render(self, stored: StoredProfile, evidence: Evidence) -> Mapping[DocumentName, Document]:
        analytics = analyse(evidence)
        bodies = {
            DocumentName.PROFILE: self._renderer.profile(stored, analytics, evidence.insights),
            DocumentName.INSIGHTS: self._renderer.insights(stored, evidence.insights),
            DocumentName.ANALYTICS: self._renderer.analytics(stored, analytics, evidence.days),
        }
        covered = coverage(evidence)
        return {name: document(name, body, stored.updated_at, evidence.now, covered) for name, body in bodies.items()}

    def analytics_of(self, stored: StoredProfile, days: int) -> Document:
        """For another period than the one that is stored ready to serve."""
        evidence = gather(stored, self._profiles, self._posts, days, self._clock())
        body = self._renderer.analytics(stored, analyse(evidence), days)
        return document(DocumentName.ANALYTICS, body, stored.updated_at, evidence.now, coverage(evidence))

    def save(self, username: str, made: Mapping[DocumentName, Document]) -> None:
        for name, ready in made.items():
            self._documents.save(username, name, ready)


def coverage(evidence: Evidence) -> str:
    """The share of the newest posts that are analysed, rounded down: 100% says all."""
    found = evidence.insights.coverage
    return f"{100 * found.analyzed_posts // found.posts if found.posts else 0}%"

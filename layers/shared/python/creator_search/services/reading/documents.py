"""Stored documents, rendered whenever the underlying data changes."""

from collections.abc import Mapping
from typing import Protocol

from creator_search.domain.analytics.insights import Insights
from creator_search.domain.analytics.report import DEFAULT_DAYS, Analytics, Evidence, analyze
from creator_search.domain.clock import Clock
from creator_search.domain.documents import Document, DocumentName, document
from creator_search.domain.errors import BuildInProgress, LeaseLost
from creator_search.domain.post_queries import PostQuery
from creator_search.domain.profiles import Profile, PublicProfile
from creator_search.services.ports import BenchmarkStore, CommentStore, DocumentStore, PostStore, ProfileStore
from creator_search.services.reading.evidence import gather_evidence
from creator_search.services.reading.post_listing import PostListing

_ATTEMPTS = 3


class Renderer(Protocol):
    """Renders JSON bodies; each is one object without `meta`."""

    def render_profile(self, profile: PublicProfile, analytics: Analytics, insights: Insights) -> str: ...

    def render_analytics(self, username: str, analytics: Analytics, days: int) -> str: ...

    def render_insights(self, username: str, insights: Insights) -> str: ...

    def render_posts(self, listing: PostListing) -> str: ...


class DocumentWriter:
    def __init__(
        self,
        *,
        profiles: ProfileStore,
        posts: PostStore,
        benchmarks: BenchmarkStore,
        comments: CommentStore,
        documents: DocumentStore,
        renderer: Renderer,
        clock: Clock,
    ) -> None:
        self._profiles = profiles
        self._posts = posts
        self._benchmarks = benchmarks
        self._comments = comments
        self._documents = documents
        self._renderer = renderer
        self._clock = clock

    def write(self, username: str) -> None:
        """Render and store the documents of the stored data; does nothing without a profile.

        Raises Unavailable. Raises BuildInProgress if documents of a newer profile are stored but that profile is not
        yet: that build may have read the posts before the caller's change, so the caller has to try again later.
        """
        for _ in range(_ATTEMPTS):
            profile = self._profiles.load_profile(username)
            if profile is None or self.save_stored(profile, self.render_stored(profile)):
                return
        raise BuildInProgress()

    def save_stored(self, profile: Profile, documents: Mapping[DocumentName, Document]) -> bool:
        """Store documents of a stored profile, and delete them again if it has left its username meanwhile. Return
        False if any was refused. Raises Unavailable."""
        is_saved = self.save(profile.username, documents)
        self.delete_if_left(profile)
        return is_saved

    def delete_if_left(self, profile: Profile) -> None:
        """Delete the documents of the username if it does not have the profile of this account. Raises Unavailable."""
        now_stored = self._profiles.load_profile(profile.username)
        if now_stored is None or _account_id(now_stored) != _account_id(profile):
            self._documents.delete_documents(profile.username)

    def write_ahead(self, profile: Profile) -> Evidence:
        """Render and store the documents of a profile that is about to be stored. Return the data that they were
        computed from. Raises Unavailable; LeaseLost when those of a later profile are stored."""
        evidence = gather_evidence(
            profile, self._profiles, self._posts, self._benchmarks, self._comments, DEFAULT_DAYS, self._clock()
        )
        if not self.save(profile.username, self.render(profile, evidence)):
            raise LeaseLost()
        return evidence

    def render_stored(self, profile: Profile) -> Mapping[DocumentName, Document]:
        """Render the documents of a stored profile. Raises StoreUnavailable."""
        now = self._clock()
        evidence = gather_evidence(
            profile, self._profiles, self._posts, self._benchmarks, self._comments, DEFAULT_DAYS, now
        )
        return self.render(profile, evidence)

    def render(self, profile: Profile, evidence: Evidence) -> Mapping[DocumentName, Document]:
        analytics, insights = analyze(evidence), evidence.insights
        listing = PostListing.first(profile, evidence.posts, self._posts.position_of)
        bodies = {
            DocumentName.PROFILE: self._renderer.render_profile(profile.public, analytics, insights),
            DocumentName.INSIGHTS: self._renderer.render_insights(profile.username, insights),
            DocumentName.ANALYTICS: self._renderer.render_analytics(profile.username, analytics, evidence.days),
            DocumentName.POSTS: self._renderer.render_posts(listing),
        }
        pages = {DocumentName.POSTS: listing.meta(PostQuery())}
        about = (profile.updated_at, evidence.now, coverage(evidence), profile.source)
        return {name: document(name, body, *about, pages.get(name)) for name, body in bodies.items()}

    def render_analytics(self, profile: Profile, days: int) -> Document:
        """Render the analytics of a period other than the stored one. Raises StoreUnavailable."""
        evidence = gather_evidence(
            profile, self._profiles, self._posts, self._benchmarks, self._comments, days, self._clock()
        )
        body = self._renderer.render_analytics(profile.username, analyze(evidence), days)
        about = (profile.updated_at, evidence.now, coverage(evidence), profile.source)
        return document(DocumentName.ANALYTICS, body, *about)

    def save(self, username: str, documents: Mapping[DocumentName, Document]) -> bool:
        """Store the documents; return False if any was refused because a document of a newer profile is stored. Raises
        Unavailable.
        """
        stored = [self._documents.save_document(username, name, ready) for name, ready in documents.items()]
        return all(stored)


def _account_id(profile: Profile) -> str | None:
    return profile.account.id if profile.account else None


def coverage(evidence: Evidence) -> str:
    """Return the share of the newest posts that are analyzed, rounded down, so that 100% means all."""
    found = evidence.insights.coverage
    return f"{100 * found.analyzed_posts // found.posts if found.posts else 0}%"

"""Ports of the stored creators."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from creator_search.domain.accounts import AccountRecord, HistoryKey, NameRecord
from creator_search.domain.analytics.growth import Snapshot
from creator_search.domain.analytics.measured import CreatorFigures, TierMeasurement
from creator_search.domain.analytics.niches import Niche, NicheMeasurement
from creator_search.domain.comments import PostComments
from creator_search.domain.documents import Document, DocumentName
from creator_search.domain.identity import NameChange, StoredIdentity
from creator_search.domain.images import Image
from creator_search.domain.outliers import Outlier, OutlierPage, OutlierPosition, OutlierQuery
from creator_search.domain.post_history import PostPoint
from creator_search.domain.post_queries import PostPage, PostPosition, PostQuery
from creator_search.domain.posts import Post
from creator_search.domain.profiles import Profile
from creator_search.domain.search import ChangedProfiles, CreatorPage, CreatorPosition, CreatorQuery, ListedCreator


class ProfileStore(Protocol):
    def load_profile(self, username: str) -> Profile | None:
        """Return the profile with a consistent read, so that callers that waited for another fetch find its result."""

    def load_profiles(self, usernames: Sequence[str], *, is_consistent: bool = False) -> Mapping[str, Profile]:
        """Return the stored profiles by username. One call for up to 100."""

    def save_profile(self, profile: Profile, fence: int, over: Profile | None) -> None:
        """Replace the profile `over`; None for the first profile of a creator. Raises LeaseLost if one with a higher
        fence is stored, if a primary profile would become secondary, or if the username has another account now."""

    def add_profile(self, profile: Profile) -> None:
        """Store the first profile of a creator. Raises LeaseLost if one is already stored, or if the username has
        another account now."""

    def delete_history(self, key: HistoryKey) -> int:
        """Delete the history of an account; return the number of items."""

    def delete_profile(self, profile_key: str, account_id: str | None) -> int:
        """Delete a profile, unless it is known to belong to another account; return the number of items."""

    def set_analysis_result(self, profile: Profile, language: str | None, due_at: datetime) -> None:
        """Store the most frequent language of the captions, and when they are to be analyzed again. Does nothing if the
        profile is not stored, or if the username has another account now."""

    def postpone_analysis(self, username: str, due_at: datetime) -> None:
        """Does nothing if the profile is not stored."""

    def set_profile_image(self, profile: Profile, image: Image) -> None:
        """Does nothing if the profile is not stored, or if the username has another account now."""

    def refreshes_due(self, since: datetime, until: datetime, limit: int) -> Sequence[str]:
        """Return usernames of primary profiles whose refresh is due since a time in this period: of each partition of
        the creators those that are due longest, in no order of the whole."""

    def analyses_due(self, now: datetime, limit: int) -> Sequence[str]:
        """Return usernames of primary profiles whose analysis is due, most overdue first."""

    def save_snapshot(self, key: HistoryKey, snapshot: Snapshot, fence: int) -> None:
        """Replace the snapshot of the same day unless one with a higher fence is stored."""

    def load_snapshots(self, key: HistoryKey, since: date) -> Sequence[Snapshot]:
        """Return the snapshots of this day and later, oldest first."""


class PostStore(Protocol):
    def save_posts(self, key: HistoryKey, posts: Sequence[Post]) -> None: ...

    def load_post(self, key: HistoryKey, shortcode: str) -> Post | None: ...

    def newest_posts(self, key: HistoryKey) -> Iterator[Post]:
        """Yield all posts, newest first; pages are read while they are consumed."""

    def load_first_page(self, username: str, query: PostQuery, limit: int) -> PostPage:
        """Return the first page of the posts of the creator with this username, and the profile, which is None if the
        creator is not stored."""

    def load_page(self, key: HistoryKey, query: PostQuery, limit: int, after: PostPosition | None) -> PostPage:
        """Return the page after this position, without the profile."""

    def position_of(self, post: Post) -> PostPosition:
        """Return the position of the page after this post, newest first. No call."""

    def count_posts(self, key: HistoryKey) -> int: ...

    def posts_without_image(self, key: HistoryKey, limit: int) -> Sequence[Post]:
        """Return posts that have a source URL, newest first."""

    def set_post_image(self, key: HistoryKey, post: Post) -> None:
        """Store the post's image. Does nothing if the post is not stored."""

    def set_post_analysis(self, key: HistoryKey, post: Post) -> None:
        """Store the post's analysis, or remove it if it is None. Does nothing if the post is not stored, or is stored
        with another caption than that of `post`: the analysis is not of that caption."""


class CreatorIndex(Protocol):
    @property
    def positions(self) -> str:
        """The name of the format of its positions: a cursor with a position of another format is refused."""

    def search(self, query: CreatorQuery, limit: int, after: CreatorPosition | None) -> CreatorPage:
        """Return creators in the order of the query; figures descending."""


class CreatorDocuments(Protocol):
    """The documents of creators in the search engine."""

    def create_index(self) -> bool:
        """Create the index, unless it exists. Return whether it was created."""

    def replace(self, creators: Mapping[str, ListedCreator | None]) -> Sequence[str]:
        """Replace the documents of creators by their username; delete those of None. Return the usernames whose
        documents the engine refuses. Raises StoreUnavailable if another one was not written; some may have been."""


class ProfileChanges(Protocol):
    def read(self, records: Sequence[Mapping[str, Any]]) -> ChangedProfiles:
        """Return the last change of each profile in records of the table's stream."""


class BenchmarkStore(Protocol):
    def list_figures(self) -> Iterator[CreatorFigures]:
        """Yield the figures of all public primary profiles; pages are read while they are consumed."""

    def save_measurement(self, measurement: TierMeasurement) -> None: ...

    def load_measurement(self, tier: str) -> TierMeasurement | None: ...

    def save_niche(self, measurement: NicheMeasurement) -> None:
        """Replace the measurement of the niche; it expires after 30 days."""

    def load_niche(self, niche: Niche) -> NicheMeasurement | None: ...


class DocumentStore(Protocol):
    def load_document(self, username: str, name: DocumentName) -> Document | None:
        """Return the document, or None if there is none or it has expired. One call."""

    def save_document(self, username: str, name: DocumentName, document: Document) -> bool:
        """Replace the document if domain.documents.may_replace allows it; otherwise return False."""

    def delete_documents(self, username: str) -> None:
        """Delete the documents shown under the username."""


class DocumentMemory(Protocol):
    """The documents that this process keeps in memory."""

    def forget_documents(self, username: str) -> None:
        """Drop the documents of a creator who is being erased, or built for the first time, and keep none
        until that has ended."""


class AccountStore(Protocol):
    def load_identity(self, username: str, account_id: str | None) -> StoredIdentity:
        """Return what is stored of the username and of the account with one consistent read."""

    def load_account(self, account_id: str) -> AccountRecord | None: ...

    def load_name(self, username: str) -> NameRecord | None: ...

    def apply(self, change: NameChange) -> bool:
        """Store all parts of the change; return False, storing nothing, if anything that it was computed from has
        changed since."""

    def forget_name(self, username: str, account_id: str, key: HistoryKey) -> int:
        """Delete what is known of the username if this account, with this history key, was the last one that had it,
        except that its partition has the history of another account. Return the number of changed items."""

    def forget_account(self, account_id: str) -> int:
        """Delete the record of the account; return the number of items."""


class PostHistoryStore(Protocol):
    def append_points(self, key: HistoryKey, posts: Sequence[Post], seen_at: datetime, *, is_weekly: bool) -> None:
        """Store the counts of these posts as seen at this second; earlier points of the same second are replaced.
        `is_weekly` marks the first refresh of a week, whose points of old posts (see domain.post_history) are kept;
        those of other refreshes expire after 30 days. One call, or none without posts."""

    def load_points(
        self, key: HistoryKey, since: datetime, shortcode: str | None = None
    ) -> Mapping[str, Sequence[PostPoint]]:
        """Return the points seen since this time by shortcode, oldest first; with `shortcode` those of one post."""


class OutlierStore(Protocol):
    def load_outliers(self, key: HistoryKey) -> Sequence[Outlier]:
        """Return the outliers of an account that have not expired, in any order."""

    def change_outliers(self, save: Sequence[Outlier], delete: Sequence[Outlier]) -> None:
        """Save outliers and delete others, by account, baseline and shortcode. An outlier expires 31 days after its
        post was published. No call without changes.
        """

    def list_outliers(self, query: OutlierQuery, limit: int, after: OutlierPosition | None) -> OutlierPage:
        """Return outliers of all accounts in the order of the query, highest score or newest post first. A call
        examines a limited number of outliers.
        """


class CommentStore(Protocol):
    def save_comments(self, key: HistoryKey, comments: PostComments) -> None:
        """Replace the stored comments of the post, unless those were read at the same time or later. They expire
        KEPT_FOR after they were read."""

    def set_comment_analyses(self, key: HistoryKey, comments: PostComments) -> None:
        """Store the sentiment and the language of the comments, and the version of the analyzer. Does nothing if
        comments read at another time are stored, or none."""

    def load_comments(self, key: HistoryKey) -> Sequence[PostComments]:
        """Return the stored comments that have not expired, those of the newest post first, of at most
        MAX_COMMENTED_POSTS posts. One call, unless expired ones are among them."""

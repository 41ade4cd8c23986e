"""Ports of the services, as Protocols. The adapters implement them, and the tests have fakes.

A method may raise the `Unavailable` error of its dependency (StoreUnavailable, QueueUnavailable, …), and no other error
unless documented. Usernames are in their normal form; times are timezone-aware, in UTC.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from creator_search.domain.analytics.growth import Snapshot
from creator_search.domain.analytics.measured import CreatorFigures, TierMeasurement
from creator_search.domain.documents import Document, DocumentName
from creator_search.domain.images import Image
from creator_search.domain.jobs import Job, JobMessage, JobStatus, Priority
from creator_search.domain.locks import LockOutcome
from creator_search.domain.messages import TaskMessage
from creator_search.domain.post_queries import PostPage, PostPosition, PostQuery
from creator_search.domain.posts import Post, PostAnalysis
from creator_search.domain.profiles import FetchedProfile, Profile, RelatedAccount
from creator_search.domain.queues import DeadLetter, DueJob, ProcessingState, QueueDepth, TicketCounter
from creator_search.domain.search import CreatorPage, CreatorPosition, CreatorQuery
from creator_search.domain.similar import CacheContents, SimilarRow, SimilarSet

NewId = Callable[[], str]
"""Returns a new random id."""


class JobStore(Protocol):
    def load_state(self, username: str) -> ProcessingState:
        """Return the profile, job and counters with one read, without expired rows."""

    def load_job(self, username: str) -> Job | None:
        """Return the row with a consistent read; None if there is none or it has expired."""

    def save_job(self, job: Job, over: Job | None) -> Job | None:
        """Write `job` if the row is still `over` (None: no row). Return None if written, else the current row."""

    def delete_job(self, job: Job) -> bool:
        """Delete this row; return False if it has changed."""

    def issue_ticket(self, priority: Priority) -> int:
        """Return the next ticket; the first is 1."""

    def finish_ticket(self, priority: Priority) -> None:
        """Increment the number of finished tickets."""

    def load_counters(self) -> Mapping[Priority, TicketCounter]: ...

    def repair_counter(self, priority: Priority, seen: TicketCounter, active: int) -> bool:
        """Set the number of active tickets if the counter still equals `seen`."""

    def due_jobs(self, status: JobStatus, priority: Priority, now: datetime, limit: int) -> Sequence[DueJob]:
        """Return active jobs whose due_at has passed, most overdue first, from an index that may lag behind rows."""

    def count_jobs(self, status: JobStatus, priority: Priority) -> int: ...

    def count_retrying(self, priority: Priority, now: datetime) -> int:
        """Return the number of jobs that wait for a retry and have no message in the queue."""

    def oldest_requested_at(self, priority: Priority) -> datetime | None:
        """Return when the longest waiting PENDING job was requested."""


class JobQueue(Protocol):
    def send_job(self, priority: Priority, message: JobMessage) -> None: ...

    def send_dead_letter(self, priority: Priority, message: JobMessage, reason: str) -> None:
        """Send the message to the dead-letter queue, with the reason as a message attribute."""

    def load_depth(self, priority: Priority) -> QueueDepth: ...

    def receive_dead_letters(self, priority: Priority) -> Sequence[DeadLetter]:
        """Receive up to ten dead letters, which are hidden from other receivers for a minute."""

    def delete_dead_letter(self, priority: Priority, receipt: str) -> None: ...


class TaskQueue(Protocol):
    def send_task(self, task: TaskMessage, *, delay_seconds: int = 0) -> None:
        """Send the task to the queue of its class, delayed by at most 15 minutes."""


class ProfileStore(Protocol):
    def load_profile(self, username: str) -> Profile | None:
        """Return the profile with a consistent read, so that callers that waited for another fetch find its result."""

    def load_profiles(self, usernames: Sequence[str]) -> Mapping[str, Profile]:
        """Return the stored profiles by username. One call for up to 100."""

    def save_profile(self, profile: Profile, fence: int) -> None:
        """Replace the profile. Raises LeaseLost if one with a higher fence is stored, or if a primary profile would
        become secondary."""

    def add_profile(self, profile: Profile) -> None:
        """Store the first profile of a creator. Raises LeaseLost if one is already stored."""

    def delete_everything(self, username: str) -> int:
        """Delete all items of the creator, including posts and documents; return their number."""

    def set_analysis_result(self, username: str, language: str | None, due_at: datetime) -> None:
        """Store the most frequent language of the captions, and when they are to be analyzed again. Does nothing if the
        profile is not stored."""

    def postpone_analysis(self, username: str, due_at: datetime) -> None:
        """Does nothing if the profile is not stored."""

    def set_profile_image(self, username: str, image: Image) -> None:
        """Does nothing if the profile is not stored."""

    def primaries_updated(self, since: datetime, until: datetime, limit: int) -> Sequence[str]:
        """Return usernames of primary profiles that were last built in this period, oldest first."""

    def analyses_due(self, now: datetime, limit: int) -> Sequence[str]:
        """Return usernames of primary profiles whose analysis is due, most overdue first."""

    def save_snapshot(self, username: str, snapshot: Snapshot, fence: int) -> None:
        """Replace the snapshot of the same day unless one with a higher fence is stored."""

    def load_snapshots(self, username: str, since: date) -> Sequence[Snapshot]:
        """Return the snapshots of this day and later, oldest first."""


class PostStore(Protocol):
    def save_posts(self, username: str, posts: Sequence[Post]) -> None: ...

    def newest_posts(self, username: str) -> Iterator[Post]:
        """Yield all posts, newest first; pages are read while they are consumed."""

    def load_page(self, username: str, query: PostQuery, limit: int, after: PostPosition | None) -> PostPage:
        """Return a page of posts. The first page (`after` is None) includes the profile, which is None if the creator
        is not stored."""

    def count_posts(self, username: str) -> int: ...

    def posts_without_image(self, username: str, limit: int) -> Sequence[Post]:
        """Return posts that have a source URL, newest first."""

    def set_post_image(self, username: str, post: Post) -> None:
        """Store the post's image. Does nothing if the post is not stored."""

    def set_post_analysis(self, username: str, post: Post) -> None:
        """Store the post's analysis, or remove it if it is None. Does nothing if the post is not stored, or is stored
        with another caption than that of `post`: the analysis is not of that caption."""


class CreatorIndex(Protocol):
    def search(self, query: CreatorQuery, limit: int, after: CreatorPosition | None) -> CreatorPage:
        """Return creators in the order of the query; figures descending."""


class BenchmarkStore(Protocol):
    def list_figures(self) -> Iterator[CreatorFigures]:
        """Yield the figures of all public primary profiles; pages are read while they are consumed."""

    def save_measurement(self, measurement: TierMeasurement) -> None: ...

    def load_measurement(self, tier: str) -> TierMeasurement | None: ...


class DocumentStore(Protocol):
    def load_document(self, username: str, name: DocumentName) -> Document | None:
        """Return the document, or None if there is none or it has expired. One call."""

    def save_document(self, username: str, name: DocumentName, document: Document) -> bool:
        """Replace the document if domain.documents.may_replace allows it; otherwise return False."""

    def delete_documents(self, username: str) -> None:
        """Delete the large documents; the small ones are deleted with the creator's items."""


class CaptionAnalyzer(Protocol):
    @property
    def engine(self) -> str:
        """The preferred engine; an analysis may come from another one as a fallback."""

    @property
    def version(self) -> str:
        """The version of all current rules or models. An analysis has the version of those that made it."""

    def supersedes(self, earlier: PostAnalysis) -> bool:
        """Whether a caption with this analysis should be analyzed again by the current rules or models."""

    def analyze_captions(self, captions: Sequence[str]) -> Sequence[PostAnalysis]:
        """Return one analysis per caption, in the same order."""


class AnalysisCache(Protocol):
    """Caches analyses by the caption's hash and the version that the analyzer had."""

    def load_analyses(self, version: str, captions: Sequence[str]) -> Mapping[str, PostAnalysis]:
        """Return the cached analyses that have not expired, by caption."""

    def save_analyses(self, version: str, analyses: Mapping[str, PostAnalysis], lifetime: timedelta) -> None: ...


class Absences(Protocol):
    """Usernames that do not exist, according to the upstream."""

    def is_absent(self, username: str) -> bool: ...

    def remember_absence(self, username: str, lifetime: timedelta) -> None: ...


class Tombstones(Protocol):
    """Usernames whose data was erased, stored as hashes."""

    def add_tombstone(self, username: str) -> None: ...

    def erased_among(self, usernames: Sequence[str]) -> frozenset[str]:
        """Return those of at most 100 usernames that were erased. One call."""


class ProfileSource(Protocol):
    def fetch_profile(self, username: str, deadline: datetime) -> FetchedProfile:
        """Raises ProfileNotFound, UpstreamError; UpstreamNotConfigured without a key."""


class ReelSource(Protocol):
    def fetch_reels(self, username: str, limit: int, deadline: datetime) -> tuple[Post, ...]:
        """Return reels in the upstream's order (newest first), fetched page by page. Raises UpstreamError;
        UpstreamNotConfigured without a key."""


class SimilarSource(Protocol):
    def require_key(self) -> None:
        """Check for a key without calling the upstream. Raises UpstreamNotConfigured if there is none, UpstreamError if
        that cannot be determined."""

    def fetch_similar(self, username: str, deadline: datetime) -> tuple[RelatedAccount, ...]:
        """Return all accounts that the upstream lists, most similar first, with one attempt. Raises ProfileNotFound,
        UpstreamError."""


class SimilarStore(Protocol):
    def load_similar(self, username: str) -> SimilarRow:
        """Return the row with a consistent read; an expired set is omitted."""

    def replace_set(self, new: SimilarSet, seen_generation: str | None) -> bool:
        """Store the set unless the row was cleared or replaced since; return False in that case."""

    def clear_set(self, username: str) -> SimilarSet | None:
        """Remove the set and start a new generation. Return the stored set, even if expired."""

    def sets_naming(self, username: str) -> Sequence[str]:
        """Return the usernames whose sets contain this one. Reads the names of every set: only for background work."""

    def measure_contents(self) -> CacheContents: ...


class Locks(Protocol):
    """Locks with one holder per name, for a limited time."""

    def acquire(self, name: str, owner: str, seconds: float) -> bool:
        """Acquire the lock; return whether `owner` holds it."""

    def release(self, name: str, owner: str, outcome: LockOutcome) -> None:
        """Release the lock and store the outcome for waiting callers. Does nothing if `owner` does not hold it."""

    def load_outcome(self, name: str) -> LockOutcome | None:
        """Return the outcome of the last holder; None while the lock is held."""


class ImageSource(Protocol):
    def fetch_image(self, url: str, deadline: datetime) -> bytes:
        """Return a validated image as JPEG. Raises ImageRejected."""


class ImageStore(Protocol):
    def store_image(self, key: str, jpeg: bytes) -> Image: ...

    def delete_images(self, prefix: str) -> int:
        """Delete every image whose key has the prefix; return their number."""


class Cdn(Protocol):
    def image_url(self, image: Image) -> str: ...

    def invalidate(self, prefix: str) -> None:
        """Remove the CDN's copies of every image whose key has the prefix."""


class Metrics(Protocol):
    """Records metrics. Never raises, because a lost metric must not fail a request."""

    def count(self, name: str, value: float = 1) -> None: ...

    def record_seconds(self, name: str, value: float) -> None: ...


class MetricsReader(Protocol):
    def load_sums(self, names: Iterable[str], period: timedelta) -> Mapping[str, float]: ...

    def load_means(self, names: Iterable[str], period: timedelta) -> Mapping[str, float | None]: ...


class FailureLog(Protocol):
    def log_failure(self, message: str, error: Exception, **details: str | int) -> None:
        """Log a failure that does not stop the service, with its stack trace."""

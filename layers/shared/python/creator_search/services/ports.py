"""What the services need from the outside, as Protocols. The adapters implement them, and the tests have fakes.

A method may raise the `Unavailable` error of its dependency (StoreUnavailable, QueueUnavailable, …) and no other error
unless it says so. Usernames are in their normal form; times are aware and in UTC.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from creator_search.domain.analytics.growth import Snapshot
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
"""A new random id at each call."""


class JobStore(Protocol):
    def load_state(self, username: str) -> ProcessingState:
        """Profile, job and counters in one read, without expired rows."""

    def load_job(self, username: str) -> Job | None:
        """The row, read consistently; None when it expired."""

    def save_job(self, job: Job, over: Job | None) -> Job | None:
        """Write `job` if the row is still `over` (None: no row). Returns None when written, else the current row."""

    def delete_job(self, job: Job) -> bool:
        """Delete exactly this row; False when it has changed."""

    def issue_ticket(self, priority: Priority) -> int:
        """The next ticket, from 1."""

    def finish_ticket(self, priority: Priority) -> None:
        """Count one ticket as finished."""

    def load_counters(self) -> Mapping[Priority, TicketCounter]: ...

    def repair_counter(self, priority: Priority, seen: TicketCounter, active: int) -> bool:
        """Set the number of active tickets if the counter is still as it was `seen`."""

    def due_jobs(self, status: JobStatus, priority: Priority, now: datetime, limit: int) -> Sequence[DueJob]:
        """Active jobs whose due_at has passed, most overdue first, from an index that may lag behind the rows."""

    def count_jobs(self, status: JobStatus, priority: Priority) -> int: ...

    def count_retrying(self, priority: Priority, now: datetime) -> int:
        """Jobs that wait for a later attempt, with no message in the queue."""

    def oldest_requested_at(self, priority: Priority) -> datetime | None:
        """When the PENDING job that waits longest was requested."""


class JobQueue(Protocol):
    def send_job(self, priority: Priority, message: JobMessage) -> None: ...

    def send_dead_letter(self, priority: Priority, message: JobMessage, reason: str) -> None:
        """Send to the dead-letter queue, with the reason as a message attribute."""

    def load_depth(self, priority: Priority) -> QueueDepth: ...

    def receive_dead_letters(self, priority: Priority) -> Sequence[DeadLetter]:
        """Up to ten, hidden from other receivers for a minute; empty when there are none."""

    def delete_dead_letter(self, priority: Priority, receipt: str) -> None: ...


class TaskQueue(Protocol):
    def send_task(self, task: TaskMessage, *, delay_seconds: int = 0) -> None:
        """To the queue of its class, delayed by at most 15 minutes."""


class ProfileStore(Protocol):
    def load_profile(self, username: str) -> Profile | None:
        """Read consistently: a caller that waited for another's fetch finds what it stored."""

    def load_profiles(self, usernames: Sequence[str]) -> Mapping[str, Profile]:
        """Those that are stored, by username. One call for up to 100."""

    def save_profile(self, profile: Profile, fence: int) -> None:
        """Replace the profile. Raises LeaseLost when one with a higher fence is stored, or when a primary profile
        would become secondary."""

    def add_profile(self, profile: Profile) -> None:
        """Store a first profile. Raises LeaseLost when there is one already."""

    def delete_everything(self, username: str) -> int:
        """Delete all items of the creator, posts and documents included; returns how many there were."""

    def set_analysis_result(self, username: str, language: str | None, due_at: datetime) -> None:
        """Store the most frequent language of the captions, and when they are to be analyzed again. Does nothing
        without a profile."""

    def postpone_analysis(self, username: str, due_at: datetime) -> None:
        """Does nothing without a profile."""

    def set_profile_image(self, username: str, image: Image) -> None:
        """Does nothing without a profile."""

    def primaries_updated(self, since: datetime, until: datetime, limit: int) -> Sequence[str]:
        """Usernames of primary profiles last built in that time, the oldest first."""

    def analyses_due(self, now: datetime, limit: int) -> Sequence[str]:
        """Usernames of primary profiles whose captions are to be analyzed, the most overdue first."""

    def save_snapshot(self, username: str, snapshot: Snapshot, fence: int) -> None:
        """Replace the snapshot of the same day unless one with a higher fence is stored."""

    def load_snapshots(self, username: str, since: date) -> Sequence[Snapshot]:
        """From that day on, oldest first."""


class PostStore(Protocol):
    def save_posts(self, username: str, posts: Sequence[Post]) -> None: ...

    def newest_posts(self, username: str) -> Iterator[Post]:
        """All of them, newest first, read page by page while they are consumed."""

    def load_page(self, username: str, query: PostQuery, limit: int, after: PostPosition | None) -> PostPage:
        """The first page (`after` is None) has the profile too; without a profile there is no such creator."""

    def count_posts(self, username: str) -> int: ...

    def posts_without_image(self, username: str, limit: int) -> Sequence[Post]:
        """Newest first; only posts that have a source URL."""

    def set_post_image(self, username: str, post: Post) -> None:
        """Store the post's image. Does nothing without the post."""

    def set_post_analysis(self, username: str, post: Post) -> None:
        """Store the post's analysis, or remove it when it is None. Does nothing without the post."""


class CreatorIndex(Protocol):
    def search(self, query: CreatorQuery, limit: int, after: CreatorPosition | None) -> CreatorPage:
        """In the order of the query; figures descending."""


class DocumentStore(Protocol):
    def load_document(self, username: str, name: DocumentName) -> Document | None:
        """One call. None when there is none, or when it expired."""

    def save_document(self, username: str, name: DocumentName, document: Document) -> bool:
        """Replace the document where domain.documents.may_replace says so, else return False."""

    def delete_documents(self, username: str) -> None:
        """Delete the large documents; the others are deleted with the items of the creator."""


class CaptionAnalyzer(Protocol):
    @property
    def engine(self) -> str:
        """The engine that should answer; another one may stand in for it."""

    @property
    def version(self) -> str:
        """The version of the rules or models in use now."""

    def supersedes(self, earlier: PostAnalysis) -> bool:
        """Whether a caption with this analysis should be analyzed again by what is in use now."""

    def analyze_captions(self, captions: Sequence[str]) -> Sequence[PostAnalysis]:
        """One analysis for each caption, in the same order."""


class AnalysisCache(Protocol):
    """Analyses by the caption's hash and the version of the analyzer."""

    def load_analyses(self, version: str, captions: Sequence[str]) -> Mapping[str, PostAnalysis]:
        """Those that are cached and not expired, by caption."""

    def save_analyses(self, version: str, analyses: Mapping[str, PostAnalysis], lifetime: timedelta) -> None: ...


class Absences(Protocol):
    """Usernames that the upstream said do not exist."""

    def is_absent(self, username: str) -> bool: ...

    def remember_absence(self, username: str, lifetime: timedelta) -> None: ...


class Tombstones(Protocol):
    """Usernames whose data was erased, stored as hashes."""

    def add_tombstone(self, username: str) -> None: ...

    def erased_among(self, usernames: Sequence[str]) -> frozenset[str]:
        """Those of at most 100 that were erased. One call."""


class ProfileSource(Protocol):
    def fetch_profile(self, username: str, deadline: datetime) -> FetchedProfile:
        """Raises ProfileNotFound, UpstreamError; UpstreamNotConfigured without a key."""


class ReelSource(Protocol):
    def fetch_reels(self, username: str, limit: int, deadline: datetime) -> tuple[Post, ...]:
        """Page by page, in the upstream's order (newest first). Raises UpstreamError; UpstreamNotConfigured without a
        key."""


class SimilarSource(Protocol):
    def require_key(self) -> None:
        """Raises UpstreamNotConfigured without a key, UpstreamError when that cannot be told; calls no upstream."""

    def fetch_similar(self, username: str, deadline: datetime) -> tuple[RelatedAccount, ...]:
        """One attempt: all accounts that the upstream has, most similar first. Raises ProfileNotFound,
        UpstreamError."""


class SimilarStore(Protocol):
    def load_similar(self, username: str) -> SimilarRow:
        """Read consistently; without an expired set."""

    def replace_set(self, new: SimilarSet, seen_generation: str | None) -> bool:
        """Store the set unless the row was cleared or replaced since; False when it was."""

    def clear_set(self, username: str) -> SimilarSet | None:
        """Remove the set and begin a new generation. Returns what was stored, even if expired."""

    def sets_naming(self, username: str) -> Sequence[str]:
        """The usernames whose sets contain this one. Reads the names of every set: for background work only."""

    def measure_contents(self) -> CacheContents: ...


class Locks(Protocol):
    """One holder a name, for a limited time."""

    def acquire(self, name: str, owner: str, seconds: float) -> bool:
        """True when `owner` holds the lock now."""

    def release(self, name: str, owner: str, outcome: LockOutcome) -> None:
        """Release the lock and store the outcome for those who wait. Does nothing when `owner` does not hold it."""

    def load_outcome(self, name: str) -> LockOutcome | None:
        """None while the lock is held."""


class ImageSource(Protocol):
    def fetch_image(self, url: str, deadline: datetime) -> bytes:
        """A checked image as JPEG. Raises ImageRejected."""


class ImageStore(Protocol):
    def store_image(self, key: str, jpeg: bytes) -> Image: ...

    def delete_images(self, prefix: str) -> int:
        """Delete every image whose key has the prefix; returns how many there were."""


class Cdn(Protocol):
    def image_url(self, image: Image) -> str: ...

    def invalidate(self, prefix: str) -> None:
        """Remove the copies of every image whose key has the prefix."""


class Metrics(Protocol):
    """Never raises: a metric that cannot be recorded is not worth a failed request."""

    def count(self, name: str, value: float = 1) -> None: ...

    def record_seconds(self, name: str, value: float) -> None: ...


class MetricsReader(Protocol):
    def load_sums(self, names: Iterable[str], period: timedelta) -> Mapping[str, float]: ...

    def load_means(self, names: Iterable[str], period: timedelta) -> Mapping[str, float | None]: ...


class FailureLog(Protocol):
    def log_failure(self, message: str, error: Exception, **details: str | int) -> None:
        """Log a failure that the service survives, with its stack trace."""

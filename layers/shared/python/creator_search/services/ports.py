"""What the services need of the world, as Protocols; the adapters implement them, the tests fake them.

Every method may raise the `Unavailable` of its dependency (StoreUnavailable, QueueUnavailable, …) and nothing else
unless it says so.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from creator_search.domain.analytics.growth import Snapshot
from creator_search.domain.answers import (
    CacheContents,
    DeadLetter,
    DueJob,
    FlightOutcome,
    QueueDepth,
    SimilarRow,
    StoredImage,
)
from creator_search.domain.browsing import PostPage, PostPosition, PostQuery
from creator_search.domain.documents import Document, DocumentName
from creator_search.domain.jobs import Job, JobMessage, JobStatus, Priority
from creator_search.domain.profiles import Post, PostAnalysis, RelatedAccount, UpstreamProfile
from creator_search.domain.search import CreatorPage, CreatorPosition, CreatorQuery
from creator_search.domain.similar import SimilarSet
from creator_search.domain.standing import Counter, Standing
from creator_search.domain.stored import StoredProfile

NewId = Callable[[], str]


class JobStore(Protocol):
    def standing(self, username: str) -> Standing:
        """Profile, job and counters in one read. Expired rows are not there."""

    def save(self, job: Job, over: Job | None) -> Job | None:
        """Write `job` if the row is still `over`; None when written, else the row that stands there now."""

    def retract(self, job: Job) -> bool:
        """Delete exactly this row; False when it has moved on."""

    def issue_ticket(self, priority: Priority) -> int:
        """The next ticket, from 1."""

    def finish_ticket(self, priority: Priority) -> None:
        """One ticket less is active."""

    def counters(self) -> Mapping[Priority, Counter]: ...

    def repair_counter(self, priority: Priority, seen: Counter, active: int) -> bool:
        """Make the counter say `active` if it has not moved since it was `seen`."""

    def due(self, status: JobStatus, priority: Priority, now: datetime, limit: int) -> Sequence[DueJob]:
        """Active jobs whose due_at has come, most overdue first; an index that may lag behind the rows."""

    def job(self, username: str) -> Job | None:
        """The row itself, read consistently."""

    def count(self, status: JobStatus, priority: Priority) -> int: ...

    def count_retrying(self, priority: Priority, now: datetime) -> int:
        """Jobs that wait for a later attempt, with no message in the queue."""

    def oldest_requested_at(self, priority: Priority) -> datetime | None:
        """When the longest-waiting PENDING job was asked for."""


class JobQueue(Protocol):
    def send(self, priority: Priority, message: JobMessage) -> None: ...

    def bury(self, priority: Priority, message: JobMessage, reason: str) -> None:
        """Put a message into the dead-letter queue, with the reason as an attribute."""

    def depth(self, priority: Priority) -> QueueDepth: ...

    def dead_letters(self, priority: Priority) -> Sequence[DeadLetter]:
        """Up to ten, hidden from others for a minute; empty when there are none."""

    def forget_dead_letter(self, priority: Priority, receipt: str) -> None: ...


class TaskQueue(Protocol):
    """Follow-up work, all safe to do twice."""

    def analyse_profile(self, username: str, *, attempt: int = 0, delay_seconds: int = 0) -> None: ...

    def copy_similar_images(self, username: str, batch_id: str) -> None: ...

    def copy_images(self, username: str) -> None: ...

    def erase_profile(self, username: str, *, is_last: bool, delay_seconds: int) -> None: ...


class ProfileStore(Protocol):
    def profile(self, username: str) -> StoredProfile | None:
        """Read consistently: whoever waited for somebody's fetch sees what it stored."""

    def profiles(self, usernames: Sequence[str]) -> Mapping[str, StoredProfile]:
        """Those of them that are stored, by username; one call for up to 100."""

    def primaries_updated(self, since: datetime, until: datetime, limit: int) -> Sequence[str]:
        """The names of full profiles last built in that time, the oldest first."""

    def save_profile(self, profile: StoredProfile, fence: int) -> None:
        """Replace the profile unless a newer worker wrote it, or a primary would become secondary.

        Raises LeaseLost.
        """

    def add_profile(self, profile: StoredProfile) -> None:
        """A reader's fetch. Raises LeaseLost when somebody stored one since."""

    def erase(self, username: str) -> int:
        """Everything stored under the name, posts and documents included; how many items there were."""

    def set_reading(self, username: str, language: str | None, due_at: datetime) -> None:
        """The language most of the captions are in, to be found by, and when they are to be read again."""

    def postpone_analysis(self, username: str, due_at: datetime) -> None: ...

    def analyses_due(self, now: datetime, limit: int) -> Sequence[str]:
        """The names of full profiles whose captions are to be read, the most overdue first."""

    def set_profile_image(self, username: str, key: str, version: str) -> None: ...

    def save_snapshot(self, username: str, snapshot: Snapshot) -> None:
        """In place of the one of the same day, if there is one."""

    def snapshots(self, username: str, since: date) -> Sequence[Snapshot]:
        """From that day on, oldest first."""


class PostStore(Protocol):
    def save(self, username: str, posts: Sequence[Post]) -> None: ...

    def newest(self, username: str) -> Iterator[Post]:
        """All of them, newest first, read as they are taken."""

    def page(self, username: str, query: PostQuery, limit: int, after: PostPosition | None) -> PostPage:
        """The first page (`after` is None) brings the profile along; without one there is no such creator."""

    def count(self, username: str) -> int: ...

    def without_image(self, username: str, limit: int) -> Sequence[Post]:
        """Newest first; only posts that have a source URL."""

    def set_image(self, username: str, post: Post) -> None: ...

    def set_analysis(self, username: str, post: Post) -> None:
        """Its analysis, or none any more."""


class CreatorIndex(Protocol):
    def search(self, query: CreatorQuery, limit: int, after: CreatorPosition | None) -> CreatorPage:
        """In the order that the query names; most first for figures."""


class DocumentStore(Protocol):
    def read(self, username: str, name: DocumentName) -> Document | None:
        """One call. Expired ones are not there."""

    def save(self, username: str, name: DocumentName, document: Document) -> None:
        """Unless a newer one stands there: then this one is not needed any more."""

    def erase(self, username: str) -> None:
        """The large ones; the others lie beside the profile."""


class CaptionAnalyser(Protocol):
    @property
    def engine(self) -> str:
        """Which one should answer; another may stand in."""

    @property
    def version(self) -> str:
        """Of the rules or the models, as they are now."""

    def supersedes(self, earlier: PostAnalysis) -> bool:
        """Whether what was read then should be read again by what there is now."""

    def read(self, captions: Sequence[str]) -> Sequence[PostAnalysis]:
        """One for each, in their order."""


class AnalysisCache(Protocol):
    """What was read in a caption, by the caption's hash and the analyser's version."""

    def read(self, version: str, captions: Sequence[str]) -> Mapping[str, PostAnalysis]:
        """Of those that are known, by caption. Expired ones are not there."""

    def save(self, version: str, readings: Mapping[str, PostAnalysis], lifetime: timedelta) -> None: ...


class Absences(Protocol):
    """Profiles that the upstream said do not exist."""

    def is_absent(self, username: str) -> bool: ...

    def remember(self, username: str, lifetime: timedelta) -> None: ...


class Tombstones(Protocol):
    """Names whose data was erased, kept as hashes."""

    def bury(self, username: str) -> None: ...

    def erased(self, usernames: Sequence[str]) -> frozenset[str]:
        """Those of them (100 at most) that were; one call."""


class ProfileSource(Protocol):
    def profile(self, username: str, deadline: datetime) -> UpstreamProfile:
        """Raises ProfileNotFound, UpstreamError."""


class ReelSource(Protocol):
    def reels(self, username: str, limit: int, deadline: datetime) -> tuple[Post, ...]:
        """Page by page, newest first as the upstream has them. Raises UpstreamError."""


class SimilarSource(Protocol):
    def similar(self, username: str, deadline: datetime) -> tuple[RelatedAccount, ...]:
        """One attempt; all that the upstream has, most similar first. Raises ProfileNotFound, UpstreamError."""


class SimilarStore(Protocol):
    def read(self, username: str) -> SimilarRow:
        """Expired rows are not there."""

    def replace(self, new: SimilarSet, seen_generation: str | None) -> bool:
        """Store the set unless the row was cleared or replaced since; False when it was."""

    def clear(self, username: str) -> SimilarSet | None:
        """Forget the set and start a new generation; what was there, even expired."""

    def naming(self, username: str) -> Sequence[str]:
        """Whose sets hold this name; reads every set's names, so for background work only."""

    def contents(self) -> CacheContents: ...


class Flights(Protocol):
    """Single-flight locks: one owner a name, for a bounded time."""

    def board(self, name: str, owner: str, seconds: float) -> bool:
        """True when `owner` holds the name now."""

    def land(self, name: str, owner: str, outcome: FlightOutcome) -> None:
        """Let go, leaving word for those who waited."""

    def outcome(self, name: str) -> FlightOutcome | None:
        """None while somebody flies."""


class ImageSource(Protocol):
    def fetch(self, url: str, deadline: datetime) -> bytes:
        """A checked image as JPEG. Raises ImageRejected."""


class ImageStore(Protocol):
    def put(self, key: str, jpeg: bytes) -> StoredImage: ...

    def delete_prefix(self, prefix: str) -> int:
        """How many objects there were."""


class Cdn(Protocol):
    def url(self, key: str, version: str) -> str: ...

    def invalidate(self, prefix: str) -> None: ...


class Metrics(Protocol):
    """Never raises: a figure that cannot be recorded is not worth a failed request."""

    def count(self, name: str, value: float = 1) -> None: ...

    def seconds(self, name: str, value: float) -> None: ...


class MetricsReader(Protocol):
    def sums(self, names: Iterable[str], period: timedelta) -> Mapping[str, float]: ...

    def means(self, names: Iterable[str], period: timedelta) -> Mapping[str, float | None]: ...

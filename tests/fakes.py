"""In-memory ports: what the unit tests use instead of patches."""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from creator_search.documents.render import JsonRenderer
from creator_search.domain.analytics.engagement import Engagement
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
from creator_search.domain.errors import (
    CdnUnavailable,
    ImageRejected,
    LeaseLost,
    QueueUnavailable,
    StorageUnavailable,
    StoreUnavailable,
)
from creator_search.domain.jobs import Job, JobMessage, JobStatus, Priority, ProfileType
from creator_search.domain.profiles import Post, PostAnalysis, RelatedAccount, UpstreamProfile
from creator_search.domain.similar import SimilarSet
from creator_search.domain.standing import Counter, ProfileSummary, Standing
from creator_search.domain.stored import StoredProfile
from creator_search.services.documents import WriteDocuments
from PIL import Image

START = datetime(2026, 1, 31, 12, tzinfo=UTC)


class Died(BaseException):
    """The process ended here."""


@contextmanager
def dying_at(step: int, *calls: tuple[object, str]) -> Iterator[None]:
    """The `step`-th of these calls (object and method) ends the process that makes it; the next one is whole again."""
    left = step

    def dying(call: Callable[..., object]) -> Callable[..., object]:
        def attempt(*args: object, **kwargs: object) -> object:
            nonlocal left
            left -= 1
            if left == 0:
                raise Died
            return call(*args, **kwargs)

        return attempt

    originals = [(place, name, getattr(place, name)) for place, name in calls]
    for place, name, call in originals:
        setattr(place, name, dying(call))
    try:
        with suppress(Died):
            yield
    finally:
        for place, name, call in originals:
            setattr(place, name, call)


class FakeClock:
    """Time that moves only when a test, or a sleep, moves it."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time

    def advance(self, **delta: float) -> None:
        self.time += timedelta(**delta)

    def sleep(self, seconds: float) -> None:
        self.advance(seconds=seconds)


def ids() -> Callable[[], str]:
    numbers = iter(range(1, 1_000_000))
    return lambda: f"id-{next(numbers)}"


@dataclass
class FakeJobStore:
    clock: FakeClock
    rows: dict[str, Job] = field(default_factory=dict)
    profiles: dict[str, ProfileSummary] = field(default_factory=dict)
    issued: dict[Priority, int] = field(default_factory=dict)
    finished: dict[Priority, int] = field(default_factory=dict)
    down: bool = False
    erased: set[str] = field(default_factory=set)
    on_save: Callable[[Job], None] | None = None
    """Runs before a save: what somebody else does in between."""

    def _up(self) -> None:
        if self.down:
            raise StoreUnavailable()

    def standing(self, username: str) -> Standing:
        self._up()
        profile, job = self.profiles.get(username), self.job(username)
        return Standing(profile, job, self.counters(), is_erased=username in self.erased)

    def job(self, username: str) -> Job | None:
        self._up()
        row = self.rows.get(username)
        return row if row and row.expires_at > self.clock() else None

    def save(self, job: Job, over: Job | None) -> Job | None:
        self._up()
        if self.on_save:
            interrupt, self.on_save = self.on_save, None
            interrupt(job)
        now = self.job(job.username)
        if now != over:
            return now or job
        self.rows[job.username] = job
        return None

    def retract(self, job: Job) -> bool:
        self._up()
        if self.rows.get(job.username) != job:
            return False
        del self.rows[job.username]
        return True

    def issue_ticket(self, priority: Priority) -> int:
        self._up()
        self.issued[priority] = self.issued.get(priority, 0) + 1
        return self.issued[priority]

    def finish_ticket(self, priority: Priority) -> None:
        self._up()
        self.finished[priority] = self.finished.get(priority, 0) + 1

    def counters(self) -> Mapping[Priority, Counter]:
        return {p: Counter(self.issued.get(p, 0), self.finished.get(p, 0)) for p in Priority}

    def repair_counter(self, priority: Priority, seen: Counter, active: int) -> bool:
        if self.counters()[priority] != seen:
            return False
        self.finished[priority] = seen.issued - active
        return True

    def _active(self, status: JobStatus, priority: Priority) -> list[Job]:
        return [j for j in self.rows.values() if j.status is status and j.priority is priority]

    def due(self, status: JobStatus, priority: Priority, now: datetime, limit: int) -> Sequence[DueJob]:
        found = [j for j in self._active(status, priority) if j.due_at and j.due_at <= now]
        return [DueJob(j.username, j.due_at or now, j.next_attempt_at is not None) for j in found][:limit]

    def count(self, status: JobStatus, priority: Priority) -> int:
        return len(self._active(status, priority))

    def count_retrying(self, priority: Priority, now: datetime) -> int:
        return sum(j.next_attempt_at is not None for j in self._active(JobStatus.PENDING, priority))

    def oldest_requested_at(self, priority: Priority) -> datetime | None:
        return min((j.requested_at for j in self._active(JobStatus.PENDING, priority)), default=None)


@dataclass
class FakeJobQueue:
    sent: list[tuple[Priority, JobMessage]] = field(default_factory=list)
    buried: list[tuple[Priority, JobMessage, str]] = field(default_factory=list)
    letters: dict[Priority, list[DeadLetter]] = field(default_factory=dict)
    refuses: bool = False
    in_queue: int = 0
    in_flight: int = 0

    def send(self, priority: Priority, message: JobMessage) -> None:
        if self.refuses:
            raise QueueUnavailable()
        self.sent.append((priority, message))

    def bury(self, priority: Priority, message: JobMessage, reason: str) -> None:
        self.buried.append((priority, message, reason))

    def depth(self, priority: Priority) -> QueueDepth:
        return QueueDepth(self.in_queue, self.in_flight, len(self.letters.get(priority, [])))

    def dead_letters(self, priority: Priority) -> Sequence[DeadLetter]:
        found, self.letters[priority] = self.letters.get(priority, []), []
        return found

    def forget_dead_letter(self, priority: Priority, receipt: str) -> None:
        pass


@dataclass
class FakeProfileStore:
    rows: dict[str, tuple[StoredProfile, int]] = field(default_factory=dict)
    """With the fence of who wrote it."""
    days: dict[tuple[str, date], Snapshot] = field(default_factory=dict)

    def profile(self, username: str) -> StoredProfile | None:
        found = self.rows.get(username)
        return found[0] if found else None

    def profiles(self, usernames: Sequence[str]) -> Mapping[str, StoredProfile]:
        return {name: self.rows[name][0] for name in usernames if name in self.rows}

    def primaries_updated(self, since: datetime, until: datetime, limit: int) -> Sequence[str]:
        found = [p for p, _ in self.rows.values() if p.profile_type is ProfileType.PRIMARY]
        found = [p for p in found if since <= p.updated_at <= until]
        return [p.upstream.username for p in sorted(found, key=lambda p: p.updated_at)][:limit]

    def save_profile(self, profile: StoredProfile, fence: int) -> None:
        before = self.rows.get(profile.upstream.username)
        downgrade = before and (before[0].profile_type, profile.profile_type) == tuple(ProfileType)
        if before and (before[1] > fence or downgrade):
            raise LeaseLost()
        self.rows[profile.upstream.username] = (profile, fence)

    def add_profile(self, profile: StoredProfile) -> None:
        if profile.upstream.username in self.rows:
            raise LeaseLost()
        self.rows[profile.upstream.username] = (profile, 0)

    def erase(self, username: str) -> int:
        return 1 if self.rows.pop(username, None) else 0

    def set_reading(self, username: str, language: str | None, due_at: datetime) -> None:
        stored, fence = self.rows[username]
        self.rows[username] = (replace(stored, language=language, analysis_due_at=due_at), fence)

    def postpone_analysis(self, username: str, due_at: datetime) -> None:
        stored, fence = self.rows[username]
        self.rows[username] = (replace(stored, analysis_due_at=due_at), fence)

    def analyses_due(self, now: datetime, limit: int) -> Sequence[str]:
        times = [(p.analysis_due_at, name) for name, (p, _) in self.rows.items() if p.analysis_due_at]
        return [name for at, name in sorted(times) if at <= now][:limit]

    def set_profile_image(self, username: str, key: str, version: str) -> None:
        stored, fence = self.rows[username]
        self.rows[username] = (replace(stored, image_key=key, image_version=version), fence)

    def save_snapshot(self, username: str, snapshot: Snapshot) -> None:
        self.days[username, snapshot.day] = snapshot

    def snapshots(self, username: str, since: date) -> Sequence[Snapshot]:
        return [s for (name, day), s in sorted(self.days.items()) if name == username and day >= since]


@dataclass
class FakePostStore:
    """Knows recent order and no filters: those are the real store's to show."""

    profiles: FakeProfileStore
    rows: dict[str, dict[str, Post]] = field(default_factory=dict)
    taken: int = 0
    """How many posts were read from the walks."""

    def save(self, username: str, posts: Sequence[Post]) -> None:
        self.rows.setdefault(username, {}).update({p.shortcode: p for p in posts})

    def newest(self, username: str) -> Iterator[Post]:
        posts = self.rows.get(username, {}).values()
        for post in sorted(posts, key=lambda p: (p.taken_at, p.shortcode), reverse=True):
            self.taken += 1
            yield post

    def page(self, username: str, query: PostQuery, limit: int, after: PostPosition | None) -> PostPage:
        keys = {f"{p.taken_at.isoformat()}#{p.shortcode}": p for p in self.newest(username)}
        left = [(key, post) for key, post in keys.items() if after is None or key < after.key]
        position = PostPosition(left[limit - 1][0]) if len(left) > limit else None
        profile = self.profiles.profile(username) if after is None else None
        return PostPage(tuple(post for _, post in left[:limit]), position, profile)

    def count(self, username: str) -> int:
        return len(self.rows.get(username, {}))

    def without_image(self, username: str, limit: int) -> Sequence[Post]:
        return [p for p in self.newest(username) if p.source_image_url and not p.image_key][:limit]

    def set_image(self, username: str, post: Post) -> None:
        self.rows[username][post.shortcode] = post

    def set_analysis(self, username: str, post: Post) -> None:
        self.rows[username][post.shortcode] = post


@dataclass
class FakeDocumentStore:
    rows: dict[tuple[str, DocumentName], Document] = field(default_factory=dict)

    def read(self, username: str, name: DocumentName) -> Document | None:
        return self.rows.get((username, name))

    def save(self, username: str, name: DocumentName, document: Document) -> None:
        there = self.rows.get((username, name))
        if there is None or there.made_at <= document.made_at:
            self.rows[username, name] = document

    def erase(self, username: str) -> None:
        for name in DocumentName:
            self.rows.pop((username, name), None)


@dataclass
class FakeStores:
    """The profiles table: profiles, posts and documents, and what writes the documents."""

    clock: FakeClock
    profiles: FakeProfileStore = field(default_factory=FakeProfileStore)
    documents: FakeDocumentStore = field(default_factory=FakeDocumentStore)
    posts: FakePostStore = field(init=False)
    write: WriteDocuments = field(init=False)

    def __post_init__(self) -> None:
        self.posts = FakePostStore(self.profiles)
        self.write = WriteDocuments(
            profiles=self.profiles,
            posts=self.posts,
            documents=self.documents,
            renderer=JsonRenderer(lambda key, version: f"https://cdn.test/{key}?v={version}"),
            clock=self.clock,
        )


@dataclass
class FakeAnalysisCache:
    rows: dict[tuple[str, str], PostAnalysis] = field(default_factory=dict)

    def read(self, version: str, captions: Sequence[str]) -> Mapping[str, PostAnalysis]:
        return {c: self.rows[version, c] for c in captions if (version, c) in self.rows}

    def save(self, version: str, readings: Mapping[str, PostAnalysis], lifetime: timedelta) -> None:
        self.rows |= {(version, caption): analysis for caption, analysis in readings.items()}


@dataclass
class FakeAbsences:
    clock: FakeClock
    until: dict[str, datetime] = field(default_factory=dict)

    def is_absent(self, username: str) -> bool:
        return username in self.until and self.clock() < self.until[username]

    def remember(self, username: str, lifetime: timedelta) -> None:
        self.until[username] = self.clock() + lifetime


@dataclass
class FakeTombstones:
    names: set[str] = field(default_factory=set)

    def bury(self, username: str) -> None:
        self.names.add(username)

    def erased(self, usernames: Sequence[str]) -> frozenset[str]:
        return frozenset(self.names.intersection(usernames))


@dataclass
class FakeUpstream:
    """Answers in order; an exception is raised, the last answer stays."""

    answers: list[object]
    calls: list[str] = field(default_factory=list)

    def _next(self, username: str) -> object:
        self.calls.append(username)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def profile(self, username: str, deadline: datetime) -> UpstreamProfile:
        found = self._next(username)
        assert isinstance(found, UpstreamProfile)
        return found

    def similar(self, username: str, deadline: datetime) -> tuple[RelatedAccount, ...]:
        found = self._next(username)
        assert isinstance(found, tuple)
        return found

    def reels(self, username: str, limit: int, deadline: datetime) -> tuple[Post, ...]:
        found = self._next(username)
        assert isinstance(found, tuple)
        return found


@dataclass
class FakeSimilarStore:
    clock: FakeClock
    rows: dict[str, tuple[str, SimilarSet | None]] = field(default_factory=dict)
    writes: int = 0
    on_replace: Callable[[], None] | None = None

    def read(self, username: str) -> SimilarRow:
        generation, cached = self.rows.get(username, (None, None))
        return SimilarRow(generation, cached)

    def replace(self, new: SimilarSet, seen_generation: str | None) -> bool:
        if self.on_replace:
            self.on_replace()
        if self.rows.get(new.username, (None, None))[0] != seen_generation:
            return False
        self.writes += 1
        self.rows[new.username] = (f"generation-{self.writes}", new)
        return True

    def clear(self, username: str) -> SimilarSet | None:
        self.writes += 1
        before = self.rows.get(username, (None, None))[1]
        self.rows[username] = (f"generation-{self.writes}", None)
        return before

    def naming(self, username: str) -> Sequence[str]:
        return [primary for primary, (_, cached) in self.rows.items() if cached and username in cached.members]

    def contents(self) -> CacheContents:
        return CacheContents(len(self.rows), 0, True)


@dataclass
class FakeFlights:
    holder: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, FlightOutcome] = field(default_factory=dict)

    def board(self, name: str, owner: str, seconds: float) -> bool:
        return self.holder.setdefault(name, owner) == owner

    def land(self, name: str, owner: str, outcome: FlightOutcome) -> None:
        if self.holder.get(name) == owner:
            del self.holder[name]
            self.outcomes[name] = outcome

    def outcome(self, name: str) -> FlightOutcome | None:
        return None if name in self.holder else self.outcomes.get(name, FlightOutcome())


@dataclass
class FakeImages:
    """Source and store in one: `bad` addresses are rejected."""

    bad: set[str] = field(default_factory=set)
    stored: dict[str, bytes] = field(default_factory=dict)
    down: bool = False

    def fetch(self, url: str, deadline: datetime) -> bytes:
        if url in self.bad:
            raise ImageRejected("host does not answer")
        return url.encode()

    def put(self, key: str, jpeg: bytes) -> StoredImage:
        self.stored[key] = jpeg
        return StoredImage("v1", len(jpeg))

    def delete_prefix(self, prefix: str) -> int:
        if self.down:
            raise StorageUnavailable()
        keys = [k for k in self.stored if k.startswith(prefix)]
        for key in keys:
            del self.stored[key]
        return len(keys)


@dataclass
class FakeCdn:
    invalidated: list[str] = field(default_factory=list)
    down: bool = False

    def url(self, key: str, version: str) -> str:
        return f"https://cdn.test/{key}?v={version}"

    def invalidate(self, prefix: str) -> None:
        if self.down:
            raise CdnUnavailable()
        self.invalidated.append(prefix)


@dataclass
class FakeTasks:
    analysis: list[str] = field(default_factory=list)
    similar: list[tuple[str, str]] = field(default_factory=list)
    posts: list[str] = field(default_factory=list)
    analysis_attempts: list[tuple[int, int]] = field(default_factory=list)
    erasures: list[tuple[str, bool, int]] = field(default_factory=list)

    def analyse_profile(self, username: str, *, attempt: int = 0, delay_seconds: int = 0) -> None:
        self.analysis.append(username)
        self.analysis_attempts.append((attempt, delay_seconds))

    def copy_similar_images(self, username: str, batch_id: str) -> None:
        self.similar.append((username, batch_id))

    def copy_images(self, username: str) -> None:
        self.posts.append(username)

    def erase_profile(self, username: str, *, is_last: bool, delay_seconds: int) -> None:
        self.erasures.append((username, is_last, delay_seconds))


@dataclass
class FakeMetrics:
    counts: dict[str, float] = field(default_factory=dict)

    def count(self, name: str, value: float = 1) -> None:
        self.counts[name] = self.counts.get(name, 0) + value

    def seconds(self, name: str, value: float) -> None:
        self.counts[name] = value

    def sums(self, names: Iterable[str], period: timedelta) -> Mapping[str, float]:
        return {n: self.counts.get(n, 0) for n in names}

    def means(self, names: Iterable[str], period: timedelta) -> Mapping[str, float | None]:
        return {n: self.counts.get(n) for n in names}


def accounts(*names: str) -> tuple[RelatedAccount, ...]:
    return tuple(
        RelatedAccount(username=n, name=n.title(), source_image_url=f"https://images.test/{n}.jpg") for n in names
    )


def upstream_profile(username: str = "ada", **changes: object) -> UpstreamProfile:
    made = UpstreamProfile(
        username=username,
        full_name="Ada",
        biography="",
        followers=1000,
        following=10,
        posts_count=3,
        is_verified=False,
        is_private=False,
        is_business=False,
        source_image_url="https://images.test/ada.jpg",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def stored_profile(username: str = "ada", **changes: object) -> StoredProfile:
    """A full profile, stored at START."""
    made = StoredProfile(
        upstream=upstream_profile(username),
        profile_type=ProfileType.PRIMARY,
        created_at=START,
        updated_at=START,
        posts_stored=0,
        similar_found=None,
        image_key=None,
        image_version=None,
        engagement=Engagement(),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def jpeg(width: int = 64, height: int = 64, image_format: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, image_format)
    return out.getvalue()

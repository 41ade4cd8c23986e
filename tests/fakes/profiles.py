"""The profiles table: profiles, snapshots, posts and documents."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from creator_search.adapters.dynamodb.documents import MAX_INLINE_BYTES
from creator_search.domain.analytics.growth import Snapshot
from creator_search.domain.documents import DOCUMENT_LIFETIME, Document, DocumentName, may_replace
from creator_search.domain.errors import LeaseLost, StoreUnavailable
from creator_search.domain.images import Image
from creator_search.domain.post_queries import PostPage, PostPosition, PostQuery, PostSort
from creator_search.domain.posts import Post
from creator_search.domain.profiles import Profile, ProfileType

from tests.fakes.process import FakeClock, whole_seconds


@dataclass
class FakeProfileStore:
    rows: dict[str, tuple[Profile, int | None]] = field(default_factory=dict)
    """Profiles with the fence of their writer; None for those of a reader."""
    days: dict[tuple[str, date], tuple[Snapshot, int]] = field(default_factory=dict)
    beside: list[Callable[[str], int]] = field(default_factory=list)
    """Callbacks that delete the items of a username in other stores, and return their number."""
    down: bool = False

    def _require(self) -> None:
        if self.down:
            raise StoreUnavailable()

    def load_profile(self, username: str) -> Profile | None:
        self._require()
        found = self.rows.get(username)
        return found[0] if found else None

    def load_profiles(self, usernames: Sequence[str]) -> Mapping[str, Profile]:
        self._require()
        return {name: self.rows[name][0] for name in usernames if name in self.rows}

    def save_profile(self, profile: Profile, fence: int) -> None:
        self._require()
        before = self.rows.get(profile.username)
        if before:
            stored, stored_fence = before
            is_downgrade = (stored.profile_type, profile.profile_type) == (ProfileType.PRIMARY, ProfileType.SECONDARY)
            if is_downgrade or (stored_fence is not None and stored_fence > fence):
                raise LeaseLost()
        self.rows[profile.username] = (profile, fence)

    def add_profile(self, profile: Profile) -> None:
        self._require()
        # The same write sent twice counts as written: the response to the first was lost.
        if self.rows.setdefault(profile.username, (profile, None)) != (profile, None):
            raise LeaseLost()

    def delete_everything(self, username: str) -> int:
        self._require()
        days = [key for key in self.days if key[0] == username]
        for key in days:
            del self.days[key]
        # A profile consists of two items; the second one is used to search by full name.
        profile = 2 if self.rows.pop(username, None) else 0
        return profile + len(days) + sum(delete(username) for delete in self.beside)

    def _change(self, username: str, **changes: object) -> None:
        self._require()
        if username in self.rows:
            profile, fence = self.rows[username]
            self.rows[username] = (replace(profile, **changes), fence)  # type: ignore[arg-type]

    def set_analysis_result(self, username: str, language: str | None, due_at: datetime) -> None:
        self._change(username, language=language, analysis_due_at=due_at)

    def postpone_analysis(self, username: str, due_at: datetime) -> None:
        self._change(username, analysis_due_at=due_at)

    def set_profile_image(self, username: str, image: Image) -> None:
        self._change(username, image=image)

    def _primaries(self) -> list[Profile]:
        self._require()
        return [profile for profile, _ in self.rows.values() if profile.profile_type is ProfileType.PRIMARY]

    def primaries_updated(self, since: datetime, until: datetime, limit: int) -> Sequence[str]:
        found = [p for p in self._primaries() if since <= p.updated_at <= until]
        return [p.username for p in sorted(found, key=lambda p: p.updated_at)][: max(limit, 0)]

    def analyses_due(self, now: datetime, limit: int) -> Sequence[str]:
        due = [(p.analysis_due_at, p.username) for p in self._primaries() if p.analysis_due_at]
        return [username for at, username in sorted(due) if at <= now][: max(limit, 0)]

    def save_snapshot(self, username: str, snapshot: Snapshot, fence: int) -> None:
        self._require()
        stored = self.days.get((username, snapshot.day))
        if stored is None or stored[1] <= fence:
            self.days[username, snapshot.day] = (snapshot, fence)

    def load_snapshots(self, username: str, since: date) -> Sequence[Snapshot]:
        self._require()
        days = sorted(self.days.items(), key=lambda item: item[0][1])
        return [snapshot for (name, day), (snapshot, _) in days if name == username and day >= since]


@dataclass
class FakePostStore:
    profiles: FakeProfileStore
    rows: dict[str, dict[str, Post]] = field(default_factory=dict)
    """Posts by shortcode and position: a post with another time is another item, as in the table."""
    read: int = 0
    """The number of posts consumed from newest_posts."""

    def __post_init__(self) -> None:
        self.profiles.beside.append(lambda username: len(self.rows.pop(username, {})))

    def _key(self, username: str, post: Post) -> str:
        stored = self.rows.get(username, {}).get(post.shortcode)
        same = stored is None or _seconds(stored.taken_at) == _seconds(post.taken_at)
        return post.shortcode if same else f"{post.shortcode} {_seconds(post.taken_at)}"

    def save_posts(self, username: str, posts: Sequence[Post]) -> None:
        for post in posts:
            key = self._key(username, post)
            self.rows.setdefault(username, {})[key] = replace(post, taken_at=whole_seconds(post.taken_at))

    def _newest(self, username: str) -> list[Post]:
        return sorted(self.rows.get(username, {}).values(), key=_position, reverse=True)

    def load_post(self, username: str, shortcode: str) -> Post | None:
        return next((post for post in self._newest(username) if post.shortcode == shortcode), None)

    def newest_posts(self, username: str) -> Iterator[Post]:
        for post in self._newest(username):
            self.read += 1
            yield post

    def load_page(self, username: str, query: PostQuery, limit: int, after: PostPosition | None) -> PostPage:
        by_engagement = query.sort is PostSort.ENGAGEMENT
        left = [post for post in self._newest(username) if _passes(post, query)]
        if by_engagement:
            left.sort(key=_rank, reverse=True)
        if after:
            left = [p for p in left if (_rank(p) if by_engagement else 0, _position(p)) < _after(after)]
        profile = None if after else self.profiles.load_profile(username)
        if len(left) <= limit:
            return PostPage(tuple(left), None, profile)
        last = left[limit - 1]
        return PostPage(
            tuple(left[:limit]), PostPosition(_position(last), _rank(last) if by_engagement else None), profile
        )

    def count_posts(self, username: str) -> int:
        return len(self.rows.get(username, {}))

    def posts_without_image(self, username: str, limit: int) -> Sequence[Post]:
        return [p for p in self.newest_posts(username) if p.source_image_url and not p.image][:limit]

    def _change(self, username: str, post: Post, **changes: object) -> None:
        rows, key = self.rows.get(username, {}), self._key(username, post)
        if key in rows:
            rows[key] = replace(rows[key], **changes)  # type: ignore[arg-type]

    def set_post_image(self, username: str, post: Post) -> None:
        self._change(username, post, image=post.image)

    def set_post_analysis(self, username: str, post: Post) -> None:
        stored = self.rows.get(username, {}).get(self._key(username, post))
        if stored and stored.caption == post.caption:
            self._change(username, post, analysis=post.analysis)


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _position(post: Post) -> str:
    """Return the position of a post in the table: by time, then by shortcode."""
    return f"{_seconds(post.taken_at):012d}#{post.shortcode}"


def _rank(post: Post) -> int:
    return -1 if post.engagement is None else post.engagement


def _after(position: PostPosition) -> tuple[int, str]:
    return (position.engagement or 0, position.key)


def _passes(post: Post, query: PostQuery) -> bool:
    found = post.analysis
    return (
        (query.media_type is None or post.media_type is query.media_type)
        and (query.category is None or (found is not None and found.content_category == query.category))
        and (query.sentiment is None or (found is not None and found.sentiment is query.sentiment))
        and (query.language is None or (found is not None and found.language_code == query.language))
        and (query.since is None or _seconds(post.taken_at) >= _seconds(query.since))
        and (query.until is None or _seconds(post.taken_at) <= _seconds(query.until))
    )


@dataclass
class FakeDocumentStore:
    clock: FakeClock
    profiles: FakeProfileStore = field(default_factory=FakeProfileStore)
    rows: dict[tuple[str, DocumentName], tuple[Document, datetime]] = field(default_factory=dict)
    """Documents with their time of expiry."""
    lost: set[tuple[str, DocumentName]] = field(default_factory=set)
    """Documents whose item exists but whose large body was deleted."""

    def __post_init__(self) -> None:
        self.profiles.beside.append(self._delete_items)

    def _delete_items(self, username: str) -> int:
        return sum(self.rows.pop((username, name), None) is not None for name in DocumentName)

    def load_document(self, username: str, name: DocumentName) -> Document | None:
        stored = self.rows.get((username, name))
        if stored is None or stored[1] <= self.clock() or (username, name) in self.lost:
            return None
        return stored[0]

    def save_document(self, username: str, name: DocumentName, document: Document) -> bool:
        stored = self.rows.get((username, name))
        if stored and not may_replace(document, stored[0]):
            return False
        self.rows[username, name] = (document, whole_seconds(self.clock() + DOCUMENT_LIFETIME))
        self.lost.discard((username, name))
        return True

    def delete_documents(self, username: str) -> None:
        self.lost |= {key for key, (document, _) in self.rows.items() if key[0] == username and _is_large(document)}


def _is_large(document: Document) -> bool:
    return len(document.body.encode()) > MAX_INLINE_BYTES

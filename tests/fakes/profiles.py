"""The profiles table: profiles, snapshots, posts and documents."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from creator_search.domain.accounts import Account, AccountRecord, HistoryKey, NameRecord
from creator_search.domain.analytics.growth import Snapshot
from creator_search.domain.documents import DOCUMENT_LIFETIME, Document, DocumentName, may_replace
from creator_search.domain.errors import LeaseLost, StoreUnavailable
from creator_search.domain.images import Image
from creator_search.domain.post_queries import PostPage, PostPosition, PostQuery, PostSort
from creator_search.domain.posts import Post
from creator_search.domain.profile_types import ProfileType
from creator_search.domain.profiles import Profile

from tests.fakes.process import FakeClock, whole_seconds


@dataclass
class FakeProfileStore:
    rows: dict[str, tuple[Profile, int | None]] = field(default_factory=dict)
    """Profiles with the fence of their writer; None for those of a reader."""
    days: dict[tuple[str, date], tuple[Snapshot, int]] = field(default_factory=dict)
    names: dict[str, NameRecord] = field(default_factory=dict)
    accounts: dict[str, AccountRecord] = field(default_factory=dict)
    beside: list[Callable[[HistoryKey], int]] = field(default_factory=list)
    """Callbacks that delete the items of a history in other stores, and return their number."""
    down: bool = False

    def _require(self) -> None:
        if self.down:
            raise StoreUnavailable()

    def load_profile(self, username: str) -> Profile | None:
        self._require()
        found = self.rows.get(username)
        return found[0] if found else None

    def load_profiles(self, usernames: Sequence[str], *, is_consistent: bool = False) -> Mapping[str, Profile]:
        self._require()
        return {name: self.rows[name][0] for name in usernames if name in self.rows}

    def save_profile(self, profile: Profile, fence: int, over: Profile | None) -> None:
        self._require()
        before = self.rows.get(profile.username)
        if (over and before is None) or not self._may_be_under_its_username(profile):
            raise LeaseLost()
        if before:
            stored, stored_fence = before
            is_downgrade = (stored.profile_type, profile.profile_type) == (ProfileType.PRIMARY, ProfileType.SECONDARY)
            if is_downgrade or (stored_fence is not None and stored_fence > fence):
                raise LeaseLost()
        self.rows[profile.username] = (profile, fence)

    def _may_be_under_its_username(self, profile: Profile) -> bool:
        stored, account = self.rows.get(profile.username), profile.account
        if stored:
            return stored[0].account is None or (account is not None and stored[0].account.id == account.id)
        record = self.accounts.get(account.id) if account else None
        return account is None or (record is not None and record.username == profile.username)

    def add_profile(self, profile: Profile) -> None:
        self._require()
        if not self._may_be_under_its_username(profile):
            raise LeaseLost()
        # The same write sent twice counts as written: the response to the first was lost.
        if self.rows.setdefault(profile.username, (profile, None)) != (profile, None):
            raise LeaseLost()

    def delete_history(self, key: HistoryKey) -> int:
        self._require()
        days = [day for day in self.days if day[0] == key]
        for day in days:
            del self.days[day]
        return len(days) + sum(delete(key) for delete in self.beside)

    def delete_profile(self, profile_key: str, account_id: str | None) -> int:
        self._require()
        stored = self.rows.get(profile_key)
        if stored is None or _id(stored[0].account) not in (None, account_id):
            return 0
        del self.rows[profile_key]
        # Under a username, a profile consists of two items; the second one is used to search by full name.
        return 2 if stored[0].holds_username else 1

    def _change(self, username: str, **changes: object) -> None:
        self._require()
        if username in self.rows:
            profile, fence = self.rows[username]
            self.rows[username] = (replace(profile, **changes), fence)  # type: ignore[arg-type]

    def _change_of(self, profile: Profile, **changes: object) -> None:
        stored = self.rows.get(profile.username)
        if stored and _id(stored[0].account) in (None, _id(profile.account)):
            self._change(profile.username, **changes)

    def set_analysis_result(self, profile: Profile, language: str | None, due_at: datetime) -> None:
        self._change_of(profile, language=language, analysis_due_at=due_at)

    def postpone_analysis(self, username: str, due_at: datetime) -> None:
        self._change(username, analysis_due_at=due_at)

    def set_profile_image(self, profile: Profile, image: Image) -> None:
        self._change_of(profile, image=image)

    def _primaries(self) -> list[Profile]:
        self._require()
        named = (profile for profile, _ in self.rows.values() if profile.holds_username)
        return [profile for profile in named if profile.profile_type is ProfileType.PRIMARY]

    def refreshes_due(self, since: datetime, until: datetime, limit: int) -> Sequence[str]:
        due = [(p.refresh_due_at, p.username) for p in self._primaries() if p.refresh_due_at]
        return [username for at, username in sorted(due) if since <= at <= until][: max(limit, 0)]

    def analyses_due(self, now: datetime, limit: int) -> Sequence[str]:
        due = [(p.analysis_due_at, p.username) for p in self._primaries() if p.analysis_due_at]
        return [username for at, username in sorted(due) if at <= now][: max(limit, 0)]

    def save_snapshot(self, key: HistoryKey, snapshot: Snapshot, fence: int) -> None:
        self._require()
        stored = self.days.get((key, snapshot.day))
        if stored is None or stored[1] <= fence:
            self.days[key, snapshot.day] = (snapshot, fence)

    def load_snapshots(self, key: HistoryKey, since: date) -> Sequence[Snapshot]:
        self._require()
        days = sorted(self.days.items(), key=lambda item: item[0][1])
        return [snapshot for (of, day), (snapshot, _) in days if of == key and day >= since]


def _id(account: Account | None) -> str | None:
    return account.id if account else None


@dataclass
class FakePostStore:
    profiles: FakeProfileStore
    rows: dict[str, dict[str, Post]] = field(default_factory=dict)
    """Posts by shortcode and position: a post with another time is another item, as in the table."""
    read: int = 0
    """The number of posts consumed from newest_posts."""

    def __post_init__(self) -> None:
        self.profiles.beside.append(lambda key: len(self.rows.pop(key, {})))

    def _place(self, key: HistoryKey, post: Post) -> str:
        stored = self.rows.get(key, {}).get(post.shortcode)
        same = stored is None or _seconds(stored.taken_at) == _seconds(post.taken_at)
        return post.shortcode if same else f"{post.shortcode} {_seconds(post.taken_at)}"

    def save_posts(self, key: HistoryKey, posts: Sequence[Post]) -> None:
        for post in posts:
            place = self._place(key, post)
            self.rows.setdefault(key, {})[place] = replace(post, taken_at=whole_seconds(post.taken_at))

    def _newest(self, key: HistoryKey) -> list[Post]:
        return sorted(self.rows.get(key, {}).values(), key=_position, reverse=True)

    def load_post(self, key: HistoryKey, shortcode: str) -> Post | None:
        return next((post for post in self._newest(key) if post.shortcode == shortcode), None)

    def newest_posts(self, key: HistoryKey) -> Iterator[Post]:
        for post in self._newest(key):
            self.read += 1
            yield post

    def load_first_page(self, username: str, query: PostQuery, limit: int) -> PostPage:
        profile = self.profiles.load_profile(username)
        if profile is None:
            return PostPage((), None, None)
        return replace(self.load_page(profile.history_key, query, limit, None), profile=profile)

    def load_page(self, key: HistoryKey, query: PostQuery, limit: int, after: PostPosition | None) -> PostPage:
        by_engagement = query.sort is PostSort.ENGAGEMENT
        left = [post for post in self._newest(key) if query.admits(post)]
        if by_engagement:
            left.sort(key=_rank, reverse=True)
        if after:
            left = [p for p in left if (_rank(p) if by_engagement else 0, _position(p)) < _after(after)]
        if len(left) <= limit:
            return PostPage(tuple(left), None)
        last = left[limit - 1]
        return PostPage(tuple(left[:limit]), PostPosition(_position(last), _rank(last) if by_engagement else None))

    def position_of(self, post: Post) -> PostPosition:
        return PostPosition(_position(post))

    def count_posts(self, key: HistoryKey) -> int:
        return len(self.rows.get(key, {}))

    def posts_without_image(self, key: HistoryKey, limit: int) -> Sequence[Post]:
        return [p for p in self.newest_posts(key) if p.source_image_url and not p.image][:limit]

    def _change(self, key: HistoryKey, post: Post, **changes: object) -> None:
        rows, place = self.rows.get(key, {}), self._place(key, post)
        if place in rows:
            rows[place] = replace(rows[place], **changes)  # type: ignore[arg-type]

    def set_post_image(self, key: HistoryKey, post: Post) -> None:
        self._change(key, post, image=post.image)

    def set_post_analysis(self, key: HistoryKey, post: Post) -> None:
        stored = self.rows.get(key, {}).get(self._place(key, post))
        if stored and stored.caption == post.caption:
            self._change(key, post, analysis=post.analysis)


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _position(post: Post) -> str:
    """Return the position of a post in the table: by time, then by shortcode."""
    return f"{_seconds(post.taken_at):012d}#{post.shortcode}"


def _rank(post: Post) -> int:
    return -1 if post.engagement is None else post.engagement


def _after(position: PostPosition) -> tuple[int, str]:
    return (position.engagement or 0, position.key)


@dataclass
class FakeDocumentStore:
    clock: FakeClock
    profiles: FakeProfileStore = field(default_factory=FakeProfileStore)
    rows: dict[tuple[str, DocumentName], tuple[Document, datetime]] = field(default_factory=dict)
    """Documents with their time of expiry."""

    def load_document(self, username: str, name: DocumentName) -> Document | None:
        stored = self.rows.get((username, name))
        if stored is None or stored[1] <= self.clock():
            return None
        return stored[0]

    def save_document(self, username: str, name: DocumentName, document: Document) -> bool:
        stored = self.rows.get((username, name))
        if stored and not may_replace(document, stored[0]):
            return False
        self.rows[username, name] = (document, whole_seconds(self.clock() + DOCUMENT_LIFETIME))
        return True

    def delete_documents(self, username: str) -> None:
        for name in DocumentName:
            self.rows.pop((username, name), None)

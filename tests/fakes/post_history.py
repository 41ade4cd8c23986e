"""The counts of posts over time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from creator_search.domain.accounts import HistoryKey
from creator_search.domain.post_history import DENSE_FOR, PostPoint, is_young
from creator_search.domain.posts import Post

from tests.fakes.process import FakeClock, whole_seconds
from tests.fakes.profiles import FakeProfileStore


@dataclass
class FakePostHistoryStore:
    clock: FakeClock
    profiles: FakeProfileStore
    items: dict[tuple[str, datetime, bool], tuple[Mapping[str, PostPoint], datetime | None]] = field(
        default_factory=dict
    )
    """The points of the young or the old posts by shortcode, with their time of expiry."""

    def __post_init__(self) -> None:
        self.profiles.beside.append(self._delete)

    def _delete(self, key: str) -> int:
        keys = [found for found in self.items if found[0] == key]
        for found in keys:
            del self.items[found]
        return len(keys)

    def append_points(self, key: HistoryKey, posts: Sequence[Post], seen_at: datetime, *, is_weekly: bool) -> None:
        at = whole_seconds(seen_at)
        for young in (True, False):
            points = {p.shortcode: PostPoint.of(p, at) for p in posts if is_young(p, seen_at) is young}
            if points:
                self.items[key, at, young] = (points, None if young or is_weekly else at + DENSE_FOR)

    def load_points(
        self, key: HistoryKey, since: datetime, shortcode: str | None = None
    ) -> Mapping[str, Sequence[PostPoint]]:
        found: dict[str, list[PostPoint]] = {}
        for (owner, at, _), (points, expiry) in sorted(self.items.items()):
            if owner == key and at >= whole_seconds(since) and (expiry is None or expiry > self.clock()):
                for code, point in points.items():
                    if shortcode in (None, code):
                        found.setdefault(code, []).append(point)
        return found

"""The cache of similar profiles, images, the CDN and metrics."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import quote

from creator_search.domain.errors import CdnBusy, CdnUnavailable, ImageRejected, MetricsUnavailable, StorageUnavailable
from creator_search.domain.images import Image
from creator_search.domain.measurements import MetricValue, Statistic, Wanted, Window
from creator_search.domain.similar import SIMILAR_STALE_FOR, CacheContents, SimilarRow, SimilarSet

from tests.fakes.process import FakeClock, whole_seconds


@dataclass
class FakeSimilarStore:
    clock: FakeClock
    rows: dict[str, tuple[str, SimilarSet | None]] = field(default_factory=dict)
    memberships: set[tuple[str, str]] = field(default_factory=set)
    """Member and username of the set; never expired: DynamoDB deletes expired rows late."""
    writes: int = 0
    on_replace: Callable[[], None] | None = None
    """Called before every replace: simulates another process."""
    on_shrink: Callable[[], None] | None = None
    """Called before every shrink."""

    def load_similar(self, username: str) -> SimilarRow:
        generation, cached = self.rows.get(username, (None, None))
        return SimilarRow(generation, cached if self._is_live(cached) else None)

    def _is_live(self, cached: SimilarSet | None) -> bool:
        return cached is not None and whole_seconds(cached.fetched_at + SIMILAR_STALE_FOR) > self.clock()

    def load_sets(self, usernames: Sequence[str]) -> Mapping[str, SimilarRow]:
        found = {name: self.rows[name] for name in usernames if name in self.rows}
        return {name: SimilarRow(generation, cached) for name, (generation, cached) in found.items() if cached}

    def replace_set(self, new: SimilarSet, seen_generation: str | None) -> bool:
        self.memberships |= {(member, new.username) for member in new.members}
        if self.on_replace:
            self.on_replace()
        if new.username in self.rows and self.rows[new.username][0] != seen_generation:
            return False
        self.rows[new.username] = (self._generation(), new)
        return True

    def shrink_set(self, left: SimilarSet, seen_generation: str | None) -> bool:
        if self.on_shrink:
            self.on_shrink()
        generation, cached = self.rows.get(left.username, (None, None))
        if cached is None or generation != seen_generation:
            return False
        self.rows[left.username] = (self._generation(), left)
        return True

    def clear_set(self, username: str) -> SimilarSet | None:
        before = self.rows.get(username, (None, None))[1]
        self.rows[username] = (self._generation(), None)
        return before

    def delete_row(self, username: str) -> None:
        self.rows.pop(username, None)

    def _generation(self) -> str:
        self.writes += 1
        return f"generation-{self.writes}"

    def sets_naming(self, username: str) -> Sequence[str]:
        return sorted(set_of for member, set_of in self.memberships if member == username)

    def forget_memberships(self, memberships: Iterable[tuple[str, str]]) -> None:
        self.memberships -= set(memberships)

    def measure_contents(self) -> CacheContents:
        live = [cached for _, cached in self.rows.values() if cached and self._is_live(cached)]
        image_bytes = sum(p.image_bytes for cached in live for p in cached.profiles)
        return CacheContents(len(live), image_bytes, is_complete=True)


@dataclass
class FakeImages:
    """An image source and store. URLs in `bad` are rejected; a fetch takes `seconds_each` if a clock is given."""

    bad: set[str] = field(default_factory=set)
    stored: dict[str, bytes] = field(default_factory=dict)
    down: bool = False
    clock: FakeClock | None = None
    seconds_each: float = 0

    def fetch_image(self, url: str, deadline: datetime) -> bytes:
        if self.clock:
            self.clock.advance(seconds=self.seconds_each)
        if url in self.bad:
            raise ImageRejected("host does not answer")
        return url.encode()

    def store_image(self, key: str, jpeg: bytes) -> Image:
        if self.down:
            raise StorageUnavailable()
        self.stored[key] = jpeg
        return Image(key, hashlib.sha256(jpeg).hexdigest()[:12])

    def list_keys(self, prefix: str) -> Sequence[str]:
        if self.down:
            raise StorageUnavailable()
        return sorted(k for k in self.stored if k.startswith(prefix))

    def delete_keys(self, keys: Sequence[str]) -> None:
        if self.down:
            raise StorageUnavailable()
        for key in keys:
            self.stored.pop(key, None)

    def delete_images(self, prefix: str) -> int:
        if self.down:
            raise StorageUnavailable()
        keys = [k for k in self.stored if k.startswith(prefix)]
        for key in keys:
            del self.stored[key]
        return len(keys)


@dataclass
class FakeCdn:
    invalidated: list[Image] = field(default_factory=list)
    down: bool = False
    busy: bool = False

    def image_url(self, image: Image) -> str:
        return f"https://cdn.test/{quote(image.key)}?v={image.version}"

    def invalidate(self, images: Sequence[Image]) -> None:
        if self.down and images:
            raise CdnUnavailable()
        if self.busy and images:
            raise CdnBusy()
        self.invalidated += images


@dataclass
class FakeMetrics:
    """A metrics writer and reader. All figures count as within the requested period."""

    counts: dict[str, float] = field(default_factory=dict)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    values: dict[str, list[float]] = field(default_factory=dict)
    """The values of the counts."""
    figure_reads: int = 0
    down: bool = False
    lines: list[dict[str, str | int]] = field(default_factory=list)
    """The details of the lines that were flushed."""

    @contextmanager
    def collecting(self, **details: str | int) -> Iterator[dict[str, str | int]]:
        try:
            yield details
        finally:
            self.flush(**details)

    def flush(self, **details: str | int) -> None:
        self.lines.append(details)

    def count(self, name: str, value: float = 1, **dimensions: str) -> None:
        for key in (name, *(f"{name} {dimension}" for dimension in dimensions.values())):
            self.counts[key] = self.counts.get(key, 0) + value
            self.values.setdefault(key, []).append(value)

    def record_seconds(self, name: str, value: float, **dimensions: str) -> None:
        for key in (name, *(f"{name} {dimension}" for dimension in dimensions.values())):
            self.seconds.setdefault(key, []).append(value)

    def load_figures(self, wanted: Iterable[Wanted], window: Window) -> Mapping[Wanted, MetricValue]:
        if self.down:
            raise MetricsUnavailable()
        self.figure_reads += 1
        found = {each: self._figure(each) for each in wanted}
        return {each: MetricValue(value, window.start) for each, value in found.items() if value is not None}

    def _figure(self, wanted: Wanted) -> float | None:
        key = f"{wanted.metric} {wanted.dimension[1]}" if wanted.dimension else wanted.metric
        values = sorted(self.seconds.get(key, self.values.get(key, [])))
        if not values:
            return None
        if wanted.statistic is Statistic.SUM:
            return sum(values)
        if wanted.statistic is Statistic.SAMPLES:
            return len(values)
        if wanted.statistic is Statistic.MEAN:
            return sum(values) / len(values)
        # As numpy does, and the stand-in of AWS: between the two nearest ranks.
        rank = int(wanted.statistic[1:]) / 100 * (len(values) - 1)
        below, above = values[int(rank)], values[min(int(rank) + 1, len(values) - 1)]
        return below + (rank - int(rank)) * (above - below)

    def load_sums(self, names: Iterable[str], period: timedelta) -> Mapping[str, float]:
        if self.down:
            raise MetricsUnavailable()
        return {n: self.counts.get(n, 0) for n in names}

    def load_means(self, names: Iterable[str], period: timedelta) -> Mapping[str, float | None]:
        if self.down:
            raise MetricsUnavailable()
        values = {n: self.seconds.get(n, []) for n in names}
        return {n: sum(found) / len(found) if found else None for n, found in values.items()}

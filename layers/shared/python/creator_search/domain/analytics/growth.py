"""Growth of followers, from stored daily snapshots."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

PERIODS = (7, 30, 90)
_TOLERANCE = {7: 2, 30: 5, 90: 10}
"""Days by which a snapshot may be older than the start of the period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The last seen public counts of one UTC day."""

    day: date
    followers: int
    following: int | None = None
    posts_count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """`growth` = (F_now − F_then) ÷ F_then, a fraction; `since` is the day of the snapshot with F_then."""

    days: int
    since: date | None = None
    followers_then: int | None = None
    change: int | None = None
    growth: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    followers: int
    snapshots: int
    periods: tuple[Change, ...]
    notes: tuple[str, ...] = ()


def growth(followers: int, snapshots: Sequence[Snapshot], today: date) -> Growth:
    """Compute growth over 7, 30 and 90 days. Each period uses the newest snapshot at or before its start, at most 2, 5
    and 10 days older."""
    notes: list[str] = []
    return Growth(
        followers=followers,
        snapshots=len(snapshots),
        periods=tuple(_change(followers, snapshots, today, days, notes) for days in PERIODS),
        notes=tuple(notes),
    )


def _change(followers: int, snapshots: Sequence[Snapshot], today: date, days: int, notes: list[str]) -> Change:
    start = today - timedelta(days=days)
    oldest = start - timedelta(days=_TOLERANCE[days])
    then = max((s for s in snapshots if oldest <= s.day <= start), key=lambda s: s.day, default=None)
    if then is None:
        notes.append(f"{days} days: no snapshot from {oldest} to {start}")
        return Change(days=days)
    if not then.followers:
        notes.append(f"{days} days: the profile had no followers then")
    return Change(
        days=days,
        since=then.day,
        followers_then=then.followers,
        change=followers - then.followers,
        growth=round((followers - then.followers) / then.followers, 6) if then.followers else None,
    )

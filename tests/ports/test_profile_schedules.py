"""ProfileStore: which profiles are to be built or analyzed again, and the snapshots of each day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.analytics.growth import Snapshot
from creator_search.domain.profile_types import ProfileType
from creator_search.services.ports import ProfileStore

from tests.fakes import START, stored_profile
from tests.fakes.values import erased
from tests.ports.conftest import Ports

SECONDARY = ProfileType.SECONDARY


@pytest.fixture
def profiles(ports: Ports) -> ProfileStore:
    return ports.container.profile_store


def ago(**delta: float) -> datetime:
    return START - timedelta(**delta)


def to_refresh(profiles: ProfileStore, **days: float) -> None:
    """Store primary profiles whose refresh has been due for these numbers of days."""
    for name, overdue in days.items():
        profiles.save_profile(stored_profile(name, refresh_due_at=ago(days=overdue)), fence=1, over=None)


def due(profiles: ProfileStore, **hours: float) -> None:
    """Store primary profiles whose analysis has been due for these numbers of hours."""
    for name, overdue in hours.items():
        profiles.save_profile(stored_profile(name, analysis_due_at=ago(hours=overdue)), fence=1, over=None)


def test_refreshes_that_are_due_are_returned(profiles: ProfileStore) -> None:
    to_refresh(profiles, ada=1, ben=5, cleo=3, dana=-0.5)
    profiles.save_profile(stored_profile("emre"), fence=1, over=None)
    assert sorted(profiles.refreshes_due(ago(days=9), START, 10)) == ["ada", "ben", "cleo"]
    assert sorted(profiles.refreshes_due(ago(days=4), ago(days=1), 10)) == ["ada", "cleo"]


def test_the_bounds_of_a_period_are_included(profiles: ProfileStore) -> None:
    to_refresh(profiles, ada=1)
    moment = timedelta(microseconds=1)
    assert profiles.refreshes_due(ago(days=1), ago(days=1), 10) == ["ada"]
    assert profiles.refreshes_due(ago(days=1) + moment, START, 10) == []
    assert profiles.refreshes_due(ago(days=2), ago(days=1) - moment, 10) == []


@pytest.mark.parametrize(("limit", "expected"), [(-1, []), (0, []), (1, ["ben"]), (2, ["ben", "ada"])])
def test_no_more_profiles_are_returned_than_the_limit(profiles: ProfileStore, limit: int, expected: list[str]) -> None:
    to_refresh(profiles, ada=1, ben=5)
    assert len(profiles.refreshes_due(ago(days=9), START, limit)) == len(expected)
    due(profiles, ada=1, ben=5)
    assert profiles.analyses_due(START, limit) == expected


def test_secondary_profiles_are_neither_built_nor_analyzed_again(profiles: ProfileStore) -> None:
    profiles.save_profile(
        stored_profile(profile_type=SECONDARY, analysis_due_at=START, refresh_due_at=START), fence=1, over=None
    )
    profiles.set_analysis_result(stored_profile("ada"), "en", START)
    assert profiles.refreshes_due(ago(days=9), START, 10) == []
    assert profiles.analyses_due(START, 10) == []


def test_a_profile_that_becomes_primary_is_found(profiles: ProfileStore) -> None:
    profiles.save_profile(stored_profile(profile_type=SECONDARY), fence=1, over=None)
    profiles.save_profile(stored_profile(analysis_due_at=START, refresh_due_at=START), fence=2, over=None)
    assert profiles.refreshes_due(START, START, 10) == ["ada"]
    assert profiles.analyses_due(START, 10) == ["ada"]


def test_a_rebuilt_profile_is_found_at_its_new_time_and_a_deleted_one_is_not_found(profiles: ProfileStore) -> None:
    to_refresh(profiles, ada=5, ben=4)
    profiles.save_profile(stored_profile("ada", refresh_due_at=START), fence=2, over=None)
    erased(profiles, "ben")
    assert profiles.refreshes_due(ago(days=9), ago(days=1), 10) == []
    assert profiles.refreshes_due(START, START, 10) == ["ada"]


def test_analyses_are_returned_most_overdue_first(profiles: ProfileStore) -> None:
    due(profiles, ada=5, ben=1, cleo=-1, dana=3)
    profiles.save_profile(stored_profile("emre"), fence=1, over=None)
    assert profiles.analyses_due(START, 10) == ["ada", "dana", "ben"]


def test_an_analysis_is_due_from_its_time_on(profiles: ProfileStore) -> None:
    due(profiles, ada=0)
    assert profiles.analyses_due(START - timedelta(microseconds=1), 10) == []
    assert profiles.analyses_due(START, 10) == ["ada"]


def test_an_analysis_that_was_made_or_postponed_is_due_at_its_new_time(profiles: ProfileStore) -> None:
    due(profiles, ada=5, ben=4, cleo=3)
    profiles.postpone_analysis("ada", START + timedelta(hours=1))
    profiles.set_analysis_result(stored_profile("ben"), "en", ago(hours=1))
    assert profiles.analyses_due(START, 10) == ["cleo", "ben"]
    assert profiles.analyses_due(START + timedelta(hours=1), 10) == ["cleo", "ben", "ada"]


def day(number: int, followers: int = 1) -> Snapshot:
    return Snapshot(day=date(2026, 1, number), followers=followers, following=2, posts_count=3)


def test_snapshots_since_a_day_are_returned_oldest_first(profiles: ProfileStore) -> None:
    for number in (9, 31, 10, 2):
        profiles.save_snapshot(HistoryKey("ada"), day(number), fence=1)
    profiles.save_snapshot(HistoryKey("ben"), day(20), fence=1)
    assert profiles.load_snapshots(HistoryKey("ada"), date(2026, 1, 9)) == [day(9), day(10), day(31)]
    assert profiles.load_snapshots(HistoryKey("ada"), date(2025, 12, 1)) == [day(2), day(9), day(10), day(31)]
    assert profiles.load_snapshots(HistoryKey("ada"), date(2026, 2, 1)) == []
    assert profiles.load_snapshots(HistoryKey("nobody"), date(2026, 1, 1)) == []


def test_a_snapshot_without_counts_is_read_as_it_was_saved(profiles: ProfileStore) -> None:
    snapshot = Snapshot(day=datetime(2026, 1, 31, tzinfo=UTC).date(), followers=0)
    profiles.save_snapshot(HistoryKey("ada"), snapshot, fence=1)
    assert profiles.load_snapshots(HistoryKey("ada"), snapshot.day) == [snapshot]


@pytest.mark.parametrize(("fence", "followers"), [(4, 1), (5, 7), (6, 7)])
def test_the_snapshot_of_a_day_is_replaced_unless_its_fence_is_higher(
    profiles: ProfileStore, fence: int, followers: int
) -> None:
    profiles.save_snapshot(HistoryKey("ada"), day(31), fence=5)
    profiles.save_snapshot(HistoryKey("ada"), day(31, followers=7), fence=fence)
    assert profiles.load_snapshots(HistoryKey("ada"), day(31).day) == [day(31, followers)]


def test_each_day_has_its_own_fence(profiles: ProfileStore) -> None:
    profiles.save_snapshot(HistoryKey("ada"), day(30), fence=9)
    profiles.save_snapshot(HistoryKey("ada"), day(31), fence=1)
    profiles.save_profile(stored_profile(), fence=1, over=None)
    assert profiles.load_snapshots(HistoryKey("ada"), day(30).day) == [day(30), day(31)]

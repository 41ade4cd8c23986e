from datetime import timedelta

import pytest
from creator_search.config import Config
from creator_search.domain.jobs import REFRESH_SOURCE, Priority
from creator_search.domain.profiles import ProfileType
from creator_search.domain.refreshes import (
    OTHERS_EVERY,
    WANTED_EVERY,
    affordable_refreshes,
    refresh_due_at,
    refreshes_on_read,
)

from tests.fakes import START, World, stored_profile

QUARTER = timedelta(minutes=15)


def refreshed(
    overdue: dict[str, timedelta], per_run: int, kind: ProfileType = ProfileType.PRIMARY, *, waiting: int = 0
) -> list[str]:
    """Return whose refresh is requested, of creators whose refresh is due for these times, while MEDIUM jobs wait."""
    world = World(Config(profile_refreshes_per_run=per_run))
    for name, since in overdue.items():
        found = stored_profile(name, profile_type=kind, refresh_due_at=START - since)
        world.profiles.save_profile(found, fence=1, over=None)
    world.queue.waiting = waiting
    requested = world.container.profile_refresher.request_due_refreshes()
    assert all((priority, m.source) == (Priority.MEDIUM, REFRESH_SOURCE) for priority, m in world.queue.sent)
    assert requested == len(world.queue.sent)
    return sorted(message.username for _, message in world.queue.sent)


def test_primary_profiles_that_are_due_are_refreshed_and_no_others() -> None:
    overdue = {"later": timedelta(minutes=-1), "now": timedelta(0), "week": timedelta(days=7)}
    assert refreshed(overdue, per_run=10) == ["now", "week"]
    assert refreshed(overdue, per_run=10, kind=ProfileType.SECONDARY) == []


def test_one_run_requests_no_more_than_its_limit() -> None:
    overdue = {f"n{n}": timedelta(days=2) for n in range(100)}
    assert len(refreshed(overdue, per_run=7)) == 7
    assert refreshed(overdue, per_run=0) == []


def test_a_run_requests_what_the_rates_of_the_providers_leave_beside_the_waiting_jobs() -> None:
    settings = Config()
    rates = {"decodo": settings.decodo_requests_per_second, "rapidapi": settings.rapidapi_requests_per_second}
    affordable = affordable_refreshes(rates, QUARTER, 0)
    overdue = {f"n{n}": timedelta(days=2) for n in range(20)}
    assert len(refreshed(overdue, per_run=500, waiting=affordable - 5)) == 5
    assert refreshed(overdue, per_run=500, waiting=affordable + 1) == []


def test_the_provider_with_the_least_rate_limits_the_refreshes() -> None:
    plenty = affordable_refreshes({"decodo": 1000, "rapidapi": 19}, QUARTER, 0)
    assert plenty == 180  # 19 calls a second, of which 25 % x 80 %, for 900 s and 19 calls each
    assert affordable_refreshes({"decodo": 0.01, "rapidapi": 19}, QUARTER, 0) == 1


def test_reads_may_request_a_quarter_of_what_the_workers_build_or_the_rates_allow() -> None:
    rates = {"decodo": 1000.0, "rapidapi": 19.0}  # 0.2 builds a second of MEDIUM's share
    assert refreshes_on_read(rates, workers=3) == pytest.approx(0.25 * 3 / 20)
    assert refreshes_on_read(rates, workers=100) == pytest.approx(0.25 * 0.2)
    assert refreshes_on_read({"decodo": 0.01, "rapidapi": 19.0}, workers=100) == pytest.approx(0.25 * 0.002)


def test_a_profile_that_could_not_be_built_for_a_month_is_not_refreshed() -> None:
    overdue = {"gone": timedelta(days=31), "lately": timedelta(days=29)}
    assert refreshed(overdue, per_run=10) == ["lately"]


@pytest.mark.parametrize(("is_wanted", "interval"), [(True, WANTED_EVERY), (False, OTHERS_EVERY)])
def test_refreshes_are_due_after_their_interval_and_spread_over_a_tenth_of_it(
    is_wanted: bool, interval: timedelta
) -> None:
    waits = {refresh_due_at(f"creator{n}", START, is_wanted=is_wanted) - START for n in range(300)}
    assert interval <= min(waits) < 1.01 * interval and 1.09 * interval < max(waits) <= 1.1 * interval
    assert len(waits) > 100

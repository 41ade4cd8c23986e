from datetime import timedelta

from creator_search.config import Config
from creator_search.domain.jobs import REFRESH_SOURCE, Priority
from creator_search.domain.profiles import ProfileType

from tests.fakes import START, World, stored_profile


def refreshed(ages: dict[str, timedelta], per_run: int, kind: ProfileType = ProfileType.PRIMARY) -> list[str]:
    world = World(Config(profile_refreshes_per_run=per_run))
    for name, age in ages.items():
        world.profiles.save_profile(stored_profile(name, profile_type=kind, updated_at=START - age), fence=1, over=None)
    requested = world.container.profile_refresher.request_due_refreshes()
    assert all((priority, m.source) == (Priority.MEDIUM, REFRESH_SOURCE) for priority, m in world.queue.sent)
    assert requested == len(world.queue.sent)
    return sorted(message.username for _, message in world.queue.sent)


def test_primary_profiles_that_are_a_day_old_are_refreshed_and_no_others() -> None:
    ages = {"fresh": timedelta(hours=23), "day": timedelta(hours=24), "week": timedelta(days=7)}
    assert refreshed(ages, per_run=10) == ["day", "week"]
    assert refreshed(ages, per_run=10, kind=ProfileType.SECONDARY) == []


def test_one_run_requests_no_more_than_its_limit() -> None:
    ages = {f"n{n}": timedelta(days=2) for n in range(100)}
    assert len(refreshed(ages, per_run=7)) == 7
    assert refreshed(ages, per_run=0) == []


def test_a_profile_that_could_not_be_built_for_a_month_is_not_refreshed() -> None:
    assert refreshed({"gone": timedelta(days=31), "lately": timedelta(days=29)}, per_run=10) == ["lately"]

from datetime import timedelta

from creator_search.domain.jobs import REFRESH_SOURCE, Priority, ProfileType
from creator_search.services.ask_refresh import AskRefresh
from creator_search.services.refresh_profiles import RefreshProfiles

from tests.fakes import START, FakeClock, FakeJobQueue, FakeProfileStore, ids, stored_profile


def refreshed(ages: dict[str, timedelta], per_run: int, kind: ProfileType = ProfileType.PRIMARY) -> list[str]:
    profiles, queue, clock = FakeProfileStore(), FakeJobQueue(), FakeClock()
    for name, age in ages.items():
        profiles.save_profile(stored_profile(name, profile_type=kind, updated_at=START - age), fence=1)
    asked = RefreshProfiles(profiles, AskRefresh(queue, clock, ids()), clock, per_run=per_run)()
    assert {(priority, message.source) for priority, message in queue.sent} <= {(Priority.MEDIUM, REFRESH_SOURCE)}
    assert asked == len(queue.sent)
    return sorted(message.username for _, message in queue.sent)


def test_full_profiles_a_day_old_are_asked_for_and_no_others() -> None:
    ages = {"fresh": timedelta(hours=23), "day": timedelta(hours=24), "week": timedelta(days=7)}
    assert refreshed(ages, per_run=10) == ["day", "week"]
    assert refreshed(ages, per_run=10, kind=ProfileType.SECONDARY) == []


def test_a_run_asks_for_no_more_than_its_share() -> None:
    ages = {f"n{n}": timedelta(days=2) for n in range(100)}
    assert len(refreshed(ages, per_run=7)) == 7
    assert refreshed(ages, per_run=0) == []


def test_what_could_not_be_built_for_a_month_is_left_alone() -> None:
    assert refreshed({"gone": timedelta(days=31), "lately": timedelta(days=29)}, per_run=10) == ["lately"]

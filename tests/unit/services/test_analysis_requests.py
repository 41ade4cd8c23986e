from collections.abc import Sequence
from datetime import timedelta

import pytest
from creator_search.config import Config
from creator_search.domain.errors import ProfileNotStored
from creator_search.services.analysis.refresh import REPEATED_AFTER

from tests.fakes import START, World, dying_at, stored_profile


class OverdueWorld(World):
    """Creators whose captions have been due for these numbers of hours."""

    def __init__(self, **overdue_hours: int) -> None:
        super().__init__()
        for name, hours in overdue_hours.items():
            due_at = START - timedelta(hours=hours)
            self.profiles.save_profile(stored_profile(name, analysis_due_at=due_at), fence=1, over=None)

    def request(self, per_run: int = 10) -> int:
        self.restart(config=Config(analysis_refreshes_per_run=per_run))
        return self.container.analysis_refresher.request_due_analyses()

    @property
    def requested(self) -> Sequence[str | None]:
        return [username for username, _, _ in self.tasks.analyses]


def test_the_creators_that_are_due_are_requested_the_most_overdue_first() -> None:
    world = OverdueWorld(ben=1, ada=5, cleo=-1, dora=0)
    assert world.request(per_run=2) == 2 and world.requested == ["ada", "ben"]
    assert world.request() == 1 and world.requested == ["ada", "ben", "dora"]


def test_an_analysis_that_was_not_made_is_requested_again_an_hour_later() -> None:
    world = OverdueWorld(ada=1)
    world.request()
    assert world.request() == 0
    world.clock.advance(seconds=REPEATED_AFTER.total_seconds())
    assert world.request() == 1 and world.requested == ["ada", "ada"]


@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_after_a_crash_between_any_two_steps_every_creator_is_requested(step: int) -> None:
    world = OverdueWorld(ada=2, ben=1)
    with dying_at(step, (world.profiles, "postpone_analysis"), (world.tasks, "send_task")):
        world.request()
    world.request()
    world.clock.advance(seconds=REPEATED_AFTER.total_seconds())
    world.request()
    assert {"ada", "ben"} <= set(world.requested)


def test_an_analysis_of_a_stored_creator_is_queued() -> None:
    world = OverdueWorld(ada=0)
    assert world.container.analysis_requests.request_analysis("ada") == "ada"
    assert world.tasks.analyses == [("ada", 0, 0)]


def test_an_analysis_under_a_former_username_is_that_of_the_present_one() -> None:
    world = OverdueWorld()
    registry, requests = world.container.account_registry, world.container.analysis_requests
    registry.assign("ada", "7", START)
    world.clock.advance(seconds=1)
    registry.assign("ben", "7", world.clock())
    world.profiles.save_profile(stored_profile("ben"), fence=1, over=None)
    assert requests.request_analysis("ada") == "ben"
    assert world.tasks.analyses == [("ben", 0, 0)]
    world.profiles.rows.clear()
    with pytest.raises(ProfileNotStored, match="Profile ada is not stored"):
        requests.request_analysis("ada")


def test_an_analysis_of_a_creator_that_is_not_stored_is_refused() -> None:
    world = OverdueWorld(ada=0)
    with pytest.raises(ProfileNotStored, match="Profile ben is not stored"):
        world.container.analysis_requests.request_analysis("ben")
    assert world.tasks.analyses == []


def test_analyses_of_several_creators_are_queued_as_one_message_each() -> None:
    world = OverdueWorld()
    world.container.analysis_requests.request_analyses(["ada", "ben"])
    assert world.tasks.analyses == [("ada", 0, 0), ("ben", 0, 0)]

from datetime import timedelta

import pytest
from creator_search.services.refresh_analyses import ASK_AGAIN_AFTER, RefreshAnalyses

from tests.fakes import START, FakeClock, FakeProfileStore, FakeTasks, dying_at, stored_profile


class World:
    """Creators by the hours since their captions were due."""

    def __init__(self, **overdue_hours: int) -> None:
        self.clock, self.profiles, self.tasks = FakeClock(), FakeProfileStore(), FakeTasks()
        for name, hours in overdue_hours.items():
            due_at = START - timedelta(hours=hours)
            self.profiles.save_profile(stored_profile(name, analysis_due_at=due_at), fence=1)

    def run(self, per_run: int = 10) -> int:
        return RefreshAnalyses(self.profiles, self.tasks, self.clock, per_run=per_run)()


def test_those_that_are_due_are_asked_for_the_most_overdue_first() -> None:
    world = World(ben=1, ada=5, cleo=-1, dora=0)
    assert world.run(per_run=2) == 2 and world.tasks.analysis == ["ada", "ben"]
    assert world.run() == 1 and world.tasks.analysis == ["ada", "ben", "dora"]


def test_what_was_asked_for_is_asked_for_again_when_nothing_comes_of_it() -> None:
    world = World(ada=1)
    world.run()
    assert world.run() == 0
    world.clock.advance(seconds=ASK_AGAIN_AFTER.total_seconds())
    assert world.run() == 1 and world.tasks.analysis == ["ada", "ada"]


@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_dying_between_any_two_steps_loses_nobody(step: int) -> None:
    world = World(ada=2, ben=1)
    with dying_at(step, (world.profiles, "postpone_analysis"), (world.tasks, "analyse_profile")):
        world.run()
    world.run()
    world.clock.advance(seconds=ASK_AGAIN_AFTER.total_seconds())
    world.run()
    assert {"ada", "ben"} <= set(world.tasks.analysis)

"""The points that the builds of a worker store."""

from datetime import timedelta

import pytest
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.jobs import REFRESH_SOURCE, JobMessage, Priority
from creator_search.domain.posts import ViewsKind
from creator_search.services.pipeline.process import JobResult

from tests.fakes import START, fetched_profile, post
from tests.unit.services.worker import WorkerWorld


@pytest.fixture
def world() -> WorkerWorld:
    return WorkerWorld()


def test_a_point_holds_what_the_upstream_gave_and_not_what_is_stored(world: WorkerWorld) -> None:
    plays, views = ViewsKind.PLAYS, ViewsKind.VIEWS
    both = (post("a", views=250, views_kind=plays, likes=9), post("b", likes=1))
    later = (post("a", views=90, views_kind=views, likes=7),)
    for posts in (both, later):
        world.profile_source.answers = [fetched_profile(posts=posts)]
        assert world.work(JobMessage("ada", REFRESH_SOURCE)) is JobResult.COMPLETED
        world.clock.advance(hours=2)
    assert world.posts.rows["ada"]["a"].views == 250
    points = world.history.load_points(_key(world), START)
    assert [(p.seen_at, p.likes, p.views, p.views_kind) for p in points["a"]] == [
        (START, 9, 250, plays),
        (START + timedelta(hours=2), 7, 90, views),
    ]
    assert [p.seen_at for p in points["b"]] == [START]


def test_the_weekly_points_are_those_of_primary_builds(world: WorkerWorld) -> None:
    world.profile_source.answers = [fetched_profile(posts=(post("old", taken_at=START - timedelta(days=90)),))]
    for queue, source in ((Priority.LOW, "crawler"), (Priority.HIGH, "frontend"), (Priority.HIGH, REFRESH_SOURCE)):
        assert world.work(JobMessage("ada", source), queue) is JobResult.COMPLETED
        world.clock.advance(minutes=30)
    assert [p.seen_at for p in world.history.load_points(_key(world), START)["old"]] == [
        START + timedelta(minutes=30 * n) for n in range(3)
    ]
    world.clock.advance(days=31)
    kept = world.history.load_points(_key(world), START)["old"]
    assert [p.seen_at for p in kept] == [START, START + timedelta(minutes=30)]


def _key(world: WorkerWorld) -> HistoryKey:
    profile = world.profiles.load_profile("ada")
    assert profile is not None
    return profile.history_key

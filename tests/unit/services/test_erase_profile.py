from datetime import timedelta

import pytest
from creator_search.domain.documents import DocumentName, document
from creator_search.domain.errors import ProfileErased, QueueUnavailable
from creator_search.domain.jobs import JobMessage, Priority, claimed
from creator_search.domain.similar import SimilarProfile, SimilarSet
from creator_search.services.claim_job import ClaimJob
from creator_search.services.erase_profile import AskErasure, EraseProfile
from creator_search.services.request_profile import RequestProfile

from tests.fakes import (
    START,
    FakeCdn,
    FakeClock,
    FakeDocumentStore,
    FakeImages,
    FakeJobQueue,
    FakeJobStore,
    FakeProfileStore,
    FakeSimilarStore,
    FakeTasks,
    FakeTombstones,
    dying_at,
    ids,
    stored_profile,
)


class World:
    """Ada, who is stored, has a job, and is in Ben's set of similar profiles."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.jobs, self.queue, self.tasks = FakeJobStore(self.clock), FakeJobQueue(), FakeTasks()
        self.profiles, self.documents = FakeProfileStore(), FakeDocumentStore()
        self.similar, self.images, self.cdn = FakeSimilarStore(self.clock), FakeImages(), FakeCdn()
        self.tombstones = FakeTombstones()
        self.request = RequestProfile(self.jobs, self.queue, self.clock, ids())
        self.ask = AskErasure(self.tombstones, self.tasks)
        self.erase = EraseProfile(
            jobs=self.jobs,
            profiles=self.profiles,
            documents=self.documents,
            similar=self.similar,
            images=self.images,
            cdn=self.cdn,
            tasks=self.tasks,
            last_pass_after_seconds=185,
        )
        self.request("ada", "frontend")
        self.profiles.save_profile(stored_profile(), 1)
        for name in DocumentName:
            self.documents.save("ada", name, document(name, "{}", START, START, "0%"))
        self.similar.replace(self.set_of("ada", "cleo"), None)
        self.similar.replace(self.set_of("ben", "ada", "cleo"), None)
        for key in ("profiles/ada/profile.jpg", "posts/ada/x.jpg", "similar/ada/cleo_profile.jpg",
                    "similar/ben/ada_profile.jpg", "similar/ben/cleo_profile.jpg"):  # fmt: skip
            self.images.put(key, b"x")

    @staticmethod
    def set_of(username: str, *names: str) -> SimilarSet:
        entries = tuple(SimilarProfile(username=n, name=n, rank=rank) for rank, n in enumerate(names, 1))
        return SimilarSet(
            username=username,
            batch_id="b",
            fetched_at=START,
            limit=20,
            is_complete=True,
            profiles=entries[:1],
            unfinished=entries[1:],
        )

    def is_clean(self) -> bool:
        ben = self.similar.read("ben").cached
        return (
            "ada" not in self.profiles.rows
            and not self.documents.rows
            and "ada" not in self.jobs.rows
            and self.similar.read("ada").cached is None
            and ben is not None
            and ben.members == {"cleo"}
            and set(self.images.stored) == {"similar/ben/cleo_profile.jpg"}
            and self.jobs.counters()[Priority.HIGH].active == 0
        )


@pytest.fixture
def world() -> World:
    return World()


def test_everything_of_a_creator_goes_and_nothing_of_others(world: World) -> None:
    found = world.erase("ada", is_last=False)
    assert (found.items, found.images, found.similar_sets) == (1, 3, 1)
    assert world.is_clean()
    assert set(world.cdn.invalidated) == {
        "similar/ben/ada_profile.jpg",
        "profiles/ada/",
        "posts/ada/",
        "similar/ada/",
    }


def test_a_last_pass_comes_when_all_that_was_under_way_has_ended(world: World) -> None:
    world.erase("ada", is_last=False)
    assert world.tasks.erasures == [("ada", True, 185)]
    world.images.put("posts/ada/late.jpg", b"x")
    found = world.erase("ada", is_last=True)
    assert (found.images, world.is_clean(), len(world.tasks.erasures)) == (1, True, 1)


def test_whoever_works_on_it_loses_the_job(world: World) -> None:
    job = world.jobs.rows["ada"]
    mine = claimed(job, world.clock(), timedelta(seconds=60))
    assert world.jobs.save(mine, over=job) is None
    world.erase("ada", is_last=False)
    assert world.jobs.save(claimed(mine, world.clock(), timedelta(seconds=60)), over=mine) is not None


def test_it_is_refused_and_collected_by_nobody(world: World) -> None:
    world.ask("ada")
    assert world.tombstones.names == {"ada"} and world.tasks.erasures == [("ada", False, 0)]
    world.jobs.erased.add("ada")
    with pytest.raises(ProfileErased, match="Profile ada was erased"):
        world.request("ada", "frontend")
    claim = ClaimJob(world.jobs, world.clock, ids(), timedelta(seconds=60))
    for priority in Priority:
        assert claim(JobMessage("ada"), priority, world.clock()) is None


def test_a_queue_that_refuses_leaves_the_tombstone_and_the_same_request_does_the_rest(world: World) -> None:
    send = world.tasks.erase_profile

    def refuse(username: str, *, is_last: bool, delay_seconds: int) -> None:
        raise QueueUnavailable()

    world.tasks.erase_profile = refuse  # type: ignore[method-assign]
    with pytest.raises(QueueUnavailable):
        world.ask("ada")
    world.tasks.erase_profile = send  # type: ignore[method-assign]
    world.ask("ada")
    assert world.tombstones.names == {"ada"} and len(world.tasks.erasures) == 1


@pytest.mark.parametrize("step", range(1, 14))
def test_a_crash_at_any_step_is_finished_by_the_next_delivery(world: World, step: int) -> None:
    with dying_at(
        step,
        (world.jobs, "retract"),
        (world.similar, "clear"),
        (world.similar, "replace"),
        (world.profiles, "erase"),
        (world.documents, "erase"),
        (world.images, "delete_prefix"),
        (world.cdn, "invalidate"),
        (world.tasks, "erase_profile"),
    ):
        world.erase("ada", is_last=False)
    world.erase("ada", is_last=False)
    assert world.is_clean()
    assert ("ada", True, 185) in world.tasks.erasures

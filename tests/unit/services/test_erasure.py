from datetime import timedelta

import pytest
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.documents import DocumentName, document
from creator_search.domain.errors import ProfileErased, QueueUnavailable
from creator_search.domain.jobs import JobMessage, Priority
from creator_search.domain.messages import ErasureMessage
from creator_search.domain.similar import SimilarProfile, SimilarSet
from creator_search.services.erasure import Erased
from creator_search.services.pipeline.process import JobResult

from tests.fakes import START, World, dying_at, post, stored_profile

LAST_PASS_AFTER = 185
"""The lease of a job plus a margin."""


class ErasureWorld(World):
    """Stores ada with a job and an entry in ben's set of similar profiles, and cleo."""

    def __init__(self) -> None:
        super().__init__()
        self.container.requests.submit("ada", "frontend")
        for username in ("ada", "cleo"):
            self.profiles.save_profile(stored_profile(username), fence=1, over=None)
            self.posts.save_posts(HistoryKey(username), [post("x")])
            for name in DocumentName:
                self.documents.save_document(username, name, document(name, "{}", START, START, "0%"))
        self.similar.replace_set(_set_of("ada", "cleo"), None)
        self.similar.replace_set(_set_of("ben", "ada", "cleo"), None)
        for key in (
            "profiles/ada/profile.jpg",
            "posts/ada/x.jpg",
            "similar/ada/cleo_profile.jpg",
            "similar/ben/ada_profile.jpg",
            "similar/ben/cleo_profile.jpg",
        ):
            self.images.store_image(key, b"x")

    def erase(self, *, is_last: bool) -> Erased:
        return self.container.profile_eraser.erase(ErasureMessage(username="ada", is_last=is_last))

    def work(self, priority: Priority = Priority.HIGH) -> JobResult:
        until = self.clock() + timedelta(seconds=50)
        return self.container.job_processor.process(JobMessage("ada"), priority, self.clock(), until)

    def is_clean(self) -> bool:
        ben = self.similar.load_similar("ben").cached
        return (
            set(self.profiles.rows) == {"cleo"}
            and self.posts.count_posts(HistoryKey("ada")) == 0
            and self.posts.count_posts(HistoryKey("cleo")) == 1
            and set(self.documents.rows) == {("cleo", name) for name in DocumentName}
            and "ada" not in self.jobs.rows
            and self.similar.load_similar("ada").cached is None
            and ben is not None
            and ben.members == {"cleo"}
            and set(self.images.stored) == {"similar/ben/cleo_profile.jpg"}
            and self.jobs.load_counters()[Priority.HIGH].active == 0
        )


def _set_of(username: str, *names: str) -> SimilarSet:
    """Return a set in which only the first of these names has its image."""
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


@pytest.fixture
def world() -> ErasureWorld:
    return ErasureWorld()


def test_everything_of_a_creator_is_deleted_and_nothing_of_others(world: ErasureWorld) -> None:
    # The profile consists of two items (one for the search by name), plus a post and three documents.
    assert world.erase(is_last=False) == Erased(items=3, images=3, similar_sets=1)
    assert world.is_clean()
    assert set(world.cdn.invalidated) == {
        "similar/ben/ada_profile.jpg",
        "profiles/ada/",
        "posts/ada/",
        "similar/ada/",
    }


def test_a_last_pass_follows_when_all_work_in_progress_must_have_ended(world: ErasureWorld) -> None:
    world.erase(is_last=False)
    assert world.tasks.erasures == [("ada", True, LAST_PASS_AFTER)]
    world.images.store_image("posts/ada/late.jpg", b"x")
    assert world.erase(is_last=True) == Erased(items=0, images=1, similar_sets=0)
    assert world.is_clean()
    assert len(world.tasks.erasures) == 1


def test_a_worker_that_builds_the_profile_loses_the_job_and_leaves_only_images_for_the_last_pass(
    world: ErasureWorld,
) -> None:
    def erase_meanwhile() -> None:
        world.container.erasure_requests.request_erasure("ada")
        world.erase(is_last=False)

    world.reel_source.on_call = erase_meanwhile
    assert world.work() is JobResult.LEASE_LOST
    assert world.profile_source.calls == ["ada"]
    assert world.erase(is_last=True) == Erased(items=0, images=1, similar_sets=0)
    assert world.is_clean()


def test_an_erased_creator_is_neither_requested_nor_collected(world: ErasureWorld) -> None:
    world.container.erasure_requests.request_erasure("ada")
    assert world.tombstones.names == {"ada"} and world.tasks.erasures == [("ada", False, 0)]
    with pytest.raises(ProfileErased, match="Profile ada was erased"):
        world.container.requests.submit("ada", "frontend")
    assert [world.work(priority) for priority in Priority] == [JobResult.DROPPED] * 3
    assert world.profile_source.calls == []


def test_when_the_queue_refuses_the_tombstone_is_stored_and_the_same_request_again_completes_it(
    world: ErasureWorld,
) -> None:
    world.tasks.refuses = True
    with pytest.raises(QueueUnavailable):
        world.container.erasure_requests.request_erasure("ada")
    assert world.tombstones.names == {"ada"} and world.tasks.erasures == []
    world.tasks.refuses = False
    world.container.erasure_requests.request_erasure("ada")
    assert world.tombstones.names == {"ada"} and world.tasks.erasures == [("ada", False, 0)]


@pytest.mark.parametrize("step", range(1, 16))
def test_a_crash_at_any_step_is_completed_by_the_next_delivery(world: ErasureWorld, step: int) -> None:
    with dying_at(
        step,
        (world.jobs, "delete_job"),
        (world.similar, "clear_set"),
        (world.similar, "replace_set"),
        (world.profiles, "delete_history"),
        (world.profiles, "delete_profile"),
        (world.documents, "delete_documents"),
        (world.images, "delete_images"),
        (world.cdn, "invalidate"),
        (world.tasks, "send_task"),
    ):
        world.erase(is_last=False)
    world.restart()
    world.erase(is_last=False)
    assert world.is_clean()
    assert ("ada", True, LAST_PASS_AFTER) in world.tasks.erasures

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.documents import DocumentName, document
from creator_search.domain.errors import CdnUnavailable, ProfileErased, QueueUnavailable
from creator_search.domain.images import Image, similar_image_key
from creator_search.domain.jobs import JobMessage, Priority
from creator_search.domain.messages import ErasureMessage
from creator_search.domain.similar import SimilarProfile, SimilarRow, SimilarSet
from creator_search.services.erasure import Erased
from creator_search.services.pipeline.process import JobResult

from tests.fakes import NEVER, START, World, dying_at, post, stored_profile

LAST_PASS_AFTER = 185
"""The lease of a job plus a margin."""


class ErasureWorld(World):
    """Stores ada with a job and an entry in ben's set of similar profiles, and cleo."""

    def __init__(self) -> None:
        super().__init__()
        self.container.requests.submit("ada", "frontend")
        for username in ("ada", "cleo"):
            picture, cover = self.copy(f"profiles/{username}/profile.jpg"), self.copy(f"posts/{username}/x.jpg")
            self.profiles.save_profile(stored_profile(username, image=picture), fence=1, over=None)
            self.posts.save_posts(HistoryKey(username), [post("x", image=cover)])
            for name in DocumentName:
                self.documents.save_document(username, name, document(name, "{}", START, START, "0%"))
        self.list_similar("ada", "cleo")
        self.list_similar("ben", "ada", "cleo")

    def copy(self, key: str, content: bytes = b"x") -> Image:
        return self.images.store_image(key, content)

    def list_similar(self, username: str, *names: str) -> None:
        """Store a set in which only the first of these names has its image."""
        image = self.copy(similar_image_key(username, names[0]))
        entries = tuple(SimilarProfile(username=n, name=n, rank=rank) for rank, n in enumerate(names, 1))
        new = SimilarSet(
            username=username,
            batch_id="b",
            fetched_at=START,
            limit=20,
            is_complete=True,
            profiles=(replace(entries[0], image=image),),
            unfinished=entries[1:],
        )
        assert self.similar.replace_set(new, self.similar.load_similar(username).generation)

    def erase(self, *, is_last: bool) -> Erased:
        return self.container.profile_eraser.erase(ErasureMessage(username="ada", is_last=is_last), NEVER)

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
            and set(self.images.stored) == {"profiles/cleo/profile.jpg", "posts/cleo/x.jpg"}
            and self.jobs.load_counters()[Priority.HIGH].active == 0
        )


@pytest.fixture
def world() -> ErasureWorld:
    return ErasureWorld()


def test_everything_of_a_creator_is_deleted_and_nothing_of_others(world: ErasureWorld) -> None:
    # The profile consists of two items (one for the search by name), plus a post and three documents.
    assert world.erase(is_last=False) == Erased(items=3, images=3, similar_sets=1)
    assert world.is_clean()
    version = world.copy("another").version
    assert world.cdn.invalidated == [
        Image("profiles/ada/profile.jpg", version),
        Image("posts/ada/x.jpg", version),
        Image("similar/ada/cleo_profile.jpg", version),
        Image("similar/ben/ada_profile.jpg", version),
    ]


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


EXPECTED_COPIES = {
    "profiles/ada/profile.jpg",
    "posts/ada/x.jpg",
    "similar/ada/cleo_profile.jpg",
    "similar/ben/ada_profile.jpg",
}


@pytest.mark.parametrize("is_last", [False, True])
@pytest.mark.parametrize("step", range(1, 18))
def test_after_a_crash_at_any_step_another_delivery_leaves_no_row_no_image_and_no_copy(
    world: ErasureWorld, step: int, is_last: bool
) -> None:
    deaths = (
        (world.jobs, "delete_job"),
        (world.similar, "delete_row" if is_last else "clear_set"),
        (world.similar, "shrink_set"),
        (world.similar, "forget_memberships"),
        (world.profiles, "delete_history"),
        (world.profiles, "delete_profile"),
        (world.documents, "delete_documents"),
        (world.images, "delete_images"),
        (world.images, "delete_keys"),
        (world.cdn, "invalidate"),
        (world.jobs, "finish_ticket"),
        (world.similar, "load_sets"),
        (world.tasks, "send_task") if not is_last else (world.images, "list_keys"),
    )
    with dying_at(step, *deaths):
        world.erase(is_last=is_last)
    world.restart()
    world.erase(is_last=is_last)
    world.container.job_sweeper.sweep()  # repairs a counter
    assert world.is_clean()
    assert {image.key for image in world.cdn.invalidated} == EXPECTED_COPIES
    if is_last:
        assert world.similar.memberships == {("cleo", "ben")}
    else:
        assert ("ada", True, LAST_PASS_AFTER) in world.tasks.erasures


def test_while_the_cdn_is_busy_an_erasure_is_put_off_and_keeps_the_rows_that_name_the_copies(
    world: ErasureWorld,
) -> None:
    world.cdn.busy = True
    assert world.erase(is_last=False) == Erased(is_continued=True)
    assert world.erase(is_last=True).is_continued
    assert world.tasks.erasures == [("ada", False, 300), ("ada", True, 300)]
    assert "ada" in world.profiles.rows and world.similar.load_similar("ada").cached
    world.cdn.busy = False
    world.erase(is_last=False)
    assert world.is_clean()
    assert {image.key for image in world.cdn.invalidated} == EXPECTED_COPIES


def test_while_the_cdn_is_down_an_erasure_fails_and_keeps_the_rows_that_name_the_copies(world: ErasureWorld) -> None:
    world.cdn.down = True
    with pytest.raises(CdnUnavailable):
        world.erase(is_last=False)
    world.cdn.down = False
    world.erase(is_last=False)
    assert world.is_clean()
    assert {image.key for image in world.cdn.invalidated} == EXPECTED_COPIES


def test_an_erasure_grows_with_the_sets_that_have_the_creator_and_not_with_all_others(world: ErasureWorld) -> None:
    for number in range(300):
        world.list_similar(f"other{number}", "cleo", "dana")
    calls = 0

    def count(load: Callable[[Sequence[str]], Mapping[str, SimilarRow]]) -> Callable[[Sequence[str]], object]:
        def counted(usernames: Sequence[str]) -> object:
            nonlocal calls
            calls += len(usernames)
            return load(usernames)

        return counted

    world.similar.load_sets = count(world.similar.load_sets)  # type: ignore[assignment,method-assign]
    assert world.erase(is_last=False).similar_sets == 1
    assert calls == 3  # its own set twice, and that of ben
    assert world.similar.writes == 304  # 302 sets were stored, one was cleared, one was changed


def test_what_is_left_at_the_deadline_is_done_with_another_message(world: ErasureWorld) -> None:
    for number in range(1200):
        world.list_similar(f"other{number:04d}", "ada")

    def step() -> None:
        world.clock.advance(seconds=0.1)

    world.similar.on_shrink = step
    found = world.container.profile_eraser.erase(
        ErasureMessage(username="ada", is_last=True), world.clock() + timedelta(seconds=60)
    )
    assert found.is_continued and found.similar_sets == 1000
    assert world.tasks.erasures == [("ada", True, 0)]
    world.similar.on_shrink = None
    assert world.erase(is_last=True).similar_sets == 201
    assert not [member for member, _ in world.similar.memberships if member == "ada"]
    assert not any("ada" in key for key in world.images.stored)


def test_a_fetch_that_stores_the_creator_during_the_first_pass_is_found_by_the_last(world: ErasureWorld) -> None:
    """It asked for the tombstones before there was one."""
    world.erase(is_last=False)
    world.list_similar("dana", "ada")
    assert world.erase(is_last=True).similar_sets == 1
    dana = world.similar.load_similar("dana").cached
    assert dana and dana.members == frozenset()
    assert "similar/dana/ada_profile.jpg" not in world.images.stored
    assert world.similar.memberships == {("cleo", "ben")}


def test_a_set_that_is_replaced_during_the_erasure_loses_the_creator_and_the_copy_of_the_newer_image(
    world: ErasureWorld,
) -> None:
    def replace_once() -> None:
        world.similar.on_shrink = None
        world.list_similar("ben", "ada", "cleo")

    world.similar.on_shrink = replace_once
    assert world.erase(is_last=False).similar_sets == 1
    assert world.is_clean()
    assert [image.key for image in world.cdn.invalidated].count("similar/ben/ada_profile.jpg") == 2


def test_the_image_of_a_creator_who_has_left_a_set_is_deleted(world: ErasureWorld) -> None:
    world.list_similar("ben", "cleo")
    assert "similar/ben/ada_profile.jpg" in world.images.stored
    assert world.erase(is_last=False).similar_sets == 0
    assert "similar/ben/ada_profile.jpg" not in world.images.stored


def test_former_members_with_an_image_are_forgotten_with_the_set(world: ErasureWorld) -> None:
    world.list_similar("ada", "dana")
    assert ("cleo", "ada") in world.similar.memberships
    world.erase(is_last=True)
    assert not [of for _, of in world.similar.memberships if of == "ada"]

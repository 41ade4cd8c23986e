"""Images of a profile and its posts that are copied after the job."""

from datetime import timedelta

import pytest
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.documents import DocumentName
from creator_search.domain.errors import BuildInProgress
from creator_search.domain.images import post_image_key, profile_image_key
from creator_search.domain.jobs import REFRESH_SOURCE, JobMessage, Priority
from creator_search.domain.profiles import Profile
from creator_search.services.pipeline.process import JobResult

from tests.fakes import dying_at, fetched_profile, post
from tests.unit.services.worker import WorkerWorld


@pytest.fixture
def world() -> WorkerWorld:
    return WorkerWorld()


def stored(world: WorkerWorld) -> Profile:
    found = world.profiles.load_profile("ada")
    assert found is not None
    return found


def test_images_that_a_job_did_not_finish_are_copied_in_the_background(world: WorkerWorld) -> None:
    posts = tuple(post(f"p{n}", source_image_url=f"https://i/{n}") for n in range(30))
    world.profile_source.answers = [fetched_profile(posts=posts)]
    world.similar_source.answers = [()]
    world.images.clock, world.images.seconds_each = world.clock, 20
    world.container.requests.submit("ada", "frontend")
    assert world.work_last() is JobResult.COMPLETED
    assert any(p.image is None for p in world.posts.rows["ada"].values())
    assert world.tasks.profile_images == ["ada"]
    world.images.seconds_each = 0
    finisher = world.container.profile_image_finisher
    assert finisher.finish_profile_images("ada", world.clock() + timedelta(hours=1)) > 0
    assert all(p.image for p in world.posts.rows["ada"].values())
    image = stored(world).image
    assert image is not None and image.key == profile_image_key(HistoryKey("ada"))
    assert world.tasks.profile_images == ["ada"]


@pytest.mark.parametrize("step", range(1, 7))
def test_documents_show_all_images_after_a_worker_that_copied_them_has_died(world: WorkerWorld, step: int) -> None:
    posts = tuple(post(code, source_image_url=f"https://i/{code}") for code in ("p0", "p1"))
    world.images.bad |= {"https://i/p0", "https://i/p1"}
    world.profile_source.answers = [fetched_profile(posts=posts)]
    world.container.requests.submit("ada", "frontend")
    world.work_last()
    world.images.bad.clear()
    finisher, deadline = world.container.profile_image_finisher, world.clock() + timedelta(days=2)
    with dying_at(step, (world.posts, "set_post_image"), (world.documents, "save_document")):
        finisher.finish_profile_images("ada", deadline)
    finisher.finish_profile_images("ada", deadline)
    document = world.documents.load_document("ada", DocumentName.POSTS)
    assert document is not None
    assert all(post_image_key(HistoryKey("ada"), code) in document.body for code in ("p0", "p1"))


def test_images_copied_while_a_build_is_stored_are_copied_again_when_the_message_is_delivered_again(
    world: WorkerWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.images.bad.add("https://images.test/ada.jpg")
    world.container.requests.submit("ada", "frontend")
    world.work_last()
    save_profile, deadline = world.profiles.save_profile, world.clock() + timedelta(days=2)

    def save_after_images_were_copied(profile: Profile, fence: int, over: Profile | None) -> None:
        world.images.bad.clear()
        with pytest.raises(BuildInProgress):
            world.container.profile_image_finisher.finish_profile_images("ada", deadline)
        save_profile(profile, fence, over)

    monkeypatch.setattr(world.profiles, "save_profile", save_after_images_were_copied)
    world.clock.advance(hours=25)
    refresh = JobMessage("ada", REFRESH_SOURCE, "again", world.clock())
    assert world.work(refresh, Priority.MEDIUM) is JobResult.COMPLETED
    assert stored(world).image is None
    assert world.container.profile_image_finisher.finish_profile_images("ada", deadline) == 1
    document = world.documents.load_document("ada", DocumentName.PROFILE)
    assert stored(world).image is not None
    assert document is not None and profile_image_key(HistoryKey("ada")) in document.body

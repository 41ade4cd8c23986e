from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from creator_search.domain.answers import DeadLetter
from creator_search.domain.documents import DocumentName
from creator_search.domain.errors import ProfileNotFound, UpstreamError
from creator_search.domain.jobs import REFRESH_SOURCE, Job, JobMessage, JobStatus, Priority, ProfileType
from creator_search.domain.profiles import MediaType, Post, UpstreamProfile
from creator_search.domain.standing import ProfileSummary
from creator_search.services.build_profile import BuildProfile
from creator_search.services.claim_job import ClaimJob
from creator_search.services.copy_images import CopyImages
from creator_search.services.find_similar import FindSimilar
from creator_search.services.finish_images import FinishImages
from creator_search.services.process_profile import Done, ProcessProfile
from creator_search.services.request_profile import RequestProfile
from creator_search.services.similar_profiles import SimilarProfiles
from creator_search.services.single_flight import SingleFlight
from creator_search.services.sweep_jobs import SweepJobs, redrive_dead_letters

from tests.fakes import (
    FakeClock,
    FakeFlights,
    FakeImages,
    FakeJobQueue,
    FakeJobStore,
    FakeMetrics,
    FakeSimilarStore,
    FakeStores,
    FakeTasks,
    FakeTombstones,
    FakeUpstream,
    accounts,
    dying_at,
    ids,
    upstream_profile,
)

LEASE = timedelta(seconds=60)


class World:
    """A worker over fakes; the upstream answers with `profile`."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.jobs = FakeJobStore(self.clock)
        self.queue = FakeJobQueue()
        self.stores = FakeStores(self.clock)
        self.profiles, self.posts = self.stores.profiles, self.stores.posts
        self.images = FakeImages()
        self.tasks = FakeTasks()
        self.upstream = FakeUpstream([upstream_profile()])
        self.reels = FakeUpstream([()])
        self.similar_upstream = FakeUpstream([accounts("ben", "cleo")])
        self.errors: list[Exception] = []
        self.request = RequestProfile(self.jobs, self.queue, self.clock, ids())
        self.sweep = SweepJobs(self.jobs, self.queue, self.clock)
        self.claim = ClaimJob(self.jobs, self.clock, ids(), LEASE)
        copy = CopyImages(self.images, self.images, self.clock)
        similar = SimilarProfiles(
            find=FindSimilar(self.similar_upstream, self.clock, self.clock.sleep),
            store=FakeSimilarStore(self.clock),
            tombstones=FakeTombstones(),
            flight=SingleFlight(FakeFlights(), self.clock, self.clock.sleep, ids()),
            images=self.images,
            copy_images=copy,
            tasks=self.tasks,
            metrics=FakeMetrics(),
            clock=self.clock,
            new_id=ids(),
        )
        build = BuildProfile(
            profiles=self.profiles,
            posts=self.posts,
            write_documents=self.stores.write,
            source=self.upstream,
            reels=self.reels,
            similar=similar,
            copy_images=copy,
            tasks=self.tasks,
            clock=self.clock,
        )
        self.worker = ProcessProfile(
            jobs=self.jobs,
            queue=self.queue,
            claim=self.claim,
            build=build,
            clock=self.clock,
            lease=LEASE,
            on_error=lambda _, error: self.errors.append(error),
        )

    def work(self, message: JobMessage, queue: Priority = Priority.HIGH, sent_at: datetime | None = None) -> Done:
        deadline = self.clock() + timedelta(seconds=50)
        return self.worker(message, queue, sent_at or self.clock(), deadline)

    def work_last(self) -> Done:
        priority, message = self.queue.sent[-1]
        return self.work(message, priority)

    def seen(self) -> None:
        """The profile store's item is what the job store's read shows."""
        for name, (stored, _) in self.profiles.rows.items():
            self.jobs.profiles[name] = ProfileSummary(stored.profile_type, stored.created_at)


@pytest.fixture
def world() -> World:
    return World()


def test_a_high_job_becomes_a_primary_profile_with_all_its_parts(world: World) -> None:
    world.request("ada", "frontend")
    assert world.work_last() is Done.COMPLETED
    stored = world.profiles.profile("ada")
    assert stored is not None and stored.profile_type is ProfileType.PRIMARY
    assert stored.similar_found == 2
    assert stored.image_key == "profiles/ada/profile.jpg"
    assert [(s.day.isoformat(), s.followers) for s in world.profiles.snapshots("ada", date.min)] == [
        ("2026-01-31", 1000)
    ]
    assert set(world.stores.documents.rows) == {("ada", name) for name in DocumentName}
    assert world.tasks.analysis == ["ada"]
    assert world.jobs.rows["ada"].status is JobStatus.COMPLETED
    assert world.jobs.counters()[Priority.HIGH].active == 0


def test_a_crawlers_message_becomes_a_secondary_profile(world: World) -> None:
    assert world.work(JobMessage("ada"), Priority.LOW) is Done.COMPLETED
    stored = world.profiles.profile("ada")
    assert stored is not None and stored.profile_type is ProfileType.SECONDARY
    assert world.similar_upstream.calls == [] and world.tasks.analysis == []
    assert world.jobs.rows["ada"].source == "crawler"


def test_a_message_sent_while_the_store_was_down_makes_its_row(world: World) -> None:
    world.jobs.down = True
    promised = world.request("ada", "frontend").request_id
    world.jobs.down = False
    assert world.work_last() is Done.COMPLETED
    assert world.jobs.rows["ada"].request_id == promised


def test_a_duplicate_message_is_dropped(world: World) -> None:
    world.request("ada", "frontend")
    assert world.work_last() is Done.COMPLETED
    world.seen()
    assert world.work_last() is Done.DROPPED
    assert world.upstream.calls == ["ada"]


def test_a_message_asked_for_before_the_job_ended_is_stale(world: World) -> None:
    long_ago = world.clock()
    world.clock.advance(seconds=5)
    world.work(JobMessage("ada"), Priority.LOW)
    assert world.work(JobMessage("ada"), Priority.LOW, sent_at=long_ago) is Done.DROPPED


def test_a_crawlers_message_for_a_primary_profile_is_dropped(world: World) -> None:
    world.request("ada", "frontend")
    world.work_last()
    world.seen()
    world.clock.advance(hours=1)
    assert world.work(JobMessage("ada"), Priority.LOW) is Done.DROPPED


def test_the_slow_queues_message_of_a_raised_job_is_dropped(world: World) -> None:
    world.request("ada", "crawler")
    _, low = world.queue.sent[-1]
    world.request("ada", "frontend")
    assert world.work(low, Priority.LOW) is Done.DROPPED
    assert world.work_last() is Done.COMPLETED
    assert world.profiles.profile("ada") is not None


def test_a_message_on_a_faster_queue_raises_the_job_that_waits(world: World) -> None:
    world.request("ada", "crawler")
    assert world.work(JobMessage("ada"), Priority.HIGH) is Done.COMPLETED
    stored = world.profiles.profile("ada")
    assert stored is not None and stored.profile_type is ProfileType.PRIMARY
    assert {p: c.active for p, c in world.jobs.counters().items()} == dict.fromkeys(Priority, 0)


def test_only_one_of_two_workers_gets_a_job(world: World) -> None:
    world.request("ada", "frontend")
    _, message = world.queue.sent[-1]
    assert world.claim(message, Priority.HIGH, world.clock()) is not None
    assert world.claim(message, Priority.HIGH, world.clock()) is None


def test_a_failure_is_retried_after_two_then_four_minutes_then_fails_for_good(world: World) -> None:
    world.upstream.answers = [UpstreamError()]
    world.request("ada", "frontend")
    assert world.work_last() is Done.RETRIED
    assert world.sweep().dispatched == 0
    world.clock.advance(minutes=2)
    assert world.sweep().dispatched == 1
    assert world.work_last() is Done.RETRIED
    world.clock.advance(minutes=3)
    assert world.sweep().dispatched == 0
    world.clock.advance(minutes=1)
    assert world.sweep().dispatched == 1
    assert world.work_last() is Done.FAILED
    row = world.jobs.rows["ada"]
    assert row.status is JobStatus.FAILED and row.attempts == 3
    [(priority, message, reason)] = world.queue.buried
    assert (priority, message.username, reason) == (Priority.HIGH, "ada", "The upstream API is not available")
    assert world.jobs.counters()[Priority.HIGH].active == 0


def test_a_name_that_does_not_exist_fails_at_once(world: World) -> None:
    world.upstream.answers = [ProfileNotFound("ada")]
    world.request("ada", "frontend")
    assert world.work_last() is Done.FAILED
    assert world.jobs.rows["ada"].attempts == 1
    assert world.queue.buried == []


def test_an_error_nobody_foresaw_is_retried_and_tells_no_secrets(world: World) -> None:
    world.upstream.answers = [RuntimeError("password=hunter2")]
    world.request("ada", "frontend")
    assert world.work_last() is Done.RETRIED
    assert world.jobs.rows["ada"].error_message == "Internal error while processing this profile"
    assert len(world.errors) == 1


def test_reels_and_similar_that_fail_cost_only_a_note(world: World) -> None:
    world.reels.answers = [UpstreamError()]
    world.similar_upstream.answers = [UpstreamError()]
    world.request("ada", "frontend")
    assert world.work_last() is Done.COMPLETED
    stored = world.profiles.profile("ada")
    assert stored is not None and stored.similar_found is None
    assert [note.split(":")[0] for note in stored.notes] == ["reels", "similar"]


def test_whoever_lost_the_lease_writes_nothing(world: World) -> None:
    world.request("ada", "frontend")

    def overtaken(username: str, deadline: datetime) -> UpstreamProfile:
        world.clock.advance(seconds=61)
        other = ClaimJob(world.jobs, world.clock, ids(), LEASE)
        assert other(world.queue.sent[-1][1], Priority.HIGH, world.clock()) is not None
        return upstream_profile()

    world.upstream.profile = overtaken  # type: ignore[method-assign]
    assert world.work_last() is Done.LEASE_LOST
    assert world.profiles.rows == {} and world.posts.rows == {}


def test_a_dead_workers_job_is_taken_back_after_its_lease(world: World) -> None:
    world.request("ada", "frontend")
    _, message = world.queue.sent[-1]
    assert world.claim(message, Priority.HIGH, world.clock()) is not None
    assert world.sweep().reclaimed == 0
    world.clock.advance(seconds=60)
    assert world.sweep().reclaimed == 1
    assert world.work_last() is Done.COMPLETED
    assert world.jobs.rows["ada"].attempts == 2


def test_a_job_whose_worker_dies_three_times_is_given_up_and_buried(world: World) -> None:
    world.request("ada", "frontend")
    for _ in range(3):
        assert world.claim(world.queue.sent[-1][1], Priority.HIGH, world.clock()) is not None
        world.clock.advance(seconds=60)
        report = world.sweep()
    assert report.failed == 1
    assert world.jobs.rows["ada"].status is JobStatus.FAILED
    assert len(world.queue.buried) == 1
    assert world.jobs.counters()[Priority.HIGH].active == 0


def test_a_message_that_died_with_its_worker_before_the_claim_is_sent_again_although_it_is_still_in_flight(
    world: World,
) -> None:
    world.request("ada", "frontend")
    world.queue.in_flight = 1
    world.clock.advance(seconds=30)
    assert world.sweep().dispatched == 1
    assert world.work_last() is Done.COMPLETED


def test_a_row_without_a_message_is_sent_when_the_queue_is_empty(world: World) -> None:
    world.request("ada", "frontend")
    world.queue.sent.clear()
    assert world.sweep().dispatched == 0  # perhaps it is just being sent
    world.clock.advance(seconds=30)
    assert world.sweep().dispatched == 1
    assert world.work_last() is Done.COMPLETED


def test_while_the_queue_is_not_empty_a_waiting_job_is_not_sent_twice_within_a_quarter_of_an_hour(
    world: World,
) -> None:
    world.request("ada", "frontend")
    world.queue.in_queue = 500
    world.clock.advance(minutes=10)
    assert world.sweep().dispatched == 0
    world.clock.advance(minutes=6)
    assert world.sweep().dispatched == 1


def test_the_sweeper_repairs_a_counter_that_a_crash_left_wrong(world: World) -> None:
    world.request("ada", "frontend")
    world.jobs.issue_ticket(Priority.HIGH)  # a request that died after taking its ticket
    assert world.sweep().counters_repaired == 1
    assert world.jobs.counters()[Priority.HIGH].active == 1


def test_a_redriven_dead_letter_becomes_a_new_job_on_its_own_queue(world: World) -> None:
    world.request("ada", "crawler")
    row = world.jobs.rows["ada"]
    world.jobs.rows["ada"] = replace(row, status=JobStatus.FAILED, attempts=3, due_at=None, finished_at=world.clock())
    letter = DeadLetter(JobMessage("ada", "frontend", row.request_id), "receipt")
    world.queue.letters[Priority.LOW] = [letter, DeadLetter(None, "poison")]
    until = world.clock() + timedelta(seconds=10)
    report = redrive_dead_letters(world.jobs, world.queue, world.clock, ids(), until)
    assert (report.redriven, report.unreadable) == (1, 1)
    assert world.jobs.rows["ada"].attempts == 0
    assert world.work(world.queue.sent[-1][1], world.queue.sent[-1][0]) is Done.COMPLETED


@pytest.mark.parametrize("step", range(1, 14))
def test_a_crash_at_any_write_still_ends_in_one_whole_profile(world: World, step: int) -> None:
    """The n-th write of the worker dies; after the lease the job is done anew and ends in the same state."""
    world.request("ada", "frontend")

    with dying_at(
        step,
        (world.jobs, "save"),
        (world.jobs, "finish_ticket"),
        (world.posts, "save"),
        (world.profiles, "save_snapshot"),
        (world.profiles, "save_profile"),
        (world.stores.documents, "save"),
        (world.tasks, "analyse_profile"),
    ):
        world.work_last()
    world.clock.advance(seconds=120)
    world.sweep()
    world.work_last()
    job: Job = world.jobs.rows["ada"]
    assert job.status is JobStatus.COMPLETED
    stored = world.profiles.profile("ada")
    assert stored is not None and stored.profile_type is ProfileType.PRIMARY
    assert world.tasks.analysis
    world.sweep()
    assert world.jobs.counters()[Priority.HIGH].active == 0


def test_images_that_a_job_had_no_time_for_are_copied_in_the_background(world: World) -> None:
    posts = tuple(
        Post(shortcode=f"p{n}", media_type=MediaType.IMAGE, taken_at=world.clock(), source_image_url=f"https://i/{n}")
        for n in range(30)
    )
    world.upstream.answers = [upstream_profile(posts=posts)]
    fetch = world.images.fetch

    def slow(url: str, deadline: datetime) -> bytes:
        world.clock.advance(seconds=20)
        return fetch(url, deadline)

    world.images.fetch = slow  # type: ignore[method-assign]
    world.similar_upstream.answers = [()]
    world.request("ada", "frontend")
    assert world.work_last() is Done.COMPLETED
    assert world.tasks.posts == ["ada"]
    world.images.fetch = fetch  # type: ignore[method-assign]
    finish = FinishImages(
        profiles=world.profiles,
        posts=world.posts,
        write_documents=world.stores.write,
        copy_images=CopyImages(world.images, world.images, world.clock),
        tasks=world.tasks,
    )
    assert finish("ada", world.clock() + timedelta(seconds=60)) > 0
    assert all(p.image_key for p in world.posts.rows["ada"].values())
    stored = world.profiles.profile("ada")
    assert stored is not None and stored.image_key == "profiles/ada/profile.jpg"
    assert world.tasks.posts == ["ada"]


def test_a_post_that_the_upstream_lists_twice_is_stored_once(world: World) -> None:
    post = Post(shortcode="twice", media_type=MediaType.IMAGE, taken_at=world.clock())
    world.upstream.answers = [upstream_profile(posts=(post, post))]
    assert world.work(JobMessage("ada"), Priority.LOW) is Done.COMPLETED
    stored = world.profiles.profile("ada")
    assert stored is not None and stored.posts_stored == 1


def test_a_refresh_keeps_the_images_that_it_cannot_fetch_again(world: World) -> None:
    post = Post(shortcode="p", media_type=MediaType.IMAGE, taken_at=world.clock(), source_image_url="https://i/p")
    world.upstream.answers = [upstream_profile(posts=(post,))]
    world.request("ada", "frontend")
    world.work_last()
    first = world.profiles.profile("ada")
    assert first is not None and first.image_key
    world.images.bad |= {"https://i/p", "https://images.test/ada.jpg"}
    world.seen()
    world.clock.advance(hours=25)
    refresh = JobMessage("ada", REFRESH_SOURCE, "again", world.clock())
    assert world.work(refresh, Priority.MEDIUM) is Done.COMPLETED
    again = world.profiles.profile("ada")
    assert again is not None and (again.image_key, again.image_version) == (first.image_key, first.image_version)
    assert world.posts.rows["ada"]["p"].image_key
    assert again.updated_at > first.updated_at and again.posts_stored == 1


def test_a_refresh_is_done_once_however_many_ask(world: World) -> None:
    world.request("ada", "frontend")
    world.work_last()
    world.seen()
    world.clock.advance(hours=25)
    asked = [JobMessage("ada", REFRESH_SOURCE, f"r{n}", world.clock()) for n in range(3)]
    done = [world.work(message, Priority.MEDIUM) for message in asked]
    assert done == [Done.COMPLETED, Done.DROPPED, Done.DROPPED]
    world.clock.advance(minutes=9)
    late = JobMessage("ada", REFRESH_SOURCE, "late", world.clock())
    assert world.work(late, Priority.MEDIUM) is Done.DROPPED
    assert world.work(JobMessage("ada", "crawler"), Priority.MEDIUM) is Done.DROPPED


def test_a_refresh_that_fails_is_not_tried_again_by_every_reader(world: World) -> None:
    world.request("ada", "frontend")
    world.work_last()
    world.seen()
    world.clock.advance(hours=25)
    world.upstream.answers = [ProfileNotFound("ada")]
    refresh = JobMessage("ada", REFRESH_SOURCE, "r", world.clock())
    assert world.work(refresh, Priority.MEDIUM) is Done.FAILED
    world.clock.advance(minutes=5)
    assert world.work(replace(refresh, request_id="s", requested_at=world.clock()), Priority.MEDIUM) is Done.DROPPED
    assert world.profiles.profile("ada") is not None

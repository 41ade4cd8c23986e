from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.documents import DocumentName
from creator_search.domain.history import ALL_POSTS
from creator_search.domain.jobs import REFRESH_SOURCE, JobMessage, JobStatus, Priority
from creator_search.domain.posts import Location, MediaType, Music, Post, TakenAtSource, ViewsKind, merge_posts
from creator_search.domain.profile_types import ProfileType
from creator_search.domain.profiles import Profile
from creator_search.domain.upstream_errors import UpstreamError, UpstreamNotConfigured
from creator_search.services.analysis.analyze import AnalysisOutcome
from creator_search.services.pipeline.process import JobResult

from tests.fakes import START, dying_at, fetched_profile, post
from tests.unit.services.worker import WorkerWorld


@pytest.fixture
def world() -> WorkerWorld:
    return WorkerWorld()


def stored(world: WorkerWorld) -> Profile:
    found = world.profiles.load_profile("ada")
    assert found is not None
    return found


def test_a_high_job_becomes_a_primary_profile_with_all_its_parts(world: WorkerWorld) -> None:
    world.container.requests.submit("ada", "frontend")
    assert world.work_last() is JobResult.COMPLETED
    profile = stored(world)
    assert profile.profile_type is ProfileType.PRIMARY
    assert profile.image is not None and profile.image.key == "profiles/ada/profile.jpg"
    snapshots = world.profiles.load_snapshots(HistoryKey("ada"), date.min)
    assert [(s.day.isoformat(), s.followers) for s in snapshots] == [("2026-01-31", 1000)]
    assert set(world.documents.rows) == {("ada", name) for name in DocumentName}
    similar = world.similar.load_similar("ada").cached
    assert similar is not None and similar.members == {"ben", "cleo", "dana"}
    assert world.tasks.analyses == [("ada", 0, 0)]
    assert world.jobs.rows["ada"].status is JobStatus.COMPLETED
    assert world.jobs.load_counters()[Priority.HIGH].active == 0


def test_a_crawlers_message_becomes_a_secondary_profile(world: WorkerWorld) -> None:
    assert world.work(JobMessage("ada"), Priority.LOW) is JobResult.COMPLETED
    assert stored(world).profile_type is ProfileType.SECONDARY
    assert world.similar_source.calls == [] and world.tasks.analyses == []
    assert world.jobs.rows["ada"].source == "crawler"


def test_reels_and_similar_profiles_that_cannot_be_fetched_only_add_notes(world: WorkerWorld) -> None:
    world.reel_source.answers = [UpstreamError()]
    world.similar_source.answers = [UpstreamError()]
    world.container.requests.submit("ada", "frontend")
    assert world.work_last() is JobResult.COMPLETED
    assert [note.split(":")[0] for note in stored(world).notes] == ["reels", "similar"]
    assert world.similar.load_similar("ada").cached is None


def test_what_two_endpoints_note_alike_is_noted_once(world: WorkerWorld) -> None:
    world.profile_source.answers = [replace(fetched_profile(), notes=("reels: The upstream API is not available",))]
    world.reel_source.answers = [UpstreamError()]
    world.container.requests.submit("ada", "frontend")
    assert world.work_last() is JobResult.COMPLETED
    assert stored(world).notes == ("reels: The upstream API is not available",)


def test_without_a_key_for_reels_the_first_page_of_posts_is_stored_with_a_note(world: WorkerWorld) -> None:
    world.profile_source.answers = [fetched_profile(posts=(post("p"),))]
    world.reel_source.not_configured = UpstreamNotConfigured("no reels provider is configured")
    world.container.requests.submit("ada", "frontend")
    assert world.work_last() is JobResult.COMPLETED
    assert stored(world).notes == ("reels: no reels provider is configured",)
    assert set(world.posts.rows["ada"]) == {"p"}


@pytest.mark.parametrize("step", range(1, 12))
def test_a_crash_at_any_write_still_ends_in_one_complete_profile(world: WorkerWorld, step: int) -> None:
    """After the lease has expired, the job is repeated with the same result."""
    world.container.requests.submit("ada", "frontend")
    with dying_at(
        step,
        (world.jobs, "save_job"),
        (world.jobs, "finish_ticket"),
        (world.posts, "save_posts"),
        (world.profiles, "save_snapshot"),
        (world.profiles, "save_profile"),
        (world.documents, "save_document"),
        (world.tasks, "send_task"),
    ):
        world.work_last()
    world.restart()
    world.clock.advance(seconds=120)
    world.container.job_sweeper.sweep()
    world.work_last()
    assert world.jobs.rows["ada"].status is JobStatus.COMPLETED
    assert stored(world).profile_type is ProfileType.PRIMARY
    documents = [world.documents.load_document("ada", name) for name in DocumentName]
    assert [d and d.updated_at for d in documents] == [stored(world).updated_at] * len(DocumentName)
    assert ("ada", 0, 0) in world.tasks.analyses
    world.container.job_sweeper.sweep()
    assert world.jobs.load_counters()[Priority.HIGH].active == 0


def test_a_post_that_the_upstream_lists_twice_is_stored_once(world: WorkerWorld) -> None:
    world.profile_source.answers = [fetched_profile(posts=(post("twice"), post("twice")))]
    assert world.work(JobMessage("ada"), Priority.LOW) is JobResult.COMPLETED
    assert stored(world).posts_stored == 1


def test_a_refresh_keeps_the_images_that_it_cannot_fetch_again(world: WorkerWorld) -> None:
    world.profile_source.answers = [fetched_profile(posts=(post("p", source_image_url="https://i/p"),))]
    world.container.requests.submit("ada", "frontend")
    world.work_last()
    first = stored(world)
    image = world.posts.rows["ada"]["p"].image
    assert first.image is not None and image is not None
    world.images.bad |= {"https://i/p", "https://images.test/ada.jpg"}
    world.clock.advance(hours=25)
    refresh = JobMessage("ada", REFRESH_SOURCE, "again", world.clock())
    assert world.work(refresh, Priority.MEDIUM) is JobResult.COMPLETED
    again = stored(world)
    assert again.image == first.image
    assert world.posts.rows["ada"]["p"].image == image
    assert again.updated_at > first.updated_at and again.created_at == first.created_at
    assert again.posts_stored == 1


def test_a_post_keeps_its_stored_time_when_another_source_gives_another(world: WorkerWorld) -> None:
    from_shortcode = post("a", taken_at=START, taken_at_source=TakenAtSource.SHORTCODE)
    world.profile_source.answers = [fetched_profile(posts=(from_shortcode,))]
    world.container.requests.submit("ada", "frontend")
    assert world.work_last() is JobResult.COMPLETED
    dated = post("a", taken_at=START - timedelta(minutes=30), caption="with a caption now")
    world.profile_source.answers = [fetched_profile(posts=(dated,))]
    world.clock.advance(days=1)
    assert world.work(JobMessage("ada", REFRESH_SOURCE), Priority.MEDIUM) is JobResult.COMPLETED
    [stored] = world.posts.newest_posts(HistoryKey("ada"))
    assert (stored.taken_at, stored.taken_at_source) == (START, TakenAtSource.SHORTCODE)
    assert stored.caption == "with a caption now"


def test_a_refresh_keeps_the_analysis_of_an_unchanged_caption_and_drops_that_of_a_changed_one(
    world: WorkerWorld,
) -> None:
    def refresh(*captions: str) -> list[datetime | None]:
        posts = tuple(post(name, caption=caption) for name, caption in zip("ab", captions, strict=True))
        world.profile_source.answers = [fetched_profile(posts=posts)]
        world.clock.advance(days=1)
        assert world.work(JobMessage("ada", REFRESH_SOURCE), Priority.MEDIUM) is JobResult.COMPLETED
        stored = sorted(world.posts.newest_posts(HistoryKey("ada")), key=lambda p: p.shortcode)
        return [p.analysis.analyzed_at if p.analysis else None for p in stored]

    def analyze() -> AnalysisOutcome:
        return world.container.profile_analyzer.analyze("ada", world.clock() + timedelta(minutes=5))

    assert refresh("first", "second") == [None, None]
    analyze()
    analyzed_at = world.clock()
    assert refresh("first", "edited") == [analyzed_at, None]
    assert analyze() == AnalysisOutcome(1, is_finished=True)


def test_an_answer_without_caption_or_plays_does_not_erase_the_stored_ones(world: WorkerWorld) -> None:
    """A reel that has left the first page of the timeline arrives without time and caption; later, the reels fail."""
    plays = ViewsKind.PLAYS
    full = post("a", taken_at=START, caption="first", views=250, views_kind=plays, likes=1)
    undated = replace(full, caption="", taken_at_source=TakenAtSource.SHORTCODE, views=260, likes=2)
    timeline = replace(full, caption="edited", views=100, views_kind=ViewsKind.VIEWS, likes=3)
    hidden = replace(timeline, caption="", views=None, views_kind=None)

    def after(answer: Post) -> tuple[str, int | None, ViewsKind | None, int | None]:
        world.profile_source.answers = [fetched_profile(posts=(answer,))]
        world.clock.advance(days=1)
        assert world.work(JobMessage("ada", REFRESH_SOURCE), Priority.MEDIUM) is JobResult.COMPLETED
        [stored] = world.posts.newest_posts(HistoryKey("ada"))
        return stored.caption, stored.views, stored.views_kind, stored.likes

    assert after(full) == ("first", 250, plays, 1)
    assert after(undated) == ("first", 260, plays, 2)
    assert after(timeline) == ("edited", 260, plays, 3)
    assert after(hidden) == ("", None, None, 3)


def test_details_that_a_later_answer_lacks_are_kept(world: WorkerWorld) -> None:
    place, song = Location(name="Lisbon"), Music(title="Song")
    full = post("a", location=place, music=song, tagged_users=("ben",), co_authors=("cleo",), shares=3)
    bare = replace(full, location=None, music=None, tagged_users=None, co_authors=(), shares=4)
    for answer in (full, bare):
        world.profile_source.answers = [fetched_profile(posts=(answer,))]
        world.clock.advance(days=1)
        assert world.work(JobMessage("ada", REFRESH_SOURCE), Priority.MEDIUM) is JobResult.COMPLETED
    [stored] = world.posts.newest_posts(HistoryKey("ada"))
    assert (stored.location, stored.music, stored.tagged_users) == (place, song, ("ben",))
    assert (stored.co_authors, stored.shares) == ((), 4)


def test_details_of_the_timeline_and_of_the_reels_are_merged(world: WorkerWorld) -> None:
    timeline = post("a", location=Location(name="Lisbon"), shares=1, duration_seconds=9.5)
    reel = post("a", music=Music(title="Song"), shares=2, duration_seconds=9.6)
    [merged] = merge_posts((timeline,), (reel,), 100)
    assert (merged.location, merged.music, merged.shares) == (timeline.location, reel.music, 2)
    assert merged.duration_seconds == 9.5


@pytest.mark.parametrize(
    ("days_later", "reaches_back_to"),
    [
        (5, 20),  # the new page begins before the time of the first fetch, so the two pages are one sequence
        (15, 5),  # posts between the first fetch and the new page may be missing
    ],
)
def test_the_complete_sequence_continues_only_if_the_pages_of_posts_overlap(
    world: WorkerWorld, days_later: int, reaches_back_to: int
) -> None:
    def fetch(oldest: int) -> datetime | None:
        since = world.clock() - timedelta(days=oldest)
        listed = (post("new", taken_at=world.clock()), post(f"old{oldest}", taken_at=since))
        answer = fetched_profile(posts=listed, posts_count=500, complete_since=since)
        world.profile_source.answers = [answer]
        assert world.work(JobMessage("ada", REFRESH_SOURCE), Priority.MEDIUM) is JobResult.COMPLETED
        profile = world.profiles.load_profile("ada")
        return profile.complete_since if profile else None

    first = world.clock()
    assert fetch(20) == first - timedelta(days=20)
    world.clock.advance(days=days_later)
    expected = first - timedelta(days=20) if reaches_back_to == 20 else world.clock() - timedelta(days=5)
    assert fetch(5) == expected


def test_a_fetch_without_posts_interrupts_the_sequence_and_does_not_end_it(world: WorkerWorld) -> None:
    oldest = world.clock() - timedelta(days=20)

    def fetch(page: datetime | None) -> datetime | None:
        listed = (post("old", taken_at=page),) if page else ()
        world.profile_source.answers = [fetched_profile(posts=listed, posts_count=500, complete_since=page)]
        assert world.work(JobMessage("ada", REFRESH_SOURCE), Priority.MEDIUM) is JobResult.COMPLETED
        profile = world.profiles.load_profile("ada")
        world.clock.advance(days=1)
        return profile.public.complete_since if profile else None

    assert fetch(oldest) == oldest
    assert fetch(None) is None  # posts of this day may be missing
    assert fetch(oldest + timedelta(days=10)) == oldest


def test_stored_posts_that_the_creator_has_deleted_do_not_make_the_others_complete(world: WorkerWorld) -> None:
    deleted = tuple(post(f"d{n}", taken_at=START - timedelta(days=9, hours=n)) for n in range(5))
    for listed, count in ((deleted, 50), ((post("new"),), 3)):
        world.profile_source.answers = [fetched_profile(posts=listed, posts_count=count, complete_since=START)]
        assert world.work(JobMessage("ada", REFRESH_SOURCE), Priority.MEDIUM) is JobResult.COMPLETED
        world.clock.advance(days=1)
    stored = world.profiles.load_profile("ada")
    assert stored and stored.posts_stored == 6 and stored.complete_since == START


def test_a_stored_reel_stays_a_reel_when_only_the_timeline_answers(world: WorkerWorld) -> None:
    for kind in (MediaType.REEL, MediaType.VIDEO):
        world.profile_source.answers = [fetched_profile(posts=(post("a", media_type=kind),))]
        assert world.work(JobMessage("ada", REFRESH_SOURCE), Priority.MEDIUM) is JobResult.COMPLETED
        world.clock.advance(days=1)
    [stored] = world.posts.newest_posts(HistoryKey("ada"))
    assert stored.media_type is MediaType.REEL


def test_a_creator_of_whom_as_many_posts_are_stored_as_the_upstream_counts_is_complete(world: WorkerWorld) -> None:
    world.profile_source.answers = [fetched_profile(posts=(post("a"),), posts_count=1, complete_since=START)]
    assert world.work(JobMessage("ada", REFRESH_SOURCE), Priority.MEDIUM) is JobResult.COMPLETED
    stored = world.profiles.load_profile("ada")
    assert stored and stored.complete_since == ALL_POSTS

"""Rows written by version 0.1.0 can be read, changed and deleted."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from creator_search.bootstrap import Container
from creator_search.catalogue import Table
from creator_search.config import resource_name
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.analytics.growth import Snapshot
from creator_search.domain.documents import DocumentName, document, etag_of
from creator_search.domain.errors import LeaseLost
from creator_search.domain.idempotency import RepeatedRequest
from creator_search.domain.images import Image
from creator_search.domain.jobs import Job, JobStatus, Priority, claimed, completed, new_job
from creator_search.domain.locks import LockOutcome
from creator_search.domain.messages import ErasureMessage
from creator_search.domain.post_queries import PostQuery, PostSort
from creator_search.domain.posts import Sentiment
from creator_search.domain.profiles import ProfileType
from creator_search.domain.queues import DueJob, TicketCounter
from creator_search.domain.search import CreatorQuery, CreatorSort
from creator_search.domain.similar import CacheContents

from tests.fakes import NEVER, START, FakeClock, stored_profile
from tests.rows_0_1_0 import ADA, ADAS_JOB, ANALYSIS, CLEO, DANA, DOCUMENTS, LATER, POSTS, ROWS, SIMILAR


@pytest.fixture
def parts(aws: dict[str, str]) -> Container:
    """The adapters over the rows of version 0.1.0."""
    made = Container.for_tests(clock=FakeClock())
    for table, items in ROWS.items():
        for item in items:
            made.dynamodb.put_item(TableName=resource_name(Table(table)), Item=item)
    return made


def test_there_is_a_row_of_each_kind() -> None:
    kinds = {
        *(f"profiles {item['item']['S'].split('#')[0]}" for item in ROWS["profiles"]),
        *(f"control {item['id']['S'].split('#')[0]}" for item in ROWS["control"]),
    }
    assert kinds == {
        *(f"profiles {kind}" for kind in ("profile", "name", "post", "day", "document")),
        *(f"control {kind}" for kind in ("queue", "flight", "absent", "idempotency", "caption")),
    }
    assert ROWS["jobs"] and ROWS["similar"] and ROWS["erasures"]


def test_a_profile_is_read_with_all_its_fields(parts: Container) -> None:
    assert parts.profile_store.load_profile("ada") == ADA
    assert parts.profile_store.load_profiles(["ada"]) == {"ada": ADA}


def test_the_public_profile_contains_nothing_private(parts: Container) -> None:
    ben = parts.profile_store.load_profile("ben")
    assert ben and ben.is_private and ben.biography == "Forests and birds" and ben.full_name == "Ben"
    assert (ben.profile_type, ben.created_at, ben.followers) == (ProfileType.SECONDARY, START, 1200)
    public = ben.public
    assert not (public.is_listed or public.shows_posts)
    hidden = (public.full_name, public.biography, public.links, public.category, public.image, public.language)
    assert set(hidden) == {None}
    assert (public.followers, public.posts_stored, public.engagement.sample_size) == (1200, 0, 0)


def test_profiles_are_found_by_their_schedules(parts: Container) -> None:
    # Refreshes of rows without the time of their refresh are requested by reads, and set it.
    assert parts.profile_store.refreshes_due(datetime.min.replace(tzinfo=UTC), LATER, 10) == []
    assert parts.profile_store.analyses_due(LATER, 10) == ["ada"]
    assert parts.profile_store.analyses_due(LATER - timedelta(seconds=1), 10) == []


@pytest.mark.parametrize(
    "query",
    [
        CreatorQuery(),
        CreatorQuery(sort=CreatorSort.ENGAGEMENT, min_engagement=4),
        CreatorQuery(category="NATURE", language="en", verified=True),
        CreatorQuery(prefix="ada", sort=CreatorSort.NAME),
        CreatorQuery(prefix="ada lo", sort=CreatorSort.NAME, category="nature"),
    ],
)
def test_a_search_finds_public_creators(parts: Container, query: CreatorQuery) -> None:
    [found] = parts.creator_index.search(query, 10, None).creators
    assert (found.username, found.full_name, found.followers) == ("ada", "Ada Lopez", 1200)
    assert (found.engagement_rate, found.category, found.image) == (4.1389, "Nature", ADA.image)


def test_posts_are_read_with_their_images_and_analyses(parts: Container) -> None:
    assert list(parts.post_store.newest_posts(HistoryKey("ada"))) == POSTS
    assert parts.post_store.count_posts(HistoryKey("ada")) == 8
    assert parts.post_store.posts_without_image(HistoryKey("ada"), 10) == POSTS[6:]


def test_posts_are_read_by_page(parts: Container) -> None:
    first = parts.post_store.load_first_page("ada", PostQuery(), 5)
    assert (list(first.posts), first.profile) == (POSTS[:5], ADA)
    assert list(parts.post_store.load_page(HistoryKey("ada"), PostQuery(), 5, first.after).posts) == POSTS[5:]
    by_engagement = parts.post_store.load_page(HistoryKey("ada"), PostQuery(sort=PostSort.ENGAGEMENT), 8, None).posts
    assert [post.shortcode for post in by_engagement] == ["Cx7", "Cx6", "Cx4", "Cx3", "Cx2", "Cx1", "Cx0", "Cx5"]
    analyzed = PostQuery(category="nature", sentiment=Sentiment.POSITIVE, language="en")
    assert list(parts.post_store.load_page(HistoryKey("ada"), analyzed, 8, None).posts) == POSTS[:4]


def test_snapshots_are_read_and_replaced(parts: Container) -> None:
    then = Snapshot(day=date(2026, 1, 24), followers=1100, following=80, posts_count=7)
    assert parts.profile_store.load_snapshots(HistoryKey("ada"), date(2026, 1, 1)) == [then, ADA.snapshot]
    newer = replace(ADA.snapshot, followers=1300)
    parts.profile_store.save_snapshot(HistoryKey("ada"), newer, fence=1)
    assert parts.profile_store.load_snapshots(HistoryKey("ada"), date(2026, 1, 1)) == [then, newer]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_are_read_and_replaced(parts: Container, name: DocumentName) -> None:
    found = parts.document_store.load_document("ada", name)
    assert found and found.etag == etag_of(found.body)
    assert json.loads(found.body)["success"] is True
    assert found == document(name, found.body, START, START, "50%")
    older = document(name, "{}", START - timedelta(days=1), START, "0%")
    assert parts.document_store.save_document("ada", name, older) is False
    newer = document(name, "{}", START, START + timedelta(seconds=1), "0%")
    assert parts.document_store.save_document("ada", name, newer) is True
    assert parts.document_store.load_document("ada", name) == newer


@pytest.mark.parametrize("job", [CLEO, DANA, ADAS_JOB], ids=lambda job: job.username)
def test_jobs_are_read_and_changed(parts: Container, job: Job) -> None:
    assert parts.job_store.load_job(job.username) == job
    assert parts.job_store.load_state(job.username).job == job
    busy = claimed(job, START, timedelta(minutes=1))
    assert parts.job_store.save_job(busy, over=job) is None
    assert parts.job_store.delete_job(busy) is True


def test_active_jobs_are_found(parts: Container) -> None:
    def due(priority: Priority) -> list[DueJob]:
        return [*parts.job_store.due_jobs(JobStatus.PENDING, priority, START + timedelta(minutes=2), 10)]

    assert due(Priority.HIGH) == [DueJob("cleo", START + timedelta(seconds=30), is_retry=False)]
    assert due(Priority.LOW) == [DueJob("dana", START + timedelta(minutes=2), is_retry=True)]
    assert parts.job_store.count_retrying(Priority.LOW, START) == 1
    assert parts.job_store.oldest_requested_at(Priority.HIGH) == START


def test_the_state_of_a_creator_is_read(parts: Container) -> None:
    state = parts.job_store.load_state("ada")
    assert state.profile and (state.profile.profile_type, state.profile.created_at) == (
        ProfileType.PRIMARY,
        START - timedelta(days=9),
    )
    assert state.counters == {
        Priority.HIGH: TicketCounter(2, 1),
        Priority.MEDIUM: TicketCounter(0, 0),
        Priority.LOW: TicketCounter(1, 0),
    }
    assert not state.is_erased
    assert parts.job_store.load_state("gone").is_erased


def test_counters_continue(parts: Container) -> None:
    assert parts.job_store.issue_ticket(Priority.HIGH) == 3
    assert parts.job_store.repair_counter(Priority.LOW, TicketCounter(1, 0), 0) is True
    assert parts.job_store.load_counters()[Priority.LOW] == TicketCounter(1, 1)


def test_a_similar_set_is_read_found_and_replaced(parts: Container) -> None:
    row = parts.similar_store.load_similar("ada")
    assert row.cached == SIMILAR
    assert parts.similar_store.sets_naming("ben") == parts.similar_store.sets_naming("cleo") == ["ada"]
    assert parts.similar_store.measure_contents() == CacheContents(1, 5, is_complete=True)
    assert parts.similar_store.replace_set(replace(SIMILAR, batch_id="batch-2"), row.generation) is True
    assert parts.similar_store.clear_set("ada") == replace(SIMILAR, batch_id="batch-2")


def test_tombstones_and_absences_are_still_valid(parts: Container) -> None:
    assert parts.tombstones.erased_among(["ada", "gone"]) == {"gone"}
    assert parts.absences.is_absent("nobody")
    assert not parts.absences.is_absent("ada")


def test_a_cached_analysis_is_read(parts: Container) -> None:
    assert parts.analysis_cache.load_analyses("rules-1", ["Forest walk"]) == {"Forest walk": ANALYSIS}
    assert parts.analysis_cache.load_analyses("rules-2", ["Forest walk"]) == {}


def test_a_request_whose_first_answer_was_stored_by_version_0_1_0_is_handled_again(parts: Container) -> None:
    """Version 0.1.0 stored answers, for a day, without the caller to whom they belong."""
    request = RepeatedRequest(subject="alice", key="request_profile#y")
    assert parts.idempotency_store.begin(request, "f1", 60) is None


def test_locks_of_version_0_1_0_do_not_block_new_ones(parts: Container) -> None:
    """Version 0.1.0 stored locks, which expire within minutes, under other ids."""
    assert parts.locks.load_outcome("profile#emre") == LockOutcome()
    assert parts.locks.acquire("profile#emre", "owner-2", 30) is True


def test_an_old_profile_is_replaced_by_a_new_build(parts: Container) -> None:
    new = stored_profile(updated_at=START + timedelta(days=1))
    with pytest.raises(LeaseLost):
        parts.profile_store.save_profile(new, fence=40, over=None)
    parts.profile_store.save_profile(new, fence=42, over=None)
    assert parts.profile_store.load_profile("ada") == new
    assert parts.creator_index.search(CreatorQuery(prefix="ada lo", sort=CreatorSort.NAME), 10, None).creators == ()


def test_an_old_profile_stays_primary_and_is_not_added_again(parts: Container) -> None:
    with pytest.raises(LeaseLost):
        parts.profile_store.save_profile(stored_profile(profile_type=ProfileType.SECONDARY), fence=42, over=None)
    with pytest.raises(LeaseLost):
        parts.profile_store.add_profile(stored_profile())
    assert parts.profile_store.load_profile("ada") == ADA


def test_an_old_profile_is_updated(parts: Container) -> None:
    image = Image("profiles/ada/profile.jpg", "new")
    parts.profile_store.set_profile_image(stored_profile("ada"), image)
    parts.profile_store.set_analysis_result(stored_profile("ada"), "es", START)
    assert parts.profile_store.load_profile("ada") == replace(ADA, image=image, language="es", analysis_due_at=START)
    assert parts.profile_store.analyses_due(START, 10) == ["ada"]
    [found] = parts.creator_index.search(CreatorQuery(prefix="ada lo", sort=CreatorSort.NAME), 10, None).creators
    assert (found.image, found.language) == (image, "es")


def test_old_posts_are_updated(parts: Container) -> None:
    changed = replace(POSTS[7], image=Image("posts/ada/Cx7.jpg", "v"), analysis=ANALYSIS)
    parts.post_store.set_post_image(HistoryKey("ada"), changed)
    parts.post_store.set_post_analysis(HistoryKey("ada"), changed)
    parts.post_store.set_post_analysis(HistoryKey("ada"), replace(POSTS[0], analysis=None))
    assert list(parts.post_store.newest_posts(HistoryKey("ada"))) == [
        replace(POSTS[0], analysis=None),
        *POSTS[1:7],
        changed,
    ]


def test_old_posts_are_replaced_by_new_ones(parts: Container) -> None:
    newer = [replace(post, likes=99) for post in POSTS]
    parts.post_store.save_posts(HistoryKey("ada"), newer)
    assert list(parts.post_store.newest_posts(HistoryKey("ada"))) == newer


def test_a_new_job_follows_an_old_one(parts: Container) -> None:
    new = new_job("ada", source="api", priority=Priority.LOW, request_id="r2", ticket=2, now=START, over=ADAS_JOB)
    assert parts.job_store.save_job(new, over=ADAS_JOB) is None
    assert parts.job_store.save_job(completed(CLEO, START), over=CLEO) is None
    assert parts.job_store.count_jobs(JobStatus.PENDING, Priority.HIGH) == 0


def test_an_old_creator_is_erased(parts: Container) -> None:
    erased = parts.profile_eraser.erase(ErasureMessage(username="ada", is_last=True), NEVER)
    items = [item["item"]["S"] for item in ROWS["profiles"] if item["username"]["S"] == "ada"]
    assert erased.items == sum(not item.startswith("document#") for item in items)
    assert parts.profile_store.load_profile("ada") is None
    assert parts.job_store.load_job("ada") is None
    assert parts.similar_store.load_similar("ada").cached is None
    assert parts.profile_store.load_profile("ben") is not None


def test_an_old_creator_is_erased_from_the_sets_of_others(parts: Container) -> None:
    erased = parts.profile_eraser.erase(ErasureMessage(username="ben", is_last=True), NEVER)
    assert (erased.items, erased.similar_sets) == (2, 1)
    assert parts.similar_store.load_similar("ada").cached == replace(SIMILAR, profiles=())

"""Rows written by a later version, with unknown attributes and values, and rows that lack attributes."""

import copy
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from creator_search.adapters.dynamodb.items import from_wire, to_wire
from creator_search.adapters.dynamodb.schema.control import absence_id, lock_id
from creator_search.bootstrap import Container
from creator_search.catalogue import Table
from creator_search.config import resource_name
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.analytics.engagement import Engagement
from creator_search.domain.analytics.growth import Snapshot
from creator_search.domain.documents import DocumentName
from creator_search.domain.errors import LeaseLost
from creator_search.domain.images import Image
from creator_search.domain.jobs import JobStatus, Priority, completed
from creator_search.domain.links import Link
from creator_search.domain.locks import LockOutcome
from creator_search.domain.messages import ErasureMessage
from creator_search.domain.post_queries import PostQuery, PostSort
from creator_search.domain.posts import MediaType, Music, Post, PostAnalysis
from creator_search.domain.profiles import ProfileType
from creator_search.domain.queues import DueJob, ProfileSummary, TicketCounter
from creator_search.domain.search import CreatorQuery, CreatorSort
from creator_search.domain.similar import CacheContents, SimilarSet

from tests.fakes import NEVER, START, FakeClock, stored_profile
from tests.rows_0_1_0 import (
    ADA,
    ADAS_JOB,
    ANALYSIS,
    CLEO,
    DANA,
    DOCUMENTS,
    POSTS,
    ROWS,
    SIMILAR,
)

UNKNOWN: Mapping[str, Any] = {
    "x_text": {"S": "new"},
    "x_number": {"N": "1.5"},
    "x_flag": {"BOOL": True},
    "x_nothing": {"NULL": True},
    "x_bytes": {"B": b"\x00"},
    "x_names": {"SS": ["a", "b"]},
    "x_numbers": {"NS": ["1", "2"]},
    "x_list": {"L": [{"M": {"deep": {"N": "1"}}}]},
}
"""Unknown attributes of every DynamoDB type."""


@pytest.fixture
def parts(aws: dict[str, str]) -> Container:
    """The adapters over empty tables."""
    return Container.for_tests(clock=FakeClock())


def put(parts: Container, table: Table, item: Mapping[str, Any]) -> None:
    parts.dynamodb.put_item(TableName=resource_name(table), Item=to_wire(item))


def row(table: Table, **key: str) -> dict[str, Any]:
    """Return the row of version 0.1.0 with this key."""
    [found] = [item for item in map(from_wire, ROWS[table]) if key.items() <= item.items()]
    return found


def profile_row(**changes: object) -> dict[str, Any]:
    return row(Table.PROFILES, username="ada", item="profile") | changes


def post_row(number: int, **changes: object) -> dict[str, Any]:
    return row(Table.PROFILES, shortcode=f"Cx{number}") | changes


@pytest.fixture
def later(parts: Container) -> Container:
    """The adapters over the rows of version 0.1.0, each with additional attributes."""
    for table, items in ROWS.items():
        for item in copy.deepcopy(items):
            item |= UNKNOWN
            if "engagement" in item:
                item["engagement"]["M"] |= UNKNOWN
            for name in ("profiles", "unfinished"):
                for entry in item.get(name, {}).get("L", []):
                    entry["M"] |= UNKNOWN
            if "shortcode" in item:
                # Named like the fields of an analysis, without the prefix ai_ that marks those.
                item |= {"raw": {"S": "x"}, "version": {"N": "7"}, "sentiment_score": {"N": "9"}, "image": {"S": "x"}}
            parts.dynamodb.put_item(TableName=resource_name(Table(table)), Item=item)
    return parts


def test_profiles_and_posts_are_read_without_unknown_attributes(later: Container) -> None:
    assert later.profile_store.load_profile("ada") == ADA
    assert later.profile_store.load_profiles(["ada"]) == {"ada": ADA}
    assert list(later.post_store.newest_posts(HistoryKey("ada"))) == POSTS
    page = later.post_store.load_first_page("ada", PostQuery(), 10)
    assert (list(page.posts), page.profile) == (POSTS, ADA)
    assert [day.followers for day in later.profile_store.load_snapshots(HistoryKey("ada"), date(2026, 1, 1))] == [
        1100,
        1200,
    ]
    [found] = later.creator_index.search(CreatorQuery(), 10, None).creators
    assert (found.username, found.image) == ("ada", ADA.image)


def test_all_other_rows_are_read_without_unknown_attributes(later: Container) -> None:
    assert [later.job_store.load_job(name) for name in ("cleo", "dana", "ada")] == [CLEO, DANA, ADAS_JOB]
    state = later.job_store.load_state("ada")
    assert (state.job, state.has_primary) == (ADAS_JOB, True)
    assert state.counters[Priority.HIGH] == TicketCounter(2, 1)
    assert later.similar_store.load_similar("ada").cached == SIMILAR
    assert later.similar_store.measure_contents() == CacheContents(1, 5, is_complete=True)
    assert later.analysis_cache.load_analyses("rules-1", ["Forest walk"]) == {"Forest walk": ANALYSIS}
    assert all(later.document_store.load_document("ada", name) for name in DOCUMENTS)
    assert later.tombstones.erased_among(["gone"]) == {"gone"}
    assert later.absences.is_absent("nobody")


def test_rows_with_unknown_attributes_are_changed_and_deleted(later: Container) -> None:
    later.profile_store.set_analysis_result(stored_profile("ada"), "es", START)
    later.post_store.set_post_analysis(HistoryKey("ada"), replace(POSTS[0], analysis=None))
    assert later.profile_store.load_profile("ada") == replace(ADA, language="es", analysis_due_at=START)
    assert next(later.post_store.newest_posts(HistoryKey("ada"))) == replace(POSTS[0], analysis=None)
    assert later.job_store.save_job(completed(CLEO, START), over=CLEO) is None
    generation = later.similar_store.load_similar("ada").generation
    assert later.similar_store.replace_set(SIMILAR, generation) is True
    later.profile_store.save_profile(stored_profile(), fence=42, over=None)
    assert later.profile_store.load_profile("ada") == stored_profile()
    assert later.profile_eraser.erase(ErasureMessage(username="ada", is_last=True), NEVER).items == 12


def test_a_profile_of_an_unknown_type_counts_as_secondary(parts: Container) -> None:
    put(parts, Table.PROFILES, profile_row(profile_type="tertiary"))
    secondary = replace(ADA, profile_type=ProfileType.SECONDARY)
    assert parts.profile_store.load_profile("ada") == secondary
    assert parts.job_store.load_state("ada").profile == ProfileSummary(ProfileType.SECONDARY, ADA.created_at)
    [found] = parts.creator_index.search(CreatorQuery(), 10, None).creators
    assert found.profile_type is ProfileType.SECONDARY
    assert parts.post_store.load_first_page("ada", PostQuery(), 1).profile == secondary
    with pytest.raises(LeaseLost):  # the type may be more complete than secondary
        parts.profile_store.save_profile(secondary, fence=42, over=None)
    parts.profile_store.save_profile(ADA, fence=42, over=None)
    assert parts.profile_store.load_profile("ada") == ADA


def test_a_post_of_an_unknown_kind_counts_as_an_image(parts: Container) -> None:
    put(parts, Table.PROFILES, post_row(2, media_type="hologram"))
    expected = replace(POSTS[2], media_type=MediaType.IMAGE)
    assert list(parts.post_store.newest_posts(HistoryKey("ada"))) == [expected]
    for sort in PostSort:
        assert parts.post_store.load_page(HistoryKey("ada"), PostQuery(sort=sort), 1, None).posts == (expected,)


def test_an_unknown_sentiment_counts_as_not_determined(parts: Container) -> None:
    put(parts, Table.PROFILES, post_row(2, ai_sentiment="mixed"))
    cached = next(item for item in map(from_wire, ROWS[Table.CONTROL]) if "ai_sentiment" in item)
    put(parts, Table.CONTROL, cached | {"ai_sentiment": "mixed"})
    expected = replace(ANALYSIS, sentiment=None)
    assert list(parts.post_store.newest_posts(HistoryKey("ada"))) == [replace(POSTS[2], analysis=expected)]
    assert parts.analysis_cache.load_analyses("rules-1", ["Forest walk"]) == {"Forest walk": expected}


def test_an_analysis_with_unknown_fields_is_read(parts: Container) -> None:
    put(parts, Table.PROFILES, post_row(2, ai_toxicity=0.1, ai_topics=["a"]))
    assert list(parts.post_store.newest_posts(HistoryKey("ada"))) == [POSTS[2]]
    parts.post_store.set_post_analysis(HistoryKey("ada"), replace(POSTS[2], analysis=None))
    assert list(parts.post_store.newest_posts(HistoryKey("ada"))) == [replace(POSTS[2], analysis=None)]


def test_nothing_is_shown_of_a_profile_without_attributes(parts: Container) -> None:
    put(parts, Table.PROFILES, {"username": "ada", "item": "profile"})
    found = parts.profile_store.load_profile("ada")
    assert found and found.is_private and not found.public.is_listed
    assert (found.profile_type, found.followers, found.image) == (ProfileType.SECONDARY, 0, None)
    assert (found.engagement, found.updated_at) == (Engagement(), datetime.fromtimestamp(0, UTC))
    assert parts.job_store.load_state("ada").profile is None
    put(parts, Table.PROFILES, {"username": "ada", "item": "profile", "profile_type": "primary"})
    assert parts.job_store.load_state("ada").has_primary
    assert parts.post_store.load_first_page("ada", PostQuery(), 1).posts == ()
    parts.profile_store.save_profile(ADA, fence=1, over=None)
    assert parts.profile_store.load_profile("ada") == ADA


def test_a_profile_may_lack_the_time_at_which_it_was_first_stored(parts: Container) -> None:
    put(parts, Table.PROFILES, profile_row(created_at=None, profile_type=None))
    found = parts.profile_store.load_profile("ada")
    assert found and found.created_at == START
    assert parts.job_store.load_state("ada").profile == ProfileSummary(ProfileType.SECONDARY, START)


@pytest.mark.parametrize(
    ("engagement", "expected"),
    [(None, Engagement()), ({}, Engagement()), ({"sample_size": 2}, Engagement(sample_size=2))],
)
def test_a_profile_may_lack_figures(parts: Container, engagement: dict[str, int] | None, expected: Engagement) -> None:
    put(parts, Table.PROFILES, profile_row(engagement=engagement, image_version=None))
    found = parts.profile_store.load_profile("ada")
    assert found == replace(ADA, engagement=expected, image=Image("profiles/ada/profile.jpg", ""))


def test_a_creator_who_is_listed_may_lack_all_but_the_followers(parts: Container) -> None:
    keys = {"username": "ada", "item": "profile", "listed": "creator", "listed_name": "creator", "name_key": "ada"}
    put(parts, Table.PROFILES, {**keys, "followers": 1, "updated_at": START.isoformat()})
    for query in (CreatorQuery(), CreatorQuery(sort=CreatorSort.NAME)):
        [found] = parts.creator_index.search(query, 10, None).creators
        assert (found.username, found.full_name, found.followers, found.engagement_rate) == ("ada", "", 1, None)
        assert (found.is_verified, found.profile_type) == (False, ProfileType.SECONDARY)


def test_a_post_may_lack_all_but_its_time_and_shortcode(parts: Container) -> None:
    keys = {"username": "ada", "item": "post#001769860800#p", "taken_at": int(START.timestamp()), "shortcode": "p"}
    put(parts, Table.PROFILES, keys)
    bare = Post(shortcode="p", media_type=MediaType.IMAGE, taken_at=START)
    assert list(parts.post_store.newest_posts(HistoryKey("ada"))) == [bare]
    assert parts.post_store.load_page(HistoryKey("ada"), PostQuery(), 1, None).posts == (bare,)
    put(parts, Table.PROFILES, keys | {"ai_analyzed_at": START.isoformat()})
    analyzed = replace(bare, analysis=PostAnalysis(engine="", version="", analyzed_at=START))
    assert list(parts.post_store.newest_posts(HistoryKey("ada"))) == [analyzed]


def test_a_snapshot_may_lack_all_but_the_followers(parts: Container) -> None:
    put(parts, Table.PROFILES, {"username": "ada", "item": "day#2026-01-31", "followers": 7})
    assert parts.profile_store.load_snapshots(HistoryKey("ada"), START.date()) == [
        Snapshot(day=START.date(), followers=7)
    ]


def test_a_document_may_lack_when_it_was_made(parts: Container) -> None:
    optional = {"made_at": None, "ai_coverage": None, "expires_at": None}
    put(parts, Table.PROFILES, row(Table.PROFILES, item="document#profile") | optional)
    found = parts.document_store.load_document("ada", DocumentName.PROFILE)
    assert found and (found.made_at, found.ai_coverage) == (START, "0%")


def test_a_job_may_lack_optional_attributes(parts: Container) -> None:
    required = ("username", "request_id", "priority", "status", "version", "requested_at", "expires_at")
    item = {name: row(Table.JOBS, username="cleo")[name] for name in required}
    put(parts, Table.JOBS, item)
    job = replace(CLEO, source="", ticket=0, due_at=None)
    assert parts.job_store.load_job("cleo") == parts.job_store.load_state("cleo").job == job
    put(parts, Table.JOBS, item | {"active": "PENDING#HIGH", "due_at": int(START.timestamp())})
    assert parts.job_store.due_jobs(JobStatus.PENDING, Priority.HIGH, START, 1) == [DueJob("cleo", START, False)]


def test_a_counter_may_lack_its_numbers(parts: Container) -> None:
    put(parts, Table.CONTROL, {"id": "queue#HIGH"})
    assert parts.job_store.load_counters()[Priority.HIGH] == TicketCounter(0, 0)
    assert parts.job_store.repair_counter(Priority.HIGH, TicketCounter(0, 0), 0) is True


def test_a_similar_set_may_lack_all_but_its_batch_and_time(parts: Container) -> None:
    item = {"username": "ada", "batch_id": "b", "fetched_at": START.isoformat(), "generation": "g"}
    put(parts, Table.SIMILAR, item)
    bare = SimilarSet(username="ada", batch_id="b", fetched_at=START, limit=0, is_complete=False, profiles=())
    assert parts.similar_store.load_similar("ada").cached == bare
    put(parts, Table.SIMILAR, item | {"profiles": [{"username": "ben"}]})
    cached = parts.similar_store.load_similar("ada").cached
    assert cached is not None
    [entry] = cached.profiles
    assert (entry.username, entry.name, entry.image, entry.image_bytes) == ("ben", "", None, 0)
    expiring = {"live": "yes", "expires_at": int((START + timedelta(days=1)).timestamp())}
    put(parts, Table.SIMILAR, item | expiring)
    assert parts.similar_store.measure_contents() == CacheContents(1, 0, is_complete=True)
    assert parts.similar_store.sets_naming("ben") == []


def test_control_rows_may_lack_all_but_their_id(parts: Container) -> None:
    caption = next(item["id"] for item in map(from_wire, ROWS[Table.CONTROL]) if item["id"].startswith("caption#"))
    for id_ in (absence_id("nobody"), lock_id("x"), caption):
        put(parts, Table.CONTROL, {"id": id_})
    assert parts.absences.is_absent("nobody")
    assert parts.locks.load_outcome("x") == LockOutcome()
    assert parts.locks.acquire("x", "owner", 30) is True
    assert parts.analysis_cache.load_analyses("rules-1", ["Forest walk"]) == {}


def test_details_that_lack_what_this_version_requires_count_as_absent(parts: Container) -> None:
    links = [{"title": "Shop"}, {"url": "https://ada.example/"}]
    put(parts, Table.PROFILES, profile_row(contact={"source": "business"}, links=links, bio_links=None))
    put(parts, Table.PROFILES, post_row(2, location={"id": "3"}, music={"genre": "jazz"}))
    put(parts, Table.CONTROL, {"id": "benchmark#nano", "distributions": {}})
    found = parts.profile_store.load_profile("ada")
    assert found and (found.contact, found.links) == (None, (Link("https://ada.example/"),))
    [stored] = parts.post_store.newest_posts(HistoryKey("ada"))
    assert (stored.location, stored.music) == (None, Music())
    assert parts.benchmark_store.load_measurement("nano") is None

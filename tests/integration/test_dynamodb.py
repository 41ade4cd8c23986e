"""The DynamoDB adapters against moto: what only a real conditional write can show."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from creator_search import providers
from creator_search.adapters.dynamodb_control import DynamoDBRateLimit
from creator_search.catalogue import Table
from creator_search.config import resource_name
from creator_search.domain.analytics.engagement import Engagement
from creator_search.domain.answers import FlightOutcome
from creator_search.domain.errors import LeaseLost
from creator_search.domain.jobs import (
    JobStatus,
    Priority,
    ProfileType,
    claimed,
    completed,
    new_job,
    retried,
)
from creator_search.domain.profiles import MediaType, Post, PostAnalysis
from creator_search.domain.similar import SimilarProfile, SimilarSet
from creator_search.domain.stored import StoredProfile

from tests.fakes import stored_profile, upstream_profile

pytestmark = pytest.mark.usefixtures("aws")
NOW = datetime.now(UTC).replace(microsecond=0)
JOB = new_job("ada", source="web", priority=Priority.HIGH, request_id="r1", ticket=1, now=NOW, over=None)


def stored(profile_type: ProfileType = ProfileType.PRIMARY) -> StoredProfile:
    return stored_profile(
        upstream=upstream_profile(bio_links=("https://a.test",), category=None),
        profile_type=profile_type,
        created_at=NOW,
        updated_at=NOW,
        posts_stored=1,
        image_key="profiles/ada/profile.jpg",
        image_version="v1",
        engagement=Engagement(sample_size=2, avg_likes=1.5, notes=("some",)),
        notes=("reels: gone",),
    )


def similar_set(*names: str, fetched_at: datetime = NOW) -> SimilarSet:
    return SimilarSet(
        username="ada",
        batch_id="b1",
        fetched_at=fetched_at,
        limit=20,
        is_complete=True,
        profiles=tuple(
            SimilarProfile(username=n, name=n, rank=i, image_key=f"k/{n}", image_version="v", image_bytes=10)
            for i, n in enumerate(names, 1)
        ),
    )


def test_a_job_comes_back_as_it_was_saved() -> None:
    jobs = providers.job_store()
    busy = retried(claimed(JOB, NOW, timedelta(seconds=60)), "why", NOW)
    assert jobs.save(busy, over=None) is None
    assert jobs.job("ada") == busy
    assert jobs.standing("ada").job == busy


def test_of_many_who_save_over_the_same_row_one_wins_and_the_others_see_it() -> None:
    jobs = providers.job_store()
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: jobs.save(replace(JOB, request_id=f"r{n}"), over=None), range(32)))
    assert answers.count(None) == 1
    losers = {found.request_id for found in answers if found}
    winner = jobs.job("ada")
    assert winner is not None and losers == {winner.request_id}


def test_a_save_over_a_row_that_moved_on_is_refused() -> None:
    jobs = providers.job_store()
    jobs.save(JOB, over=None)
    mine = claimed(JOB, NOW, timedelta(seconds=60))
    assert jobs.save(mine, over=JOB) is None
    in_the_way = jobs.save(completed(JOB, NOW), over=JOB)
    assert in_the_way == mine


def test_a_write_whose_answer_was_lost_counts_as_saved_when_the_sdk_sends_it_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = providers.dynamodb()
    put = client.put_item

    def sent_twice(**arguments: object) -> object:
        put(**arguments)  # type: ignore[arg-type]
        return put(**arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(client, "put_item", sent_twice)
    assert providers.job_store().save(JOB, over=None) is None


def test_two_workers_that_claim_the_same_row_do_not_both_win() -> None:
    jobs = providers.job_store()
    jobs.save(JOB, over=None)
    mine = claimed(JOB, NOW, timedelta(seconds=60))
    assert [jobs.save(mine, over=JOB) is None, jobs.save(mine, over=JOB) is None] == [True, False]


def test_an_expired_row_is_not_there_although_the_store_still_holds_it() -> None:
    jobs = providers.job_store()
    old = replace(JOB, expires_at=NOW - timedelta(seconds=1))
    jobs.save(old, over=None)
    assert jobs.job("ada") is None
    assert jobs.standing("ada").job is None
    assert jobs.save(replace(JOB, request_id="r2"), over=None) is None


def test_a_retract_takes_only_the_row_it_means() -> None:
    jobs = providers.job_store()
    jobs.save(JOB, over=None)
    mine = claimed(JOB, NOW, timedelta(seconds=60))
    jobs.save(mine, over=JOB)
    assert jobs.retract(JOB) is False
    assert jobs.retract(mine) is True
    assert jobs.job("ada") is None


def test_tickets_are_counted_and_a_counter_that_moved_is_not_repaired() -> None:
    jobs = providers.job_store()
    assert [jobs.issue_ticket(Priority.LOW) for _ in range(3)] == [1, 2, 3]
    jobs.finish_ticket(Priority.LOW)
    seen = jobs.counters()[Priority.LOW]
    assert seen.active == 2
    jobs.issue_ticket(Priority.LOW)
    assert jobs.repair_counter(Priority.LOW, seen, 0) is False
    assert jobs.repair_counter(Priority.LOW, jobs.counters()[Priority.LOW], 1) is True
    assert jobs.counters()[Priority.LOW].active == 1
    assert jobs.repair_counter(Priority.HIGH, jobs.counters()[Priority.HIGH], 0) is True


def test_the_index_shows_what_is_due_and_forgets_what_ended() -> None:
    jobs = providers.job_store()
    jobs.save(JOB, over=None)
    later = NOW + timedelta(minutes=1)
    assert [d.username for d in jobs.due(JobStatus.PENDING, Priority.HIGH, later, 10)] == ["ada"]
    assert jobs.due(JobStatus.PENDING, Priority.HIGH, NOW, 10) == []
    assert jobs.oldest_requested_at(Priority.HIGH) == NOW
    waiting = retried(claimed(JOB, NOW, timedelta(seconds=60)), "why", NOW)
    jobs.save(waiting, over=JOB)
    assert jobs.count_retrying(Priority.HIGH, NOW) == 1
    assert jobs.due(JobStatus.PENDING, Priority.HIGH, NOW + timedelta(minutes=3), 10)[0].is_retry
    jobs.save(completed(waiting, NOW), over=waiting)
    assert jobs.count(JobStatus.PENDING, Priority.HIGH) == 0


def test_a_profile_comes_back_as_it_was_saved_and_is_fenced() -> None:
    profiles = providers.profile_store()
    profiles.save_profile(stored(), fence=5)
    assert profiles.profile("ada") == stored()
    with pytest.raises(LeaseLost):
        profiles.save_profile(stored(), fence=4)
    with pytest.raises(LeaseLost):
        profiles.save_profile(stored(ProfileType.SECONDARY), fence=6)
    assert providers.job_store().standing("ada").has_primary


def test_a_readers_fetch_never_replaces_what_somebody_stored_since() -> None:
    profiles = providers.profile_store()
    first = stored(ProfileType.SECONDARY)
    profiles.add_profile(first)
    with pytest.raises(LeaseLost):
        profiles.add_profile(replace(first, updated_at=NOW + timedelta(days=1)))
    profiles.save_profile(stored(), fence=7)
    with pytest.raises(LeaseLost):
        profiles.add_profile(first)
    primary = profiles.profile("ada")
    assert primary is not None and primary.profile_type is ProfileType.PRIMARY


def test_full_profiles_are_found_by_their_age() -> None:
    profiles = providers.profile_store()
    for days, kind in ((1, ProfileType.PRIMARY), (5, ProfileType.PRIMARY), (3, ProfileType.SECONDARY)):
        upstream = upstream_profile(f"d{days}")
        made = replace(stored(kind), upstream=upstream, updated_at=NOW - timedelta(days=days))
        profiles.save_profile(made, fence=1)
    assert profiles.primaries_updated(NOW - timedelta(days=9), NOW, 10) == ["d5", "d1"]
    assert profiles.primaries_updated(NOW - timedelta(days=9), NOW, 1) == ["d5"]
    assert profiles.primaries_updated(NOW - timedelta(days=4), NOW, 10) == ["d1"]


def test_an_absence_is_remembered_for_its_time() -> None:
    absences = providers.absences()
    assert not absences.is_absent("ada")
    absences.remember("ada", timedelta(hours=1))
    assert absences.is_absent("ada")
    absences.remember("ada", timedelta(seconds=-1))
    assert not absences.is_absent("ada")


def test_posts_without_an_image_are_found_newest_first() -> None:
    store = providers.post_store()
    posts = [
        Post(
            shortcode=f"p{n}",
            media_type=MediaType.REEL,
            taken_at=NOW - timedelta(days=n),
            caption="مرحبا 👋",
            likes=None,
            source_image_url="https://i.test/x.jpg",
        )
        for n in range(40)
    ]
    store.save("ada", posts)
    store.set_image("ada", replace(posts[0], image_key="k", image_version="v"))
    store.set_image("ada", replace(posts[1], shortcode="never stored", image_key="k", image_version="v"))
    assert store.without_image("ada", 5) == posts[1:6]


def test_a_similar_set_is_replaced_whole_and_only_by_who_saw_the_row() -> None:
    store = providers.similar_store()
    assert store.replace(similar_set("ben", "cleo"), None)
    row = store.read("ada")
    assert row.cached == similar_set("ben", "cleo")
    assert not store.replace(similar_set("dana"), None)
    assert store.replace(similar_set("dana"), row.generation)
    assert not store.replace(similar_set("emre"), row.generation)


def test_a_clear_outlasts_an_older_fetch() -> None:
    store = providers.similar_store()
    seen = store.read("ada").generation
    assert store.clear("ada") is None
    assert not store.replace(similar_set("ben"), seen)
    now = store.read("ada")
    assert now.cached is None
    assert store.replace(similar_set("ben"), now.generation)
    assert store.clear("ada") == similar_set("ben")


def test_an_expired_set_is_not_there_and_not_counted() -> None:
    store = providers.similar_store()
    store.replace(similar_set("ben", fetched_at=NOW - timedelta(days=8)), None)
    assert store.read("ada").cached is None
    assert store.contents().entries == 0
    store.replace(similar_set("ben", "cleo"), store.read("ada").generation)
    assert (store.contents().entries, store.contents().image_bytes) == (1, 20)


def test_one_boards_a_flight_and_the_others_learn_how_it_ended() -> None:
    flights = providers.flights()
    with ThreadPoolExecutor(8) as pool:
        boarded = list(pool.map(lambda n: flights.board("x", f"o{n}", 30), range(16)))
    assert boarded.count(True) == 1
    owner = f"o{boarded.index(True)}"
    assert flights.outcome("x") is None
    flights.land("x", owner, FlightOutcome("WENT_WRONG"))
    outcome = flights.outcome("x")
    assert outcome == FlightOutcome("WENT_WRONG")
    assert flights.board("x", "next", 30)
    flights.land("x", owner, FlightOutcome())  # too late: somebody else flies
    assert flights.outcome("x") is None


def test_a_flight_whose_owner_died_ends_by_itself() -> None:
    flights = providers.flights()
    assert flights.board("x", "dead", -1)
    assert flights.outcome("x") == FlightOutcome()
    assert flights.board("x", "next", 30)


def test_the_rate_is_shared_and_waits_for_the_next_window() -> None:
    time = [NOW]
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        time[0] += timedelta(seconds=seconds)

    table = resource_name(Table.CONTROL)
    limit = DynamoDBRateLimit(providers.dynamodb(), control=table, clock=lambda: time[0], sleep=sleep)
    assert all(limit.take("decodo#HIGH", 2, 10) for _ in range(2))
    assert slept == []
    assert limit.take("decodo#HIGH", 2, 10)
    assert len(slept) == 1 and 0 < slept[0] <= 1.5
    assert not limit.take("slow", 0.001, 1) or not limit.take("slow", 0.001, 1)


def test_unprocessed_keys_are_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = providers.job_store()
    jobs.save(JOB, over=None)
    client = providers.dynamodb()
    whole = client.batch_get_item
    answers: list[Mapping[str, object]] = []

    def throttled(**arguments: object) -> Mapping[str, object]:
        if not answers:
            answers.append(arguments)
            return {"Responses": {}, "UnprocessedKeys": arguments["RequestItems"]}
        return whole(**arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(client, "batch_get_item", throttled)
    assert jobs.standing("ada").job == JOB


def test_creators_whose_captions_are_due_are_found_the_most_overdue_first() -> None:
    profiles = providers.profile_store()
    for name, hours in {"ada": 5, "ben": 1, "cleo": -1, "dora": 3}.items():
        due_at = NOW - timedelta(hours=hours)
        profiles.save_profile(stored_profile(name, updated_at=NOW, analysis_due_at=due_at), fence=1)
    secondary = stored_profile("emre", profile_type=ProfileType.SECONDARY)
    profiles.save_profile(secondary, fence=1)
    assert profiles.analyses_due(NOW, 10) == ["ada", "dora", "ben"]
    assert profiles.analyses_due(NOW, 1) == ["ada"] and profiles.analyses_due(NOW, 0) == []
    profiles.postpone_analysis("ada", NOW + timedelta(hours=1))
    profiles.set_reading("dora", "tr", NOW + timedelta(days=7))
    profiles.postpone_analysis("nobody", NOW)
    assert profiles.analyses_due(NOW, 10) == ["ben"]
    dora = profiles.profile("dora")
    assert dora is not None and (dora.language, dora.analysis_due_at) == ("tr", NOW + timedelta(days=7))
    assert profiles.profile("nobody") is None


def test_a_post_can_lose_its_analysis() -> None:
    posts = providers.post_store()
    post = Post(shortcode="p1", media_type=MediaType.IMAGE, taken_at=NOW, caption="hello")
    read = replace(post, analysis=PostAnalysis(engine="rules", version="r", analyzed_at=NOW, language_code="en"))
    posts.save("ada", [read])
    assert list(posts.newest("ada")) == [read]
    posts.set_analysis("ada", post)
    assert list(posts.newest("ada")) == [post]

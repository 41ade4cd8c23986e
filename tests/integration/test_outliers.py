"""The outlier feed over moto: from the builds through the indexes to the API."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from creator_search.bootstrap import Container
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import FUNCTIONS
from creator_search.domain.images import Image
from creator_search.domain.messages import ErasureMessage
from creator_search.domain.posts import Post
from creator_search.domain.profile_types import ProfileType
from creator_search.schemas.times import iso
from creator_search.services.pipeline.write import BuiltProfile
from fastapi.testclient import TestClient

from infra.local.invocation import handler_of
from tests.fakes import NEVER, fetched_profile
from tests.fakes.values import HOLDER
from tests.histories import analyzed, reels, refresh
from tests.integration.pages import pages
from tests.seeds import NOW

Calls = Callable[[], list[str]]
PATH = "/api/outliers"


def build(username: str = "ada", posts: tuple[Post, ...] | None = None, **factors: float) -> None:
    """Store a creator with a history; `day2=6` makes the reel of two days ago have six times the usual views."""
    made = reels(NOW, username) if posts is None else posts
    named = {name.replace("day", username): factor for name, factor in factors.items()}
    container = Container.for_tests(clock=lambda: NOW, dynamodb=process_container().dynamodb)
    refresh(container, made, NOW, named, username)


def codes(api: TestClient, **params: Any) -> list[str]:
    return [found["shortcode"] for page in pages(api, PATH, **params) for found in page["data"]]


def test_a_breakout_is_in_the_feed_with_what_its_score_is_computed_from(api: TestClient) -> None:
    posts = analyzed(reels(NOW), "travel", "en")
    build(posts=tuple(replace(p, image=Image(f"posts/ada/{p.shortcode}.jpg", "v1")) for p in posts), day2=6)
    answer = api.get(PATH)
    assert answer.status_code == 200
    [found] = answer.json()["data"]
    assert answer.json()["meta"] == {"next_cursor": None, "has_more": False, "sort": "score"}
    usual, own = found.pop("usual_curve"), found.pop("own_curve")
    assert found == {
        "username": "ada",
        "shortcode": "ada2",
        "url": "https://www.instagram.com/p/ada2/",
        "media_type": "reel",
        "taken_at": iso(NOW - timedelta(days=2)),
        "seen_at": iso(NOW),
        "age_hours": 48,
        "score": 6,
        "usual_views": 4_800,
        "views": 28_800,
        "views_kind": "plays",
        "baseline": "creator",
        "niche": None,
        "sample_size": 6,
        "category": "travel",
        "language": "en",
        "media_url": "https://cdn.test/posts/ada/ada2.jpg?v=v1",
    }
    assert own == [{"age_hours": 24, "views": 14_400}, {"age_hours": 48, "views": 28_800}]
    assert {p["age_hours"] for p in usual} >= {24, 48} and all(p["sample_size"] >= 5 for p in usual)


def test_the_feed_is_read_without_a_scan_and_by_time_in_one_query(api: TestClient, aws_calls: Calls) -> None:
    for name in ("ada", "ben", "cleo"):
        build(name, day1=4, day2=6)
    aws_calls()
    assert len(api.get(f"{PATH}?max_age_hours=240").json()["data"]) == 6
    taken = aws_calls()
    assert set(taken) == {"Query", "BatchGetItem"} and taken.count("Query") <= 11
    first = api.get(f"{PATH}?sort=recent&limit=2&max_age_hours=240").json()
    assert [found["shortcode"] for found in first["data"]] == ["ada1", "ben1"]
    assert aws_calls().count("Query") <= 3  # one per day: those of the posts, and today
    cursor = first["meta"]["next_cursor"]
    following = api.get(f"{PATH}?sort=recent&limit=2&max_age_hours=240&cursor={cursor}").json()
    assert [found["shortcode"] for found in following["data"]] == ["cleo1", "ada2"]


def test_a_build_takes_three_calls_more_and_a_fourth_for_outliers(api: TestClient, aws_calls: Calls) -> None:
    posts = analyzed(reels(NOW), "travel", "en")
    build(posts=posts, day2=6)
    container = process_container()
    usual = BuiltProfile(
        holder=HOLDER, fetched=fetched_profile(), profile_type=ProfileType.PRIMARY, posts=posts, seen=posts
    )
    aws_calls()
    container.profile_writer.replace(usual, fence=1, checkpoint=lambda: None)
    taken = aws_calls()
    # profile, posts, count, points; what the documents need, with comments; the points, the niche and the outliers
    assert taken.count("BatchWriteItem") == 3 and taken.count("Query") == 6
    assert taken[-2:] == ["Query", "BatchWriteItem"]


def test_the_feed_has_the_order_and_the_filters_of_the_request(api: TestClient) -> None:
    build("ada", analyzed(reels(NOW, "ada"), "travel", "en"), day1=4, day2=6)
    build("ben", analyzed(reels(NOW, "ben"), "food", "de"), day1=9, day2=1.8)
    assert codes(api) == ["ben1", "ada2", "ada1"]
    assert codes(api, sort="recent") == ["ada1", "ben1", "ada2"]
    assert codes(api, limit=1) == ["ben1", "ada2", "ada1"]
    assert codes(api, sort="recent", limit=1, min_score=1.5) == ["ada1", "ben1", "ada2", "ben2"]
    assert codes(api, min_score=5) == ["ben1", "ada2"]
    assert codes(api, category="Travel") == ["ada2", "ada1"]
    assert codes(api, language="de") == ["ben1"]
    assert codes(api, type="reel", max_age_hours=30) == ["ben1", "ada1"]
    assert codes(api, type="video") == codes(api, baseline="niche") == []
    assert codes(api, category="", language="", type="", cursor="") == ["ben1", "ada2", "ada1"]


def test_a_cursor_is_of_one_listing_and_cannot_be_changed(api: TestClient) -> None:
    build(day1=4, day2=6)
    cursor = api.get(f"{PATH}?limit=1").json()["meta"]["next_cursor"]
    assert [p["shortcode"] for p in api.get(f"{PATH}?limit=5&cursor={cursor}").json()["data"]] == ["ada1"]
    for query in (f"sort=recent&cursor={cursor}", f"min_score=2&cursor={cursor}", f"cursor=x{cursor}"):
        refused = api.get(f"{PATH}?{query}")
        assert (refused.status_code, refused.json()["error_code"]) == (400, "INVALID_PARAMETER")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("baseline=tier", "baseline: must be creator or niche"),
        ("min_score=1.4", "min_score: must be a number from 1.5 to 1000000"),
        ("min_score=nan", "min_score: must be a number from 1.5 to 1000000"),
        ("max_age_hours=0", "max_age_hours: must be an integer from 1 to 720"),
        ("max_age_hours=721", "max_age_hours: must be an integer from 1 to 720"),
        ("sort=views", "sort: must be score or recent"),
        ("type=story", "type: must be image, video, reel or carousel"),
        ("limit=101", "limit: must be an integer from 1 to 100"),
        ("language=english", "language: must be an ISO 639-1 code"),
    ],
)
def test_a_bad_parameter_is_named_with_its_range(api: TestClient, query: str, message: str) -> None:
    answer = api.get(f"{PATH}?{query}")
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER")
    assert answer.json()["error"].startswith(message)


def test_private_and_erased_creators_and_those_of_a_recycled_name_are_not_in_the_feed(api: TestClient) -> None:
    container = process_container()
    for name in ("ada", "ben", "cleo", "dana"):
        build(name, day2=6)
    assert codes(api) == ["ada2", "ben2", "cleo2", "dana2"]
    private = BuiltProfile(
        holder=HOLDER, fetched=fetched_profile("ada", is_private=True), profile_type=ProfileType.PRIMARY, posts=()
    )
    container.profile_writer.replace(private, fence=2, checkpoint=lambda: None)
    assert container.outlier_store.load_outliers(_key("ada")) == []
    container.profile_eraser.erase(ErasureMessage(username="ben", is_last=True), NEVER)
    assert codes(api) == ["cleo2", "dana2"]

    # Stored by a worker that was slower than the build that found the creator private.
    [late] = container.outlier_store.load_outliers(_key("cleo"))
    cleo = container.profile_store.load_profile("cleo")
    assert cleo is not None
    container.profile_store.save_profile(replace(cleo, is_private=True), fence=3, over=None)
    assert codes(api) == ["dana2"]
    container.outlier_store.change_outliers([replace(late, username="dana")], [])
    assert codes(api) == ["dana2"]


def _key(username: str) -> Any:
    profile = process_container().profile_store.load_profile(username)
    assert profile is not None
    return profile.history_key


def test_the_daily_run_measures_niches_from_which_the_next_builds_are_scored(api: TestClient) -> None:
    for number in range(30):
        name = f"creator{number:02d}"
        build(name, analyzed(reels(NOW, name), "travel", "en"))
    assert codes(api, baseline="niche") == []
    assert handler_of(FUNCTIONS["measure_benchmarks"])({})["niches"] == 1
    build("ada", analyzed(reels(NOW), "travel", "en"), **{f"day{n}": 5 for n in range(1, 9)})
    build("ben", analyzed(reels(NOW, "ben"), "food", "en"), **{f"day{n}": 5 for n in range(1, 9)})
    assert codes(api) == []  # five times the niche, and as usual for the creator
    found = api.get(f"{PATH}?baseline=niche").json()["data"]
    assert {one["username"] for one in found} == {"ada"}
    assert all(one["score"] == pytest.approx(5, rel=0.001) for one in found)
    assert all(one["niche"] == {"category": "travel", "language": "en", "tier": "nano"} for one in found)
    assert all(one["sample_size"] == 30 for one in found)


def test_an_outlier_of_a_later_version_is_left_out(api: TestClient) -> None:
    build(day1=4, day2=6)
    client = process_container().dynamodb
    for code, attribute in (("ada1", "views_kind"), ("ada2", "unknown")):
        client.update_item(
            TableName="profiles",
            Key={"username": {"S": "ada"}, "item": {"S": f"outlier#creator#{code}"}},
            UpdateExpression="SET #name = :value",
            ExpressionAttributeNames={"#name": attribute},
            ExpressionAttributeValues={":value": {"S": "glances"}},
        )
    assert codes(api) == ["ada2"]

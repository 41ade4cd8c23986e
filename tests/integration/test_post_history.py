"""The history of posts over moto: from the builds through the store to the API and the export."""

import csv
import io
import json
import zlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from creator_search.bootstrap import Container
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import PROVIDERS, Secret
from creator_search.domain.breakers import PROFILE_ENDPOINTS
from creator_search.domain.messages import ErasureMessage
from creator_search.domain.posts import Post, ViewsKind
from creator_search.domain.profile_types import ProfileType
from creator_search.domain.upstream_errors import UpstreamQuotaExhausted
from creator_search.schemas.times import iso
from creator_search.services.pipeline.write import BuiltProfile
from fastapi.testclient import TestClient

from infra.local.gateway import compose
from infra.local.resources import put_secrets
from tests.fakes import NEVER, START, FakeClock, fetched_profile, post
from tests.fakes.values import HOLDER
from tests.local_client import local_client
from tests.seeds import NOW

Calls = Callable[[], list[str]]
PATH = "/api/profile/ada/posts/reel/history"
EPOCH = datetime.fromtimestamp(0, START.tzinfo)


def build(*posts: Post, at: datetime, container: Container | None = None, **changes: Any) -> None:
    """Store a build whose answer has these posts."""
    parts = container or Container.for_tests(clock=lambda: at, dynamodb=process_container().dynamodb)
    built = BuiltProfile(
        holder=HOLDER, fetched=fetched_profile(**changes), profile_type=ProfileType.PRIMARY, posts=posts, seen=posts
    )
    parts.profile_writer.replace(built, fence=1, checkpoint=lambda: None)


def reel(**changes: Any) -> Post:
    return post("reel", **{"taken_at": NOW - timedelta(days=3), "views_kind": ViewsKind.PLAYS, **changes})


def test_two_refreshes_are_two_points_and_counts_that_went_down_are_kept(api: TestClient) -> None:
    build(reel(likes=90, comments=5, views=3000), at=NOW - timedelta(days=2))
    build(reel(likes=None, comments=4, views=2000), at=NOW - timedelta(hours=12))
    answer = api.get(PATH)
    body = answer.json()
    assert answer.status_code == 200 and body["points"] == [
        {"seen_at": iso(NOW - timedelta(days=2)), "likes": 90, "comments": 5, "views": 3000, "views_kind": "plays"},
        {"seen_at": iso(NOW - timedelta(hours=12)), "likes": None, "comments": 4, "views": 2000, "views_kind": "plays"},
    ]
    ages = {found["age_hours"]: (found["likes"], found["views"]) for found in body["growth"]["ages"]}
    assert ages[1] == ages[6] == (None, None) and ages[24] == (90, 3000)
    assert ages[48][0] is None and 2000 < ages[48][1] < 3000
    per_day = body["growth"]["per_day"]
    assert (per_day["likes"], per_day["comments"], per_day["views"]) == (
        None,
        round(-1 / 1.5, 2),
        round(-1000 / 1.5, 2),
    )
    assert (body["meta"]["stale"], body["meta"]["source"], body["meta"]["notes"]) == (True, "decodo", [])


def test_a_stale_history_requests_a_refresh_unless_the_quota_of_the_keys_is_used_up(
    api: TestClient, aws: dict[str, str]
) -> None:
    def requested() -> int:
        return len(process_container().sqs.receive_message(QueueUrl=aws["QUEUE_PROFILE_MEDIUM"]).get("Messages", []))

    def use(key: str) -> None:
        put_secrets({Secret.UPSTREAM_KEYS: json.dumps({provider.key: key for provider in PROVIDERS})})

    build(reel(), at=NOW - timedelta(days=2))
    use("of today")
    for name in PROFILE_ENDPOINTS:
        with pytest.raises(UpstreamQuotaExhausted), Container().endpoint_breakers(name).guard():
            raise UpstreamQuotaExhausted("the quota is used up")
    assert api.get(PATH).status_code == 200 and requested() == 0
    use("of tomorrow")
    process_container.cache_clear()
    assert local_client(compose(process_container())).get(PATH).status_code == 200 and requested() == 1


def test_a_history_can_be_revalidated(api: TestClient) -> None:
    build(reel(views=1), at=NOW)
    first = api.get(PATH)
    assert first.headers["cache-control"] == "private, max-age=60"
    again = api.get(PATH, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    build(reel(views=2), at=NOW + timedelta(hours=1))
    assert api.get(PATH, headers={"If-None-Match": first.headers["etag"]}).status_code == 200


def test_a_refresh_takes_one_call_more_and_a_history_three(api: TestClient, aws_calls: Calls) -> None:
    posts = tuple(post(f"p{n}", taken_at=NOW - timedelta(days=n)) for n in range(60))
    container = process_container()
    built = BuiltProfile(holder=HOLDER, fetched=fetched_profile(), profile_type=ProfileType.PRIMARY, posts=posts)
    container.profile_writer.replace(built, fence=1, checkpoint=lambda: None)
    aws_calls()
    container.profile_writer.replace(built, fence=1, checkpoint=lambda: None)
    without = aws_calls()
    build(*posts, at=NOW, container=container)
    taken = aws_calls()
    assert len(taken) == len(without) + 1 and taken.count("BatchWriteItem") == without.count("BatchWriteItem") + 1
    assert len(api.get("/api/profile/ada/posts/p59/history").json()["points"]) == 1
    assert aws_calls() == ["GetItem", "Query", "Query"]


def test_a_history_is_dense_for_30_days_complete_for_the_last_30_days_and_weekly_between(api: TestClient) -> None:
    clock = FakeClock()
    container = Container.for_tests(clock=clock, dynamodb=process_container().dynamodb)
    taken_at = START - timedelta(hours=1)
    for day in range(90):
        build(post("reel", taken_at=taken_at, likes=day), at=clock(), container=container)
        clock.advance(days=1)
    points = container.post_histories.read_history("ada", "reel").points
    days = [point.likes for point in points]
    first = [(START + timedelta(days=n)).isocalendar()[1] for n in range(90)]
    weekly = [n for n in range(30, 90) if first[n] != first[n - 1]]
    assert days == sorted({*range(30), *weekly, *range(61, 90)})


def test_a_history_of_an_unknown_creator_or_post_is_404(api: TestClient) -> None:
    answer = api.get(PATH)
    assert (answer.status_code, answer.json()["error_code"]) == (404, "PROFILE_NOT_FOUND")
    build(reel(), at=NOW)
    other = api.get("/api/profile/ada/posts/other/history")
    assert (other.status_code, other.json()["error_code"]) == (404, "NOT_FOUND")
    process_container().tombstones.add_tombstone("ben")
    assert api.get("/api/profile/ben/posts/reel/history").json()["error"] == "Profile ben was erased"


def test_a_history_under_a_former_username_is_at_the_new_one(api: TestClient) -> None:
    registry = process_container().account_registry
    holder = registry.assign("ada", "7", NOW)
    built = BuiltProfile(
        holder=holder, fetched=fetched_profile(account_id="7"), profile_type=ProfileType.PRIMARY, posts=(reel(),)
    )
    process_container().profile_writer.replace(built, fence=1, checkpoint=lambda: None)
    registry.assign("ben", "7", NOW)
    answer = api.get(PATH, params={"x": "1"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (301, "/api/profile/ben/posts/reel/history?x=1")
    assert api.get("/api/profile/ben/posts/reel/history").status_code == 200


@pytest.mark.parametrize("shortcode", ["a b", "a" * 65, "a%00b", "é", "a.b"])
def test_a_bad_shortcode_is_refused(api: TestClient, shortcode: str) -> None:
    answer = api.get(f"/api/profile/ada/posts/{shortcode}/history")
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER")
    assert answer.json()["error"] == "shortcode: must be 1 to 64 letters, digits, - or _"


def test_a_post_stored_before_there_was_a_history_has_no_points(api: TestClient) -> None:
    build(reel(likes=1), at=NOW)
    for item in process_container().dynamodb.scan(TableName="profiles")["Items"]:
        if item["item"]["S"].startswith("points#"):
            key: Any = {name: item[name] for name in ("username", "item")}
            process_container().dynamodb.delete_item(TableName="profiles", Key=key)
    body = api.get(PATH).json()
    assert body["points"] == [] and body["growth"]["per_day"] is None
    assert body["meta"]["notes"] == ["points: no refresh has stored counts of this post"]


def test_nothing_is_shown_or_stored_of_a_private_creator(api: TestClient) -> None:
    build(reel(likes=1), at=NOW - timedelta(days=1))
    build(at=NOW, is_private=True)
    body = api.get(PATH).json()
    assert (body["points"], body["growth"], body["meta"]["notes"]) == ([], None, ["points: the profile is private"])
    history = process_container().post_history_store
    assert [len(found) for found in history.load_points(_key(), EPOCH).values()] == [1]
    assert "likes_at" in api.get("/api/profile/ada/export").text.splitlines()[0]
    assert len(api.get("/api/profile/ada/export").text.splitlines()) == 1


def _key() -> Any:
    profile = process_container().profile_store.load_profile("ada")
    assert profile is not None
    return profile.history_key


def test_an_erasure_deletes_the_history(api: TestClient) -> None:
    build(reel(likes=1), at=NOW)
    key = _key()
    process_container().profile_eraser.erase(ErasureMessage(username="ada", is_last=True), NEVER)
    assert process_container().post_history_store.load_points(key, EPOCH) == {}
    assert api.get(PATH).status_code == 404


def test_an_export_has_the_points_as_json_and_the_growth_as_csv(api: TestClient) -> None:
    build(reel(likes=90, comments=5, views=3000), post("other", taken_at=NOW), at=NOW - timedelta(days=2))
    build(reel(likes=92, comments=4, views=4000), at=NOW - timedelta(days=1))
    newest, exported = api.get("/api/profile/ada/export?format=json").json()["posts"]
    history = api.get(PATH).json()
    assert (exported["points"], exported["growth"]) == (history["points"], history["growth"])
    assert (newest["shortcode"], newest["growth"]["per_day"]) == ("other", None)
    text = api.get("/api/profile/ada/export").text.removeprefix("\ufeff")
    row = list(csv.DictReader(io.StringIO(text, newline="")))[1]
    assert (row["likes_at_24h"], row["views_at_24h"], row["views_at_48h"]) == ("90.0", "3000.0", "4000.0")
    assert (row["likes_at_1h"], row["views_at_720h"]) == ("", "")
    assert (row["likes_per_day"], row["comments_per_day"], row["views_per_day"]) == ("2.0", "-1.0", "1000.0")


def test_points_of_a_later_version_are_read(api: TestClient) -> None:
    build(reel(likes=1, views=2), at=NOW - timedelta(days=1))
    counts: Any = {"reel": [5, 6, 7, "unknown", 8], "p": [1]}
    item: Any = {
        "username": {"S": _key()},
        "item": {"S": f"points#{int(NOW.timestamp()):012d}#young"},
        "counts": {"B": zlib.compress(json.dumps(counts).encode())},
        "unknown": {"S": "x"},
    }
    without: Any = {**item, "item": {"S": f"points#{int(NOW.timestamp()):012d}#ancient"}}
    del without["counts"]
    for row in (item, without):
        process_container().dynamodb.put_item(TableName="profiles", Item=row)
    points = api.get(PATH).json()["points"]
    assert points[1] == {"seen_at": iso(NOW), "likes": 5, "comments": 6, "views": 7, "views_kind": None}
    assert len(points) == 2

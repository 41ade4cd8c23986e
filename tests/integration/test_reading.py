"""The read family over moto: what each read costs, and that nothing is lost or forged on the way."""

import csv
import importlib
import io
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from creator_search import providers
from creator_search.catalogue import Queue
from creator_search.domain.analytics.engagement import summarise
from creator_search.domain.documents import DocumentName, document
from creator_search.domain.profiles import MediaType, Post, PostAnalysis, Sentiment
from creator_search.domain.similar import SimilarProfile, SimilarSet
from creator_search.domain.stored import StoredProfile, snapshot_of
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.api.export_profile.handler import _cell
from infra.local.context import LocalContext
from infra.local.gateway import compose
from tests.fakes import stored_profile, upstream_profile
from tests.integration.test_functions import records

Calls = Callable[[], list[str]]
NOW = datetime.now(UTC).replace(microsecond=0)
WILD = "emoji 👩‍👩‍👧‍👦 עברית مرحبا\u202e NUL\x00 \r\n\t\"quoted\", 'single' " + "long " * 12_000
"""More than 60 KB."""


@pytest.fixture
def api(aws: dict[str, str]) -> TestClient:
    return TestClient(compose(), raise_server_exceptions=False)


def post(number: int, **fields: object) -> Post:
    made = Post(
        shortcode=f"p{number:05d}",
        media_type=list(MediaType)[number % 4],
        taken_at=NOW - timedelta(hours=number),
        caption=f"caption {number} #tag",
        likes=(number * 37) % 1000,
        comments=number % 7,
        views=1000 + number,
        image_key=f"posts/ada/p{number:05d}.jpg",
        image_version="v1",
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def store(
    *posts: Post, username: str = "ada", age: timedelta = timedelta(0), documents: bool = True, **profile: Any
) -> StoredProfile:
    """A creator as a worker leaves one."""
    upstream = upstream_profile(username, **profile)
    at = NOW - age
    providers.post_store().save(username, posts)
    stored = stored_profile(
        upstream=upstream,
        created_at=at,
        updated_at=at,
        posts_stored=len(posts),
        image_key=f"profiles/{username}/profile.jpg",
        image_version="v1",
        engagement=summarise(posts, upstream.followers),
    )
    profiles = providers.profile_store()
    profiles.save_snapshot(username, snapshot_of(stored))
    profiles.save_profile(stored, fence=1)
    if documents:
        providers.write_documents()(username)
    return stored


def walk(api: TestClient, path: str, **params: Any) -> Iterator[dict[str, Any]]:
    """Every page of a listing."""
    cursor = ""
    while True:
        answer = api.get(path, params={**params, "cursor": cursor})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        yield page
        if not page["meta"]["has_more"]:
            return
        cursor = page["meta"]["next_cursor"]


def codes(api: TestClient, **params: Any) -> list[str]:
    return [p["shortcode"] for page in walk(api, "/api/profile/ada/posts", **params) for p in page["posts"]]


READS = [
    ("/api/profile/ada", timedelta(hours=24), "GetItem"),
    ("/api/profile/ada/analytics", timedelta(hours=6), "GetItem"),
    ("/api/profile/ada/posts", timedelta(hours=12), "Query"),
]


@pytest.mark.parametrize(("path", "fresh_for", "call"), READS)
def test_a_fresh_read_costs_one_call(
    api: TestClient, aws_calls: Calls, path: str, fresh_for: timedelta, call: str
) -> None:
    store(post(1), post(2), age=fresh_for - timedelta(hours=1))
    aws_calls()
    fresh = api.get(path)
    assert aws_calls() == [call]
    assert fresh.json()["meta"]["stale"] is False and fresh.headers["cache-control"] == "private, max-age=60"


@pytest.mark.parametrize(("path", "fresh_for", "call"), READS)
def test_a_stale_read_costs_two_says_so_and_has_the_profile_built_anew(
    api: TestClient, aws_calls: Calls, aws: dict[str, str], path: str, fresh_for: timedelta, call: str
) -> None:
    store(post(1), post(2), age=fresh_for)
    aws_calls()
    stale = api.get(path)
    assert aws_calls() == [call, "SendMessage"]
    assert stale.json()["meta"]["stale"] is True and stale.headers["cache-control"] == "no-store"
    assert stale.json()["meta"]["age_seconds"] >= fresh_for.total_seconds()
    assert api.get(path).json()["meta"]["stale"] is True
    assert aws_calls() == [call]
    [message] = providers.sqs().receive_message(QueueUrl=aws["QUEUE_PROFILE_MEDIUM"])["Messages"]
    assert json.loads(message["Body"])["source"] == "refresh"


@pytest.mark.parametrize(("path", "fresh_for", "call"), READS)
def test_a_copy_that_is_still_good_is_304(api: TestClient, path: str, fresh_for: timedelta, call: str) -> None:
    store(post(1), post(2))
    etag = api.get(path).headers["etag"]
    again = api.get(path, headers={"If-None-Match": f'"other", {etag}'})
    assert again.status_code == 304 and again.content == b"" and again.headers["etag"] == etag
    store(post(1), post(2), post(0), followers=77)
    assert api.get(path, headers={"If-None-Match": etag}).status_code == 200


def test_the_profile_answers_as_the_contract_says(api: TestClient) -> None:
    store(post(1), post(2))
    body = api.get("/api/profile/ada").json()
    assert list(body) == ["success", "profile", "ai_insights", "analytics", "meta"]
    assert body["profile"]["followers"] == 1000 and body["profile"]["profile_type"] == "primary"
    assert body["profile"]["profile_image_url"] == "https://cdn.test/profiles/ada/profile.jpg?v=v1"
    assert body["ai_insights"]["status"] == "pending"
    assert body["analytics"]["avg_likes"] == (37 + 74) / 2 and body["analytics"]["sample_size"] == 2
    assert body["analytics"]["influence_score"] is not None
    assert (body["meta"]["cache_hit"], body["meta"]["stale"], body["meta"]["source"]) == (True, False, "store")
    assert body["meta"]["ai_analysis_coverage"] == "0%"


def test_a_document_too_large_for_an_item_is_served_all_the_same(api: TestClient, aws: dict[str, str]) -> None:
    quotes = '"' * 250_000  # twice as long in JSON as in the profile's own item
    stored = store(post(1), biography=quotes)
    assert len(providers.s3().list_objects_v2(Bucket=aws["BUCKET_DOCUMENTS"])["Contents"]) == 1
    assert api.get("/api/profile/ada").json()["profile"]["biography"] == quotes
    later = replace(stored, updated_at=NOW + timedelta(hours=1), upstream=replace(stored.upstream, biography="short"))
    providers.profile_store().save_profile(later, fence=1)
    providers.write_documents()("ada")
    assert api.get("/api/profile/ada").json()["profile"]["biography"] == "short"
    assert "Contents" not in providers.s3().list_objects_v2(Bucket=aws["BUCKET_DOCUMENTS"])


def test_a_large_document_that_lost_its_object_is_built_again(api: TestClient, aws: dict[str, str]) -> None:
    quotes = '"' * 250_000
    store(post(1), biography=quotes)
    for found in providers.s3().list_objects_v2(Bucket=aws["BUCKET_DOCUMENTS"])["Contents"]:
        providers.s3().delete_object(Bucket=aws["BUCKET_DOCUMENTS"], Key=found["Key"])
    assert api.get("/api/profile/ada").json()["profile"]["biography"] == quotes


def test_an_expired_document_is_never_served(api: TestClient) -> None:
    store(post(1))
    key: Any = {"username": {"S": "ada"}, "item": {"S": "document#profile"}}
    providers.dynamodb().update_item(
        TableName="profiles",
        Key=key,
        UpdateExpression="SET body = :body, expires_at = :past",
        ExpressionAttributeValues={":body": {"S": '{"old": true}'}, ":past": {"N": "1"}},
    )
    assert api.get("/api/profile/ada").json()["profile"]["username"] == "ada"


@pytest.mark.usefixtures("aws")
def test_an_older_document_never_replaces_a_newer_one() -> None:
    documents = providers.document_store()
    new = document(DocumentName.PROFILE, '{"new": true}', NOW, NOW, "0%")
    documents.save("ada", DocumentName.PROFILE, new)
    documents.save(
        "ada", DocumentName.PROFILE, document(DocumentName.PROFILE, "{}", NOW, NOW - timedelta(days=1), "0%")
    )
    assert documents.read("ada", DocumentName.PROFILE) == new


def test_posts_have_every_figure_and_their_image(api: TestClient) -> None:
    analysis = PostAnalysis(
        engine="onnx",
        version="m1",
        analyzed_at=NOW,
        content_category="travel",
        category_confidence=0.9,
        sentiment=Sentiment.POSITIVE,
        sentiment_score=0.75,
        language_code="en",
    )
    store(post(1, analysis=analysis), post(2, likes=None), post(3, views=None))
    first, hidden, unseen = api.get("/api/profile/ada/posts").json()["posts"]
    assert first["engagement"] == 37 + 1
    assert first["engagement_rate"] == round(100 * 38 / 1000, 4)
    assert first["outlier_score"] == round(1001 / ((1001 + 1002) / 2), 4)
    assert first["media_url"] == "https://cdn.test/posts/ada/p00001.jpg?v=v1"
    assert (first["ai_content_category"], first["ai_sentiment"], first["ai_sentiment_score"]) == (
        "travel",
        "positive",
        0.75,
    )
    assert (hidden["likes"], hidden["engagement"], hidden["ai_sentiment"]) == (None, None, None)
    assert (unseen["views"], unseen["outlier_score"]) == (None, None)
    bare = api.get("/api/profile/ada/posts?include_ai=false").json()["posts"][0]
    assert not any(name.startswith("ai_") for name in bare)


def test_pages_visit_each_post_once_while_others_are_inserted(api: TestClient) -> None:
    store(*(post(n) for n in range(100, 400)))
    seen: list[str] = []
    for number, page in enumerate(walk(api, "/api/profile/ada/posts", limit=33)):
        seen += [p["shortcode"] for p in page["posts"]]
        # Newer than all, in the part already visited, and in the part still to come.
        late = [post(number), post(110, shortcode=f"visited{number}"), post(399, shortcode=f"zz{number}")]
        providers.post_store().save("ada", late)
        assert page["meta"]["total"] == 300
    assert len(seen) == len(set(seen))
    assert set(seen) >= {f"p{n:05d}" for n in range(100, 400)}
    assert seen[:300] == sorted(seen[:300])


def test_ten_thousand_posts_are_each_visited_once_while_others_come_in(api: TestClient) -> None:
    store(*(post(n, caption="") for n in range(1, 10_001)))
    seen: list[str] = []
    for number, page in enumerate(walk(api, "/api/profile/ada/posts", limit=100)):
        seen += [p["shortcode"] for p in page["posts"]]
        if number % 10 == 0:
            late = [post(0, shortcode=f"new{number}"), post(5_000, shortcode=f"mid{number}"), post(9_999 + number)]
            providers.post_store().save("ada", late)
    assert len(seen) == len(set(seen))
    assert set(seen) >= {f"p{n:05d}" for n in range(1, 10_001)}


@pytest.mark.parametrize("limit", [1, 7, 100])
def test_posts_are_sorted_by_engagement_with_hidden_ones_last(api: TestClient, limit: int) -> None:
    posts = [post(n, likes=None if n % 10 == 0 else n * 31 % 17) for n in range(40)]
    store(*posts)
    order = codes(api, sort="engagement", limit=limit)
    by_code = {p.shortcode: -1 if p.engagement is None else p.engagement for p in posts}
    assert sorted(order) == sorted(by_code)
    assert [by_code[c] for c in order] == sorted(by_code.values(), reverse=True)


def test_filters_leave_out_what_does_not_pass(api: TestClient) -> None:
    analysed = PostAnalysis(
        engine="rules",
        version="r1",
        analyzed_at=NOW,
        content_category="food",
        sentiment=Sentiment.NEGATIVE,
        language_code="de",
    )
    posts = [post(n, analysis=analysed if n % 5 == 0 else None) for n in range(60)]
    store(*posts)

    def passing(test: Callable[[Post], object]) -> list[str]:
        return [p.shortcode for p in posts if test(p)]

    assert codes(api, type="reel") == passing(lambda p: p.media_type is MediaType.REEL)
    for filter_ in ({"category": "Food"}, {"sentiment": "negative"}, {"language": "de"}):
        assert codes(api, limit=5, **filter_) == passing(lambda p: p.analysis)
    assert codes(api, language="fr") == []
    since, until = NOW - timedelta(hours=30), NOW - timedelta(hours=10)
    for sort in ("recent", "engagement"):
        found = codes(api, since=since.isoformat(), until=until.isoformat(), sort=sort, limit=6)
        assert sorted(found) == passing(lambda p: since <= p.taken_at <= until)
    assert api.get("/api/profile/ada/posts?type=reel").json()["meta"]["total"] is None


def test_a_date_is_the_whole_day(api: TestClient) -> None:
    store(post(1, taken_at=datetime(2026, 1, 31, 23, 30, tzinfo=UTC)))
    assert codes(api, since="2026-01-31", until="2026-01-31") == ["p00001"]
    assert codes(api, until="2026-01-31T23:00:00Z") == []
    assert codes(api, until="2026-01-31T23:30:00") == ["p00001"]


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("limit=0", "limit: must be an integer from 1 to 100"),
        ("limit=x", "limit: must be an integer from 1 to 100"),
        ("type=story", "type: must be image, video, reel or carousel"),
        ("sort=best", "sort: must be recent or engagement"),
        ("language=english", "language: must be an ISO 639-1 code"),
        ("since=yesterday", "since: must be an ISO 8601"),
        ("since=2026-02-01&until=2026-01-01", "since: must not be later than until"),
        ("cursor=forged", "cursor: must be the next_cursor"),
        ("stream=true&cursor=forged", "cursor: must be the next_cursor"),
    ],
)
def test_bad_parameters_are_named_with_their_range(api: TestClient, query: str, named: str) -> None:
    store(post(1))
    answer = api.get(f"/api/profile/ada/posts?{query}")
    assert answer.status_code == 400 and answer.json()["error_code"] == "INVALID_PARAMETER"
    assert answer.json()["error"].startswith(named)


def test_empty_parameters_are_absent_ones(api: TestClient) -> None:
    store(post(1))
    assert codes(api, type="", category="", sentiment="", language="", since="", until="") == ["p00001"]


def test_cursors_cannot_be_forged_nor_used_elsewhere(api: TestClient) -> None:
    posts = [post(n) for n in range(5)]
    store(*posts)
    store(*posts, username="ben")
    cursor = api.get("/api/profile/ada/posts?limit=2").json()["meta"]["next_cursor"]
    assert api.get(f"/api/profile/ada/posts?limit=3&cursor={cursor}").status_code == 200
    changed = [cursor[:n] + ("A" if cursor[n] != "A" else "B") + cursor[n + 1 :] for n in range(len(cursor))]
    for wrong in changed:
        assert api.get("/api/profile/ada/posts", params={"cursor": wrong}).status_code == 400, wrong
    assert api.get(f"/api/profile/ben/posts?cursor={cursor}").status_code == 400
    assert api.get(f"/api/profile/ada/posts?sort=engagement&cursor={cursor}").status_code == 400
    assert api.get(f"/api/profile/ada/posts?type=reel&cursor={cursor}").status_code == 400
    assert api.get(f"/api/creators/search?cursor={cursor}").status_code == 400


def test_of_a_private_profile_no_post_is_shown(api: TestClient) -> None:
    store(post(1), is_private=True)
    answer = api.get("/api/profile/ada/posts").json()
    assert (answer["posts"], answer["meta"]["total"], answer["meta"]["has_more"]) == ([], 0, False)
    assert answer["meta"]["notes"] == ["posts: the profile is private"]
    assert "p00001" not in api.get("/api/profile/ada/export").text
    assert "p00001" not in api.get("/api/profile/ada/analytics").text
    assert api.get("/api/creators/search").json()["data"] == []


@pytest.mark.parametrize("format_", ["json", "csv", "posts", "stream"])
def test_any_caption_survives(api: TestClient, format_: str) -> None:
    store(post(1, caption=WILD), post(2, caption="=1+1"))
    if format_ == "csv":
        rows = list(csv.DictReader(io.StringIO(api.get("/api/profile/ada/export").text, newline="")))
        assert [row["caption"] for row in rows] == [WILD, "'=1+1"]
    elif format_ == "json":
        exported = api.get("/api/profile/ada/export?format=json").json()
        assert [p["caption"] for p in exported["posts"]] == [WILD, "=1+1"]
    elif format_ == "posts":
        assert api.get("/api/profile/ada/posts").json()["posts"][0]["caption"] == WILD
    else:
        text = api.get("/api/profile/ada/posts?stream=true").text
        data = [json.loads(line[6:]) for line in text.split("\n") if line.startswith("data: ")]
        assert data[0]["posts"][0]["caption"] == WILD and data[-1]["stream_completed"] is True


def test_an_export_has_the_posts_and_all_figures(api: TestClient) -> None:
    store(*(post(n) for n in range(30)))
    answer = api.get("/api/profile/ada/export?format=csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="ada-posts.csv"'
    assert answer.text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"), newline="")))
    assert [row["shortcode"] for row in rows] == [f"p{n:05d}" for n in range(30)]
    assert (rows[3]["username"], rows[3]["likes"], rows[3]["hashtags"]) == ("ada", "111", "tag")
    exported = api.get("/api/profile/ada/export?format=json").json()
    assert exported["profile"]["username"] == "ada" and exported["analytics"]["growth"]["followers"] == 1000
    assert len(exported["posts"]) == 30
    assert api.get("/api/profile/ada/export?format=xls").json()["error"] == "format: must be csv or json"


@settings(max_examples=300)
@given(st.text(alphabet=st.sampled_from(list("=+-@\t\r\n |\x00a1'＝＠")), max_size=5))
def test_no_cell_begins_as_a_formula(text: str) -> None:
    cell = _cell(text)
    assert not cell.startswith(("\t", "\r", "\n"))
    assert not cell.lstrip(" \x00\t\r\n").startswith(("=", "+", "-", "@", "＝", "＠"))
    assert cell in (text, f"'{text}")


def test_a_creator_nobody_knows_is_refused_alike_everywhere(api: TestClient) -> None:
    providers.absences().remember("nobody", timedelta(hours=1))
    for path in (
        "",
        "/posts",
        "/posts?stream=true",
        "/analytics",
        "/analytics?days=7",
        "/analytics?stream=true",
        "/export",
    ):
        answer = api.get(f"/api/profile/nobody{path}")
        assert (answer.status_code, answer.json()["error_code"]) == (404, "PROFILE_NOT_FOUND"), path


def test_another_period_is_computed_from_the_rows(api: TestClient, aws_calls: Calls) -> None:
    store(*(post(n * 24) for n in range(40)))
    aws_calls()
    body = api.get("/api/profile/ada/analytics?days=7").json()
    assert aws_calls() == ["GetItem", "Query", "Query"]
    assert (body["days"], body["posting_frequency"]["posts"]) == (7, 7)
    assert body["engagement"]["sample_size"] == 12
    assert api.get("/api/profile/ada/analytics?days=0").json()["error"] == "days: must be an integer from 1 to 365"


def creators() -> None:
    store(username="natgeo", full_name="National Geographic", followers=9000, is_verified=True, category="Media")
    store(post(1, likes=90, comments=10), username="nasa", full_name="NASA", followers=5000, category="Science")
    store(
        post(1, likes=10, comments=0), username="nat.photo", full_name="Photo by Nat", followers=700, category="media"
    )
    store(
        post(1, likes=0, comments=0), username="zoe", full_name="Ｎａｔａｌｉｅ  Zoe", followers=50, category="Artist"
    )
    store(username="hidden", full_name="National Secret", followers=10**6, is_private=True, category="Media")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["natgeo", "nasa", "nat.photo", "zoe"]),
        ("sort=engagement", ["nasa", "nat.photo", "zoe", "natgeo"]),
        ("sort=name", ["nasa", "zoe", "nat.photo", "natgeo"]),
        ("category=Media", ["natgeo", "nat.photo"]),
        ("category=MEDIA&min_followers=800", ["natgeo"]),
        ("category=media&sort=engagement", ["nat.photo", "natgeo"]),
        ("min_followers=700&max_followers=5000", ["nasa", "nat.photo"]),
        ("min_engagement=1.5", ["nasa"]),
        ("min_engagement=1.5&sort=engagement", ["nasa"]),
        ("verified=true", ["natgeo"]),
        ("verified=false&max_followers=100", ["zoe"]),
        ("q=nat", ["nat.photo", "zoe", "natgeo"]),
        ("q=@NatGeo", ["natgeo"]),
        ("q=national%20g", ["natgeo"]),
        ("q=natalie&verified=false", ["zoe"]),
        ("q=na&category=science", ["nasa"]),
        ("language=en", []),
        ("q=geographic", []),
    ],
)
@pytest.mark.parametrize("limit", [1, 20])
def test_search_finds_what_is_asked_for(api: TestClient, query: str, found: list[str], limit: int) -> None:
    creators()
    params = dict(pair.split("=") for pair in query.replace("%20", " ").split("&") if pair)
    pages = list(walk(api, "/api/creators/search", limit=limit, **params))
    names = [creator["username"] for page in pages for creator in page["data"]]
    if "sort=name" in query or query.startswith("q="):
        assert sorted(names) == sorted(found)
    else:
        assert names == found
    assert all(len(page["data"]) <= limit for page in pages)


def test_search_reads_an_index_and_scans_nothing(api: TestClient, aws_calls: Calls) -> None:
    creators()
    aws_calls()
    found = api.get("/api/creators/search?category=media").json()["data"][0]
    assert aws_calls() == ["Query"]
    assert found["profile_image_url"] == "https://cdn.test/profiles/natgeo/profile.jpg?v=v1"
    assert (found["followers"], found["is_verified"], found["category"]) == (9000, True, "Media")


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("q=nat&sort=followers", "sort: must be name, or absent, with q"),
        ("min_followers=5&max_followers=1", "min_followers: must not be more than max_followers"),
        ("min_engagement=nan", "min_engagement: must be a number from 0 to 1000000"),
        ("min_followers=-1", "min_followers: must be an integer from 0 to 1000000000000"),
        ("max_followers=many", "max_followers: must be an integer from 0 to 1000000000000"),
        ("verified=perhaps", "verified: must be true or false"),
        ("sort=best", "sort: must be followers, engagement or name"),
    ],
)
def test_a_search_that_makes_no_sense_is_refused(api: TestClient, query: str, named: str) -> None:
    answer = api.get(f"/api/creators/search?{query}")
    assert answer.status_code == 400 and answer.json()["error"].startswith(named)


def cached_set(*names: str) -> None:
    entries = tuple(
        SimilarProfile(username=n, name=n.title(), rank=rank, image_key=f"similar/ada/{n}.jpg", image_version="v")
        for rank, n in enumerate(names, 1)
    )
    new = SimilarSet(username="ada", batch_id="b", fetched_at=NOW, limit=20, is_complete=True, profiles=entries)
    providers.similar_store().replace(new, None)


def test_similar_profiles_come_with_what_is_stored_and_with_reasons(api: TestClient, aws_calls: Calls) -> None:
    store(category="Media", followers=1000)
    store(post(1, likes=90, comments=10), username="ben", category="media", followers=10_000, is_verified=True)
    cached_set("ben", "cleo")
    aws_calls()
    body = api.get("/api/profile/ada/similar").json()
    assert aws_calls() == ["GetItem", "BatchGetItem"]
    ben, cleo = body["data"]
    assert (ben["followers"], ben["is_verified"], ben["category"], ben["engagement_rate"]) == (10_000, True, "media", 1)
    assert ben["reasons"] == [
        {"reason": "rank", "score": 1, "weight": 0.5},
        {"reason": "shared_category", "score": 1, "weight": 0.2},
        {"reason": "audience_size", "score": 0.5, "weight": 0.2},
    ]
    assert ben["similarity"] == round((0.5 * 1 + 0.2 * 1 + 0.2 * 0.5) / 0.9, 4)
    assert (cleo["followers"], cleo["category"], cleo["similarity"]) == (None, None, round(1 - 1 / 80, 4))
    assert body["meta"]["source"] == "upstream"


def test_lookalikes_stand_in_where_the_upstream_has_none(api: TestClient) -> None:
    store(category="Media", followers=1000)
    for name, followers in (("near", 1100), ("nearer", 1000), ("far", 100_000)):
        store(username=name, category="Media", followers=followers)
    store(username="other", category="Food", followers=1000)
    body = api.get("/api/profile/ada/similar").json()
    assert [(c["username"], c["rank"]) for c in body["data"]] == [("nearer", 1), ("near", 2)]
    assert body["meta"]["source"] == "lookalikes"
    assert body["data"][0]["similarity"] == 1


@pytest.mark.usefixtures("aws")
def test_many_posts_can_be_saved_at_once_and_read_in_order() -> None:
    posts = [post(n) for n in range(120)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: providers.post_store().save("ada", posts[n::4]), range(4)))
    assert list(providers.post_store().newest("ada")) == posts
    assert providers.post_store().count("ada") == 120


def test_an_erased_creator_leaves_nothing_but_a_hash(api: TestClient, aws: dict[str, str]) -> None:
    store(*(post(n) for n in range(60)), biography='"' * 250_000, category="Media")
    store(username="ben", category="Media")
    cached_set("cleo")
    ben = SimilarProfile(username="ada", name="Ada", rank=1, image_key="similar/ben/ada_profile.jpg", image_version="v")
    others = replace(ben, username="cleo", rank=2)
    providers.similar_store().replace(
        SimilarSet(username="ben", batch_id="b", fetched_at=NOW, limit=20, is_complete=True, profiles=(ben, others)),
        None,
    )
    for key in ("profiles/ada/profile.jpg", "posts/ada/x.jpg", "similar/ben/ada_profile.jpg"):
        providers.image_store().put(key, b"x")
    answer = api.delete("/api/profile/@Ada/data")
    assert answer.status_code == 202 and answer.json()["data"] == {"username": "ada", "status": "accepted"}
    [message] = providers.sqs().receive_message(QueueUrl=aws["QUEUE_ERASURE"])["Messages"]
    assert json.loads(message["Body"]) == {"username": "ada", "is_last": False, "schema_version": 1}
    assert providers.erase_profile()("ada", is_last=False).similar_sets == 1

    everything = [
        str(item)
        for table in ("profiles", "jobs", "similar", "control")
        for item in providers.dynamodb().scan(TableName=table)["Items"]
        if item.get("username") != {"S": "ben"}
    ]
    assert not any("'ada'" in item and "generation" not in item for item in everything), everything
    assert [i["username"] for i in api.get("/api/profile/ben/similar-fast").json()["data"]] == ["cleo"]
    assert [c["username"] for c in api.get("/api/creators/search").json()["data"]] == ["ben"]
    for bucket in ("BUCKET_IMAGES", "BUCKET_DOCUMENTS"):
        assert "Contents" not in providers.s3().list_objects_v2(Bucket=aws[bucket])
    for path in ("", "/posts", "/analytics", "/export"):
        refused = api.get(f"/api/profile/ada{path}")
        assert (refused.status_code, refused.json()["error"]) == (404, "Profile ada was erased")
    assert api.post("/api/profile/ada/request").status_code == 404
    [row] = api.post("/api/profiles/request", json={"usernames": ["ada"]}).json()["data"]
    assert (row["success"], row["error_code"]) == (False, "PROFILE_NOT_FOUND")


def analysed(aws: dict[str, str]) -> None:
    """What the analysis worker makes of one message."""
    handler = importlib.import_module("functions.inference.analyze_posts.handler").handler
    event = records(Queue.ANALYSIS, '{"username": "ada"}')
    assert handler(event, LocalContext("analyze_posts", 300)) == {"batchItemFailures": []}


def test_insights_are_pending_until_the_posts_are_read(api: TestClient, aws: dict[str, str], aws_calls: Calls) -> None:
    captions = ["Amazing concert last night 🎶 #music", "New song out now", "Horrible traffic, car broke down", ""]
    store(*(post(n, caption=caption) for n, caption in enumerate(captions)))
    pending = api.get("/api/profile/ada/ai-insights").json()
    assert pending["ai_insights"]["status"] == "pending" and pending["coverage"]["analyzed_posts"] == 0
    assert pending["ai_insights"]["ai_primary_content_type"] is None
    asked = api.post("/api/profile/ada/ai-insights/refresh")
    assert asked.json()["data"] == {"username": "ada", "queued": True}
    [message] = providers.sqs().receive_message(QueueUrl=aws["QUEUE_ANALYSIS"])["Messages"]
    assert json.loads(message["Body"])["username"] == "ada"
    analysed(aws)

    aws_calls()
    found = api.get("/api/profile/ada/ai-insights").json()
    assert aws_calls() == ["GetItem"]
    assert found["ai_insights"]["status"] == "completed" and found["meta"]["ai_analysis_coverage"] == "100%"
    assert found["content"]["primary_category"] == "music"
    assert found["languages"]["primary_language"] == "en"
    assert found["engines"] == [{"engine": "rules", "version": "rules-1", "posts": 4}]
    assert api.get("/api/profile/ada").json()["ai_insights"] == found["ai_insights"]
    first = api.get("/api/profile/ada/posts").json()["posts"][0]
    assert (first["ai_content_category"], first["ai_sentiment"], first["ai_engine"]) == ("music", "positive", "rules")
    assert first["ai_analysis_raw"] == {"category_words": {"music": 3}}
    assert codes(api, sentiment="negative") == ["p00002"]
    assert [c["username"] for c in api.get("/api/creators/search?language=en").json()["data"]] == ["ada"]
    assert api.get("/api/profile/ada/analytics").json()["content_mix"]["categories"]


def test_captions_are_read_once_for_everybody(api: TestClient, aws: dict[str, str], aws_calls: Calls) -> None:
    store(post(1, caption="Same words"))
    analysed(aws)
    first = providers.analysis_cache().read("rules-1", ["Same words", "others"])
    assert list(first) == ["Same words"]
    assert providers.analysis_cache().read("rules-2", ["Same words"]) == {}
    providers.analysis_cache().save("rules-1", first, timedelta(seconds=-1))
    assert providers.analysis_cache().read("rules-1", ["Same words"]) == {}


def test_an_analysis_of_somebody_not_stored_is_404(api: TestClient) -> None:
    assert api.post("/api/profile/nobody/ai-insights/refresh").status_code == 404


def test_a_list_of_creators_is_made_into_a_message_each(api: TestClient, aws: dict[str, str]) -> None:
    handler = importlib.import_module("functions.inference.analyze_posts.handler").handler
    handler(records(Queue.ANALYSIS, '{"usernames": ["ada", "ben"]}'), LocalContext("analyze_posts", 300))
    answer = providers.sqs().receive_message(QueueUrl=aws["QUEUE_ANALYSIS"], MaxNumberOfMessages=10)
    assert sorted(json.loads(m["Body"])["username"] for m in answer["Messages"]) == ["ada", "ben"]


@pytest.mark.parametrize("body", ["{}", '{"username": "a b"}', '{"usernames": ["x"], "username": "y"}'])
def test_an_analysis_that_cannot_be_understood_is_buried(api: TestClient, aws: dict[str, str], body: str) -> None:
    handler = importlib.import_module("functions.inference.analyze_posts.handler").handler
    assert handler(records(Queue.ANALYSIS, body), LocalContext("analyze_posts", 300)) == {"batchItemFailures": []}
    [letter] = providers.sqs().receive_message(QueueUrl=aws["QUEUE_ANALYSIS_DEAD_LETTER"])["Messages"]
    assert letter["Body"] == body

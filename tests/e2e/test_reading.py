"""Reading creators through the local system."""

import csv
import io
import json
import shutil
import subprocess
import sys
import threading
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from httpx_sse import connect_sse

from infra.local.processes import answers, clean_environment, free_port
from infra.local.resources import provision
from infra.local.sandbox.creators import FIRST
from infra.local.sandbox.creators import creator as synthetic_creator
from infra.toolkit import ROOT
from tests.local_system import System, until

pytestmark = pytest.mark.system

CREATOR = "read.me"


@pytest.fixture
def creator(system: System) -> str:
    if system.status(CREATOR)["status"] != "completed":
        system.request(CREATOR)
        system.wait_for(CREATOR)
    return CREATOR


def get(system: System, path: str, **params: Any) -> Any:
    answer = system.http.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def all_posts(system: System, name: str) -> list[dict[str, Any]]:
    """The posts of all pages."""
    page = get(system, f"/api/profile/{name}/posts", limit=100)
    found: list[dict[str, Any]] = page["posts"]
    while cursor := page["meta"]["next_cursor"]:
        page = get(system, f"/api/profile/{name}/posts", limit=100, cursor=cursor)
        found += page["posts"]
    return found


def test_a_processed_creator_can_be_read_in_every_way(system: System, creator: str) -> None:
    profile = get(system, f"/api/profile/{creator}")
    total = profile["profile"]["posts_stored"]
    assert profile["profile"]["profile_type"] == "primary" and profile["meta"]["source"] == "decodo"
    posts = all_posts(system, creator)
    assert len(posts) == total > 100  # a hundred posts of every kind, and further reels
    image = httpx.get(posts[0]["media_url"])
    assert image.status_code == 200 and image.headers["content-type"] == "image/jpeg"
    analytics = get(system, f"/api/profile/{creator}/analytics")
    assert analytics["engagement"]["engagement_rate"] == profile["profile"]["engagement_rate"]
    assert analytics["posting_frequency"]["posts"] > 0 and analytics["growth"]["snapshots"] == 1
    rows = list(csv.DictReader(io.StringIO(system.http.get(f"/api/profile/{creator}/export").text, newline="")))
    assert [row["shortcode"] for row in rows] == [p["shortcode"] for p in posts]
    details = ("location", "tagged_users", "music", "duration_seconds", "shares")
    for name in details:
        assert any(post[name] for post in posts) and any(row[name] for row in rows), name
    assert analytics["locations"]["top"] and analytics["network"]["tagged_users"]
    assert analytics["reel_durations"]["median_seconds"]
    # A hundred posts at one every two days are complete for longer than the period.
    assert not any(note.startswith("history") for note in analytics["engagement"]["notes"])
    found = get(system, "/api/creators/search", q="READ.ME")["data"]
    assert [c["username"] for c in found] == [creator]
    similar = get(system, f"/api/profile/{creator}/similar", limit=5)
    assert [s["rank"] for s in similar["data"]] == [1, 2, 3, 4, 5] and similar["meta"]["source"] == "upstream"


def test_the_comments_of_the_newest_posts_are_read_after_the_job_and_fill_the_analytics(system: System) -> None:
    name = "much.discussed"
    system.fault(where="comments", kind="http_500", times=2)
    system.request(name)
    system.wait_for(name)

    def found() -> Any:
        return get(system, f"/api/profile/{name}/analytics")["comment_sentiment"]

    until(lambda: found()["sample_size"] >= found()["min_sample_size"], "the comments to be analyzed")
    until(lambda: not found()["notes"], "all of them to be analyzed")
    section = found()
    assert -1 <= section["score"] <= 1 and sum(section["distribution"].values()) == pytest.approx(1, abs=0.001)
    assert 1 <= section["posts"] <= 6 and {"en", "es"} <= {share["name"] for share in section["languages"]}
    items = system.client("dynamodb").query(
        TableName="profiles",
        KeyConditionExpression="username = :u AND begins_with(#item, :comments)",
        ExpressionAttributeNames={"#item": "item"},
        ExpressionAttributeValues={":u": {"S": name}, ":comments": {"S": "comments#"}},
    )["Items"]
    assert len(items) == section["posts"]
    texts = "".join(zlib.decompress(bytes(item["comments"]["B"])).decode() for item in items)
    assert "@user" in texts and not any(f'"{first}.' in texts or f"@{first}" in texts for first in FIRST)


@pytest.mark.parametrize("what", ["posts", "analytics"])
def test_curl_and_an_event_source_read_a_stream_to_its_end(system: System, creator: str, what: str) -> None:
    url = f"{system.api}/api/profile/{creator}/{what}"
    with httpx.Client(timeout=60) as client, connect_sse(client, "GET", url, params={"stream": "true"}) as source:
        data = [json.loads(event.data) for event in source.iter_sse()]
    assert data[-1]["stream_completed"] is True and len(data) > 2
    if shutil.which("curl"):
        done = subprocess.run(["curl", "-sN", f"{url}?stream=true"], capture_output=True, text=True, check=True)
        lines = [json.loads(line[6:]) for line in done.stdout.splitlines() if line.startswith("data: ")]
        assert len(lines) == len(data) and lines[-1] == data[-1]


def test_a_function_behind_the_web_adapter_sends_the_same_bytes(system: System, creator: str) -> None:
    """Runs the server as the adapter does: in the function's folder, with a port, and the gateway's context in a
    header.
    """
    port = free_port(0)
    environment = clean_environment(
        **provision(endpoint_url=system.aws),
        AWS_ENDPOINT_URL=system.aws,
        AWS_ACCESS_KEY_ID="test",
        AWS_SECRET_ACCESS_KEY="test",
        AWS_DEFAULT_REGION="us-east-1",
        AWS_LAMBDA_FUNCTION_NAME="get_analytics",
        AWS_LWA_PORT=str(port),
        CDN_BASE_URL="http://127.0.0.1:1",
    )
    folder = ROOT / "functions" / "api" / "get_analytics"
    process = subprocess.Popen([sys.executable, "-m", "creator_search.serve"], cwd=folder, env=environment)
    try:
        until(lambda: answers(port), "the function's server")
        path = f"/api/profile/{creator}/analytics"
        caller = {"subject": "alice", "kind": "user", "scopes": "read"}
        headers = {"x-amzn-request-context": json.dumps({"requestId": "of-the-gateway", "authorizer": caller})}
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, headers=headers) as served:
            streamed = served.get(f"{path}?stream=true").text
            assert streamed == system.http.get(f"{path}?stream=true").text
            answer = served.get(path)
            assert answer.headers["x-request-id"] == "of-the-gateway"
            assert answer.headers["content-encoding"] == "gzip" and answer.json()["days"] == 90
            assert served.get(path, headers={"x-amzn-request-context": "{}"}).status_code == 401
    finally:
        process.terminate()
        process.wait()


def test_a_stream_of_a_new_creator_begins_at_once_and_has_the_posts(system: System) -> None:
    system.fault(where="decodo", kind="http_500", times=1, username="brand.new")
    url = f"{system.api}/api/profile/brand.new/posts"
    with httpx.Client(timeout=60) as client, connect_sse(client, "GET", url, params={"stream": "true"}) as source:
        data = [json.loads(event.data) for event in source.iter_sse()]
    assert data[0] == {"posts": [], "chunk": 0, "total": None}
    assert data[-1] == {"stream_completed": True, "total_posts": 12}


def test_a_stale_profile_is_served_and_built_again_by_a_worker(system: System) -> None:
    name = "grown.old"
    system.request(name)
    system.wait_for(name)
    dynamodb = system.client("dynamodb")
    old = (datetime.now(UTC) - timedelta(hours=30)).isoformat()
    for item, attribute in (("document#profile", "fresh_until"), ("profile", "updated_at")):
        dynamodb.update_item(
            TableName="profiles",
            Key={"username": {"S": name}, "item": {"S": item}},
            UpdateExpression=f"SET {attribute} = :old",
            ExpressionAttributeValues={":old": {"S": old}},
        )
    dynamodb.delete_item(TableName="jobs", Key={"username": {"S": name}})
    before = get(system, f"/api/profile/{name}")
    assert before["meta"]["stale"] is True
    until(lambda: not get(system, f"/api/profile/{name}")["meta"]["stale"], "the profile to be built anew")
    after = get(system, f"/api/profile/{name}")
    assert after["profile"]["posts_stored"] == before["profile"]["posts_stored"]
    assert after["profile"]["profile_image_url"] == before["profile"]["profile_image_url"]
    posts = get(system, f"/api/profile/{name}/posts", limit=100)["posts"]
    assert all(p["media_url"] for p in posts)


def seeded(system: System, name: str, numbers: range) -> None:
    """Write posts directly to the store."""
    dynamodb = system.client("dynamodb")
    for start in range(numbers.start, numbers.stop, 25):
        writes = [
            {
                "PutRequest": {
                    "Item": {
                        "username": {"S": name},
                        "item": {"S": f"post#{1_700_000_000 + n:012d}#s{n}"},
                        "shortcode": {"S": f"s{n}"},
                        "media_type": {"S": "reel"},
                        "taken_at": {"N": str(1_700_000_000 + n)},
                        "caption": {"S": f"number {n}"},
                        "likes": {"N": str(n % 1000)},
                        "comments": {"N": "1"},
                        "engagement_count": {"N": str(n % 1000 + 1)},
                        "is_pinned": {"BOOL": False},
                    }
                }
            }
            for n in range(start, min(start + 25, numbers.stop))
        ]
        dynamodb.batch_write_item(RequestItems={"profiles": writes})


def test_pages_have_each_of_a_thousand_posts_once_while_others_are_inserted(system: System) -> None:
    name = "one.thousand"
    get(system, f"/api/profile/{name}")
    system.wait_for(name)
    seeded(system, name, range(1_000))
    stop = threading.Event()

    def insert() -> None:
        number = 1_000
        while not stop.is_set():
            seeded(system, name, range(number, number + 25))
            number += 25

    inserting = threading.Thread(target=insert)
    inserting.start()
    try:
        seen: list[str] = []
        cursor = ""
        while True:
            page = get(system, f"/api/profile/{name}/posts", limit=100, cursor=cursor)
            seen += [p["shortcode"] for p in page["posts"]]
            cursor = page["meta"]["next_cursor"]
            if cursor is None:
                break
    finally:
        stop.set()
        inserting.join()
    assert len(seen) == len(set(seen))
    assert set(seen) >= {f"s{n}" for n in range(1_000)}
    exported = system.http.get(f"/api/profile/{name}/export?format=json").json()["posts"]
    assert {p["shortcode"] for p in exported} >= set(seen)


def test_after_a_job_the_captions_are_analyzed_without_a_request(system: System, creator: str) -> None:
    def is_read() -> bool:
        return bool(get(system, f"/api/profile/{creator}/ai-insights")["ai_insights"]["status"] == "completed")

    until(is_read, "the captions to be read")
    profile = get(system, f"/api/profile/{creator}")
    assert profile["meta"]["ai_analysis_coverage"] == "100%"
    assert profile["ai_insights"]["ai_primary_content_type"] and profile["ai_insights"]["ai_language_distribution"]
    language = get(system, f"/api/profile/{creator}/ai-insights")["languages"]["primary_language"]
    found = get(system, "/api/creators/search", language=language)["data"]
    assert creator in [c["username"] for c in found]


def test_an_erased_creator_is_deleted_and_not_collected_again(system: System) -> None:
    name = "erase.me"
    system.request(name)
    system.wait_for(name)
    posts = get(system, f"/api/profile/{name}/posts")["posts"]
    assert httpx.get(posts[0]["media_url"]).status_code == 200
    assert system.http.delete(f"/api/profile/{name}/data").status_code == 202

    def is_gone() -> bool:
        dynamodb = system.client("dynamodb")
        query = {"KeyConditionExpression": "username = :u", "ExpressionAttributeValues": {":u": {"S": name}}}
        return not dynamodb.query(TableName="profiles", **query)["Count"]

    until(is_gone, "the rows to be gone")
    until(lambda: httpx.get(posts[0]["media_url"]).status_code != 200, "the images to be gone")
    assert system.http.get(f"/api/profile/{name}").status_code == 404
    assert system.http.post(f"/api/profile/{name}/request").status_code == 404
    crawler = system.queue_url("profile-high")
    system.client("sqs").send_message(QueueUrl=crawler, MessageBody=json.dumps({"username": name}))
    system.request("after.it")
    system.wait_for("after.it")
    assert is_gone()


def test_undated_reels_are_stored_with_the_time_of_their_shortcode(system: System) -> None:
    name = "undated.reels"
    system.request(name)
    system.wait_for(name)
    posts = all_posts(system, name)
    sources = [p["taken_at_source"] for p in posts]
    # The posts endpoint dates the newest hundred posts, and the reels endpoint does not date the reels before them.
    assert sources.count("upstream") == 100 and sources.count("shortcode") > 20
    times = [p["taken_at"] for p in posts]
    assert times == sorted(times, reverse=True) and len(set(times)) == len(times)
    assert all(p["caption"] == "" for p in posts if p["taken_at_source"] == "shortcode")
    # The timeline of this creator shows the views of reels, the reels endpoint their plays.
    assert not synthetic_creator(name).new_shape and {p["views_kind"] for p in posts if p["media_type"] == "reel"} == {
        "plays"
    }
    notes = get(system, f"/api/profile/{name}")["profile"]["notes"]
    assert not [note for note in notes if note.startswith("reels")]


def test_the_schedule_measures_benchmarks_on_the_stored_creators(system: System, creator: str) -> None:
    def measured() -> Any:
        # The analytics of this period are not stored, but computed by each read.
        return get(system, f"/api/profile/{creator}/analytics", days=89)["benchmark"]["measured"]

    until(lambda: measured()["engagement_rate"]["sample_size"] > 0, "a measurement")
    found = measured()
    assert found["measured_on"] and found["engagement_rate"]["value"] is not None
    assert (found["engagement_rate"]["p50"] is None) == (found["engagement_rate"]["sample_size"] < 30)

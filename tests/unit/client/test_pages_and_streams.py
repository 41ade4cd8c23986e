"""Iterators over pages, streams and downloads."""

import io
from itertools import islice
from typing import Any

import httpx
import pytest
from creator_search_client import ApiError, ConnectionFailed, NotFound, Retries, StreamFailed, UnexpectedAnswer

from tests.scripted_api import ScriptedApi, event_stream, failure, success

COMPLETED = ({"stream_completed": True, "total_posts": 3}, "completed")


def page(*names: str, after: str | None = None) -> Any:
    rows = [{"username": name} for name in names]
    return success(rows, meta={"next_cursor": after, "has_more": after is not None})


def chunk(*shortcodes: str, id: str | None = None) -> tuple[object, str | None]:
    return {"posts": [{"shortcode": code} for code in shortcodes], "chunk": 1, "total": 3}, id


def test_the_items_of_all_pages_are_yielded() -> None:
    api = ScriptedApi(page("ada", "ben", after="a b&c"), page(after="second"), page("cleo"))
    assert [row["username"] for row in api.client().favorites()] == ["ada", "ben", "cleo"]
    assert api.paths == [
        "/api/me/favorites?limit=100",
        "/api/me/favorites?limit=100&cursor=a+b%26c",
        "/api/me/favorites?limit=100&cursor=second",
    ]


def test_a_page_is_read_only_when_the_items_before_it_were_consumed() -> None:
    api = ScriptedApi(page("ada", "ben", after="next"), page("cleo"))
    found = api.client().search(q="a")
    assert api.requests == []
    assert [row["username"] for row in islice(found, 2)] == ["ada", "ben"]
    assert len(api.requests) == 1
    assert next(found)["username"] == "cleo" and len(api.requests) == 2


def test_filters_are_parameters_and_those_that_are_none_are_left_out() -> None:
    api = ScriptedApi(success(posts=[], meta={"next_cursor": None, "has_more": False}), page())
    client = api.client()
    assert [*client.posts("ada", type="reel", category=None, include_ai=False, page_size=5)] == []
    assert [*client.search(verified=True, min_engagement=1.5, page_size=10)] == []
    assert api.paths == [
        "/api/profile/ada/posts?type=reel&include_ai=false&limit=5",
        "/api/creators/search?verified=true&min_engagement=1.5&limit=10",
    ]


def test_a_failure_between_pages_is_retried_and_repeats_no_item() -> None:
    api = ScriptedApi(page("ada", after="next"), failure(503), page("ben"))
    assert [row["username"] for row in api.client().outliers()] == ["ada", "ben"]


def test_a_cursor_that_does_not_advance_ends_the_pages() -> None:
    api = ScriptedApi(page("ada", after="same"))
    assert len([*api.client().favorites()]) == 2


def test_an_answer_without_a_list_is_an_error() -> None:
    with pytest.raises(UnexpectedAnswer):
        next(ScriptedApi(success({"ada": 1})).client().favorites())


def test_a_stream_yields_the_posts_of_all_chunks() -> None:
    api = ScriptedApi(event_stream(chunk(), chunk("a", "b", id="1"), chunk("c"), COMPLETED))
    found = api.client().stream_posts("ada", sort="engagement", chunk_size=2)
    assert [post["shortcode"] for post in found] == ["a", "b", "c"]
    assert api.paths == ["/api/profile/ada/posts?sort=engagement&limit=2&stream=true"]
    assert api.requests[0].headers["Accept"] == "text/event-stream"


def test_a_stream_that_is_lost_is_continued_and_yields_each_post_once() -> None:
    lost = event_stream(chunk("a", id="1"), chunk("b", id="2"), chunk("c"), then=httpx.ReadError("reset"))
    api = ScriptedApi(
        lost, httpx.ConnectError("refused"), failure(503), event_stream(chunk("c"), chunk("d"), COMPLETED)
    )
    assert [post["shortcode"] for post in api.client().stream_posts("ada")] == ["a", "b", "c", "d"]
    assert [request.headers.get("Last-Event-ID") for request in api.requests] == [None, "2", "2", "2"]
    assert len(api.clock.sleeps) == 3


@pytest.mark.parametrize(
    "end",
    [({"stream_completed": False, "error_code": "TIME_LIMIT", "detail": "A stream lasts at most 140 s"}, None), None],
)
def test_a_stream_whose_time_is_over_is_continued(end: Any) -> None:
    first = event_stream(chunk("a", id="1"), *([end] if end else []))
    api = ScriptedApi(first, event_stream(chunk("b", id="2"), COMPLETED))
    assert [post["shortcode"] for post in api.client().stream_posts("ada")] == ["a", "b"]


def test_a_stream_that_makes_no_progress_ends_after_the_attempts() -> None:
    api = ScriptedApi(event_stream(chunk("a", id="1"), then=httpx.ReadError("reset")))
    found: list[str] = []
    with pytest.raises(ConnectionFailed):
        found.extend(post["shortcode"] for post in api.client(retries=Retries(attempts=3)).stream_posts("ada"))
    assert len(api.requests) == 3  # the first one made progress, and counts as the first attempt


def test_a_stream_with_progress_is_continued_as_often_as_necessary() -> None:
    lost = [event_stream(chunk(str(n), id=str(n)), then=httpx.ReadError("reset")) for n in range(20)]
    api = ScriptedApi(*lost, event_stream(COMPLETED))
    assert len([*api.client(retries=Retries(attempts=2)).stream_posts("ada")]) == 20


def test_a_stream_that_says_why_it_failed_is_an_error() -> None:
    end = {"stream_completed": False, "error_code": "PROFILE_NOT_FOUND", "detail": "No such creator", "request_id": "r"}
    api = ScriptedApi(event_stream(chunk(), (end, None)))
    with pytest.raises(StreamFailed, match="No such creator") as caught:
        [*api.client().stream_posts("ada")]
    assert (caught.value.error_code, caught.value.request_id, len(api.requests)) == ("PROFILE_NOT_FOUND", "r", 1)


def test_a_stream_that_is_refused_is_an_error_of_the_api() -> None:
    with pytest.raises(NotFound):
        next(ScriptedApi(failure(404)).client().stream_posts("ada"))


def test_an_answer_that_is_no_stream_is_an_error() -> None:
    with pytest.raises(UnexpectedAnswer):
        next(ScriptedApi(success([])).client().stream_posts("ada"))


def test_sections_of_the_analytics_are_streamed_once_each() -> None:
    sections: list[tuple[object, str | None]] = [({"section": n, "data": {"of": n}}, None) for n in ("period", "trend")]
    lost = event_stream(*sections, then=httpx.ReadError("reset"))
    api = ScriptedApi(lost, event_stream(*sections, ({"section": "growth", "data": {}}, None), COMPLETED))
    found = [*api.client().stream_analytics("ada", days=30)]
    assert found == [("period", {"of": "period"}), ("trend", {"of": "trend"}), ("growth", {})]
    assert api.paths[0] == "/api/profile/ada/analytics?days=30&stream=true"


def test_snapshots_are_those_of_one_connection() -> None:
    api = ScriptedApi(event_stream(({"n": 1}, None), ({"n": 2}, None), COMPLETED))
    assert [*api.client().snapshots()] == [{"n": 1}, {"n": 2}]
    refused = ScriptedApi(failure(503))
    with pytest.raises(ApiError):
        next(refused.client().snapshots())
    assert len(refused.requests) == 1


def test_a_download_is_written_to_the_file() -> None:
    content = b"shortcode,likes\r\n" * 10_000
    api = ScriptedApi(failure(503), lambda _: httpx.Response(200, content=content))
    file = io.BytesIO()
    assert api.client().export("ada", file, format="csv") == len(content)
    assert file.getvalue() == content and api.paths[-1] == "/api/profile/ada/export?format=csv"


def test_a_download_that_breaks_is_an_error_and_not_repeated() -> None:
    def cut(_: httpx.Request) -> httpx.Response:
        def parts() -> Any:
            yield b"shortcode"
            raise httpx.RemoteProtocolError("incomplete")

        return httpx.Response(200, content=parts())

    api = ScriptedApi(cut)
    with pytest.raises(ConnectionFailed):
        api.client().export("ada", io.BytesIO())
    assert len(api.requests) == 1


def test_a_refused_download_writes_nothing() -> None:
    file = io.BytesIO()
    with pytest.raises(NotFound):
        ScriptedApi(failure(404)).client().campaign_report_csv("c1", file)
    assert file.getvalue() == b""


def test_waiting_reads_the_status_until_the_job_has_ended() -> None:
    states = [{"status": "pending", "queue_position": n} for n in (2, 2, 1)] + [{"status": "completed"}]
    api = ScriptedApi(*map(success, states))
    shown: list[Any] = []
    assert api.client().wait("ada", on_change=shown.append).data["status"] == "completed"
    assert shown == [states[0], states[2], states[3]]


def test_waiting_ends_when_the_time_is_over() -> None:
    api = ScriptedApi(success({"status": "pending"}))
    assert api.client().wait("ada", timeout=10, poll_seconds=1).data["status"] == "pending"
    assert api.clock.seconds == 10

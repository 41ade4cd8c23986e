"""Failures of an upstream: which are retried, after which delay, and which are raised at once."""

import socket
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
from creator_search.adapters.upstreams.http import SHORTEST_QUOTA_DELAY, HttpUpstream
from creator_search.domain.errors import ProfileNotFound
from creator_search.domain.fetched_posts import Owner
from creator_search.domain.upstream_errors import (
    UpstreamError,
    UpstreamMisconfigured,
    UpstreamPayloadInvalid,
    UpstreamQuotaExhausted,
    UpstreamRejected,
)

from tests.fakes import START
from tests.unit.adapters.provider import DEADLINE, Provider, decodo_body, minimal, ok


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "results"),
        ({"results": []}, "results"),
        ({"results": [{"content": ""}]}, "content"),
        ({"results": [{"content": "{"}]}, "content"),
        ({"results": [{"content": {}}]}, "content"),
        (decodo_body({}), "data.user"),
        (decodo_body({"user": {"username": "ada"}}), "edge_followed_by.count"),
        (decodo_body({"user": {"username": "ada", "edge_followed_by": {"count": "many"}}}), "edge_followed_by.count"),
        ([1], "results"),
    ],
)
def test_a_missing_field_is_named_after_five_attempts(body: Any, field: str) -> None:
    upstream = Provider(ok(body))
    with pytest.raises(UpstreamPayloadInvalid, match=field):
        upstream.decodo().fetch_profile("ada", DEADLINE)
    assert len(upstream.requests) == 5


@pytest.mark.parametrize(
    "failure",
    [
        *(httpx.Response(status, json={}) for status in (400, 500, 502, 503, 524)),
        ok({"results": [{"content": "", "status_code": 613}]}),
        ok({"status": "failed"}),
        ok({"status_code": 613}),
        ok({"results": [{"content": {"data": {"user": None}}, "status_code": "613"}]}),
        ok({"results": [{"content": {"data": {"user": None}, "message": "Received 429"}}]}),
        ok({"results": [{"content": {"data": {"user": None}, "errors": [{"message": "execution error"}]}}]}),
        ok({"results": [{"content": {"data": {"user": None}, "status": "fail"}}]}),
        ok({"results": [{"content": {"data": {"user": None}, "message": "login_required"}}]}),
        ok({"results": [{"content": {"data": {"user": None}, "message": {"code": 1}}}]}),
        httpx.Response(200, content=b"<<< garbage"),
        httpx.Response(302, headers={"location": "http://elsewhere.test"}),
    ],
)
def test_a_transient_failure_is_retried(failure: httpx.Response) -> None:
    upstream = Provider(failure, ok(minimal()))
    assert upstream.decodo().fetch_profile("ada", DEADLINE).followers == 5
    assert len(upstream.requests) == 2
    assert timedelta(seconds=1) <= upstream.clock() - START <= timedelta(seconds=30)


def test_a_broken_connection_is_retried() -> None:
    def breaks(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("broken", request=request)

    upstream = Provider(breaks, ok(minimal()))
    assert upstream.decodo().fetch_profile("ada", DEADLINE).followers == 5


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_not_retried(status: int) -> None:
    upstream = Provider(httpx.Response(status))
    with pytest.raises(UpstreamRejected):
        upstream.decodo().fetch_profile("ada", DEADLINE)
    assert len(upstream.requests) == 1


def test_after_too_many_calls_the_next_attempt_waits_for_the_time_that_the_upstream_sent() -> None:
    slow_down = httpx.Response(429, headers={"Retry-After": "7"}, json={"message": "per second"})
    upstream = Provider(slow_down, ok(minimal()))
    upstream.decodo().fetch_profile("ada", DEADLINE)
    assert upstream.clock() - START == timedelta(seconds=7)


HUGE_DATE = "Mon, 01 Jan 99999999999 00:00:00 GMT"
PAST_DATE = "Wed, 21 Oct 2015 07:28:00 GMT"


@pytest.mark.parametrize("told", [None, "", "-7", "0", "soon", "inf", "nan", "9" * 20, "5, 6", PAST_DATE, HUGE_DATE])
def test_a_delay_that_says_nothing_is_replaced_by_the_usual_one(told: str | None) -> None:
    headers = {} if told is None else {"Retry-After": told}
    upstream = Provider(httpx.Response(429, headers=headers, json={"message": "per second"}), ok(minimal()))
    upstream.decodo().fetch_profile("ada", DEADLINE)
    assert timedelta(seconds=1) <= upstream.clock() - START <= timedelta(seconds=2)


def test_a_delay_is_also_read_from_a_date() -> None:
    date = format_datetime(START + timedelta(seconds=9), usegmt=True)
    upstream = Provider(httpx.Response(429, headers={"Retry-After": date}, json={"message": "x"}), ok(minimal()))
    upstream.decodo().fetch_profile("ada", DEADLINE)
    assert upstream.clock() - START == timedelta(seconds=9)


@pytest.mark.parametrize(
    ("reset", "retry_in"),
    [
        ("86400", timedelta(days=1)),
        ("0", SHORTEST_QUOTA_DELAY),
        (PAST_DATE, SHORTEST_QUOTA_DELAY),
        ("", None),
        (HUGE_DATE, None),
    ],
)
def test_a_used_up_quota_has_the_time_until_its_reset(reset: str, retry_in: timedelta | None) -> None:
    answer = httpx.Response(429, headers={"x-ratelimit-requests-reset": reset}, json={"message": "MONTHLY quota"})
    with pytest.raises(UpstreamQuotaExhausted) as raised:
        Provider(answer).rapidapi().fetch_similar("ada", DEADLINE)
    assert raised.value.retry_in == retry_in


def test_an_exhausted_monthly_quota_is_not_retried() -> None:
    upstream = Provider(httpx.Response(429, json={"message": "You have exceeded the MONTHLY quota"}))
    with pytest.raises(UpstreamQuotaExhausted):
        upstream.decodo().fetch_profile("ada", DEADLINE)
    assert len(upstream.requests) == 1


def test_no_call_is_made_past_the_deadline() -> None:
    upstream = Provider(httpx.Response(500))
    with pytest.raises(UpstreamError):
        upstream.decodo().fetch_profile("ada", START + timedelta(seconds=2))
    assert upstream.clock() <= START + timedelta(seconds=2)


@pytest.mark.parametrize(
    "evidence",
    [
        httpx.Response(404, json={"message": "Profile not found"}),
        httpx.Response(404, json={"error": "This user doesn't exist"}),
        ok(decodo_body({"user": None})),
        ok({"results": [{"content": {"data": {"user": None}, "status": "ok"}}]}),
        ok({"results": [{"content": {"data": {"user": None}, "message": "User not found"}}]}),
        ok({"results": [{"content": "", "status_code": 404}]}),
        ok({"results": [{"content": "", "status_code": "404"}]}),
    ],
)
def test_only_explicit_evidence_means_that_a_profile_does_not_exist(evidence: httpx.Response) -> None:
    upstream = Provider(evidence)
    with pytest.raises(ProfileNotFound):
        upstream.decodo().fetch_profile("ada", DEADLINE)
    assert len(upstream.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(404, html="<h1>Not Found</h1>"),
        httpx.Response(404, html="<h1>User not found</h1>"),
        httpx.Response(404, json={"detail": "Not Found"}),
        httpx.Response(404, json={"message": "Endpoint '/get_ig_user_reels.php' does not exist"}),
        httpx.Response(404, json={"message": "Cannot POST /v2/scrape: path not found for this user"}),
        httpx.Response(404),
    ],
)
def test_a_404_that_is_not_about_the_user_is_a_configuration_error_that_is_not_retried(answer: httpx.Response) -> None:
    fetches: list[Callable[[Provider], object]] = [
        lambda provider: provider.decodo().fetch_profile("ada", DEADLINE),
        lambda provider: provider.rapidapi().fetch_reels(Owner("ada"), 10, DEADLINE),
        lambda provider: provider.rapidapi().fetch_similar("ada", DEADLINE),
    ]
    for fetch in fetches:
        provider = Provider(answer)
        with pytest.raises(UpstreamMisconfigured):
            fetch(provider)
        assert len(provider.requests) == 1


@pytest.mark.parametrize(
    "text",
    [
        "data not found. Please try again later.",
        "User data not found. Please try again later.",
        "Media data not found. Received 429 Too Many Requests",
        "Not found",
        "",
    ],
)
def test_a_failure_that_may_pass_is_no_evidence_of_absence(text: str) -> None:
    hidden = {"results": [{"content": {"message": text, "data": None}, "status_code": 200}]}
    with pytest.raises(UpstreamError):
        Provider(ok(hidden)).decodo().fetch_profile("ada", DEADLINE)
    with pytest.raises(UpstreamError):
        Provider(ok({"error": text or "unknown"})).rapidapi().fetch_reels(Owner("ada"), 10, DEADLINE)


def test_a_404_of_the_users_page_with_a_text_about_a_passing_failure_is_no_evidence_of_absence() -> None:
    text = "data not found. Please try again later."
    hidden = {"results": [{"content": {"message": text}, "status_code": 404}]}
    with pytest.raises(UpstreamError):
        Provider(ok(hidden)).decodo().fetch_profile("ada", DEADLINE)


def test_a_body_over_the_size_limit_is_an_error() -> None:
    def endless() -> Any:
        while True:
            yield bytes(1024 * 1024)

    upstream = Provider(lambda _: httpx.Response(200, content=endless()))
    with pytest.raises(UpstreamPayloadInvalid, match="too large"):
        upstream.rapidapi().fetch_similar("ada", DEADLINE)


def test_a_body_that_is_nested_too_deeply_is_an_error() -> None:
    nested = '{"data": ' + "[" * 800 + "]" * 800 + "}"
    upstream = Provider(httpx.Response(200, content=nested))
    with pytest.raises(UpstreamPayloadInvalid):
        upstream.rapidapi().fetch_similar("ada", DEADLINE)


@pytest.mark.parametrize("key", ["secret\n", "secret\u00e9"])
def test_a_key_that_cannot_be_sent_is_in_no_log(key: str) -> None:
    with httpx.Client() as client, socket.create_server(("127.0.0.1", 0)) as server:
        http = HttpUpstream(lambda: client, timeout_seconds=5, clock=lambda: datetime.now(UTC))
        url, deadline = f"http://127.0.0.1:{server.getsockname()[1]}/", datetime.now(UTC) + timedelta(seconds=5)
        with pytest.raises(UpstreamRejected) as raised:
            http.send("GET", url, deadline=deadline, headers={"x-rapidapi-key": key})
    assert "secret" not in "".join(traceback.format_exception(raised.value))

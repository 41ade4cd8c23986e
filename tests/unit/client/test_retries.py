"""Which requests the client repeats, and when."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from creator_search_client import (
    NO_RETRIES,
    ApiError,
    Client,
    ConnectionFailed,
    InvalidArgument,
    RateLimited,
    Retries,
    Unavailable,
)

from tests.scripted_api import ScriptedApi, failure, success

PASSING: list[Any] = [
    *map(failure, (429, 502, 503, 504)),
    *(kind("lost") for kind in (httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError)),
]


@pytest.mark.parametrize("outcome", PASSING)
@pytest.mark.parametrize(
    "call", [Client.me, lambda c: c.add_favorite("ada"), lambda c: c.remove_favorite("ada"), lambda c: c.request("ada")]
)
def test_a_failure_that_can_pass_is_retried(outcome: Any, call: Callable[[Client], Any]) -> None:
    api = ScriptedApi(outcome, outcome, success({}))
    call(api.client())
    assert len(api.requests) == 3 and len(api.clock.sleeps) == 2


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 405, 409, 412, 413, 428, 500, 501])
def test_no_other_status_is_retried(status: int) -> None:
    api = ScriptedApi(failure(status, headers={"Retry-After": "1"}))
    with pytest.raises(ApiError) as caught:
        api.client().request("ada")
    assert caught.value.status == status
    assert len(api.requests) == 1 and api.clock.sleeps == []


@pytest.mark.parametrize("outcome", PASSING)
def test_a_patch_is_never_repeated_because_it_may_have_been_carried_out(outcome: Any) -> None:
    api = ScriptedApi(success({"id": "c1"}, headers={"ETag": '"1"'}), outcome)
    client = api.client()
    campaign = client.campaign("c1")
    with pytest.raises((ApiError, ConnectionFailed)):
        client.update_campaign(campaign, name="Summer")
    assert [request.method for request in api.requests] == ["GET", "PATCH"]


def test_retry_after_in_seconds_is_waited_out() -> None:
    api = ScriptedApi(failure(429, headers={"Retry-After": "17"}), success({}))
    api.client().me()
    assert api.clock.sleeps == [17]


def test_retry_after_as_a_date_is_relative_to_the_clock_of_the_server() -> None:
    headers = {"Retry-After": "Sat, 31 Jan 2026 15:00:21 GMT", "Date": "Sat, 31 Jan 2026 15:00:00 GMT"}
    api = ScriptedApi(failure(503, headers=headers), success({}))
    api.client().me()
    assert api.clock.sleeps == [21]


def test_retry_after_as_a_date_is_relative_to_the_own_clock_if_the_server_does_not_tell_its_time() -> None:
    api = ScriptedApi(failure(503, headers={"Retry-After": "Sat, 31 Jan 2026 12:00:40 GMT"}), success({}))
    api.client().me()
    assert api.clock.sleeps == [40]


@pytest.mark.parametrize(
    "text", ["", "soon", "-5", "1.5", "²", "0", "Sat, 31 Jan 2026 11:00:00 GMT", "Sat, 99 Jan 2026 99:00:00 GMT"]
)
def test_without_a_valid_retry_after_in_the_future_the_own_pause_is_waited(text: str) -> None:
    api = ScriptedApi(lambda _: httpx.Response(503, headers=[(b"Retry-After", text.encode())]), success({}))
    api.client().me()
    [pause] = api.clock.sleeps
    assert 0.25 <= pause <= 0.5


def test_a_retry_after_beyond_the_total_time_ends_the_call_at_once() -> None:
    api = ScriptedApi(failure(429, headers={"Retry-After": "61"}))
    with pytest.raises(RateLimited) as caught:
        api.client(retries=Retries(total_seconds=60)).me()
    assert caught.value.retry_after == 61
    assert len(api.requests) == 1 and api.clock.sleeps == []


def test_own_pauses_double_up_to_the_longest_each_shortened_by_at_most_a_half() -> None:
    api = ScriptedApi(failure(503))
    with pytest.raises(Unavailable):
        api.client(retries=Retries(attempts=7, longest_pause_seconds=4)).me()
    for pause, whole in zip(api.clock.sleeps, (0.5, 1, 2, 4, 4, 4), strict=True):
        assert whole / 2 <= pause <= whole


def test_pauses_of_clients_that_failed_together_differ() -> None:
    pauses = set()
    for _ in range(20):
        api = ScriptedApi(failure(503), success({}))
        api.client().me()
        pauses.update(api.clock.sleeps)
    assert len(pauses) > 1


def test_no_attempt_starts_after_the_total_time_however_long_attempts_take() -> None:
    api = ScriptedApi()

    def slow(_: httpx.Request) -> httpx.Response:
        api.clock.seconds += 25
        return httpx.Response(503)

    api.outcomes = [slow]
    with pytest.raises(Unavailable):
        api.client(retries=Retries(attempts=1000, total_seconds=60)).me()
    assert len(api.requests) == 3


def test_attempts_are_limited() -> None:
    for retries, number in ((Retries(attempts=3), 3), (NO_RETRIES, 1)):
        api = ScriptedApi(httpx.ConnectError("refused"))
        with pytest.raises(ConnectionFailed, match=r"No answer from https://api\.example: refused"):
            api.client(retries=retries).me()
        assert len(api.requests) == number


def test_a_post_has_one_idempotency_key_for_all_attempts_and_another_one_for_the_next_call() -> None:
    api = ScriptedApi(failure(503), httpx.ReadTimeout("slow"), success({}))
    client = api.client()
    client.request("ada")
    client.request("ada")
    first, second, third, fourth = (request.headers["Idempotency-Key"] for request in api.requests)
    assert first == second == third != fourth
    assert 1 <= len(first) <= 255


def test_only_posts_have_an_idempotency_key() -> None:
    api = ScriptedApi(success({}))
    client = api.client()
    client.me()
    client.add_favorite("ada")
    client.remove_favorite("ada")
    assert not any("Idempotency-Key" in request.headers for request in api.requests)


def test_the_token_of_each_attempt_is_asked_for_anew() -> None:
    tokens = iter(["old", "new"])
    api = ScriptedApi(failure(503), success({}))
    api.client(token=lambda: next(tokens)).me()
    assert [request.headers["Authorization"] for request in api.requests] == ["Bearer old", "Bearer new"]


def test_a_token_function_that_returns_what_no_header_can_have_ends_the_call() -> None:
    api = ScriptedApi(success({}))
    with pytest.raises(InvalidArgument) as caught:
        api.client(token=lambda: "secret\n").me()
    assert "secret" not in str(caught.value) and api.requests == []


def test_an_unhealthy_system_is_an_answer_and_not_retried() -> None:
    api = ScriptedApi(lambda _: httpx.Response(503, json={"status": "unhealthy", "health_score": 20}))
    assert api.client().health().data["status"] == "unhealthy"
    assert len(api.requests) == 1


def test_an_answer_that_is_lost_while_it_is_read_is_asked_for_again() -> None:
    def cut(_: httpx.Request) -> httpx.Response:
        def parts() -> Any:
            yield b'{"success": true'
            raise httpx.ReadError("reset")

        return httpx.Response(200, content=parts())

    api = ScriptedApi(cut, success({"subject": "alice"}))
    assert api.client().me().data["subject"] == "alice"

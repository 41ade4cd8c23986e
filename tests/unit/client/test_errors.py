"""What the client raises, and what it never sends."""

import httpx
import pytest
from creator_search_client import (
    ApiError,
    BadRequest,
    Client,
    ClientError,
    Conflict,
    ConnectionFailed,
    Forbidden,
    InvalidArgument,
    NotFound,
    PayloadTooLarge,
    PreconditionFailed,
    PreconditionRequired,
    RateLimited,
    ServerError,
    Unauthenticated,
    Unavailable,
    UnexpectedAnswer,
)

from tests.scripted_api import ScriptedApi, failure, success

CLASSES = {
    400: BadRequest,
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    405: ApiError,
    409: Conflict,
    412: PreconditionFailed,
    413: PayloadTooLarge,
    428: PreconditionRequired,
    429: RateLimited,
    500: ServerError,
    502: Unavailable,
    503: Unavailable,
    504: Unavailable,
    599: ServerError,
}


@pytest.mark.parametrize("status", CLASSES)
def test_each_status_has_a_class_with_the_fields_of_the_answer(status: int) -> None:
    api = ScriptedApi(failure(status, "NAMED", {"Retry-After": "1000"}))
    with pytest.raises(ClientError) as caught:
        api.client().me()
    error = caught.value
    assert type(error) is CLASSES[status] and isinstance(error, ApiError)
    assert (error.status, error.error_code, error.message, error.request_id) == (status, "NAMED", "Why", "r-1")
    assert error.retry_after == 1000 and error.body["detail"] == "Why"
    assert error.can_pass is (status == 429 or status >= 500)


@pytest.mark.parametrize(
    ("content", "body"),
    [
        (b"<html>Bad gateway</html>", "<html>Bad gateway</html>"),
        (b"", None),
        (b"\xff" * 9999, "\N{REPLACEMENT CHARACTER}" * 500),
    ],
)
def test_an_error_that_is_not_json_has_its_status_and_the_beginning_of_its_text(content: bytes, body: object) -> None:
    api = ScriptedApi(lambda _: httpx.Response(403, content=content, headers={"X-Request-Id": "r-2"}))
    with pytest.raises(Forbidden, match="HTTP status 403") as caught:
        api.client().me()
    assert (caught.value.body, caught.value.error_code, caught.value.request_id) == (body, None, "r-2")


@pytest.mark.parametrize("body", [[], None, {"error": {"nested": 1}}, {"error": 5, "message": "Limit Exceeded"}])
def test_an_error_of_another_shape_is_an_error_of_its_status(body: object) -> None:
    api = ScriptedApi(lambda _: httpx.Response(404, json=body))
    with pytest.raises(NotFound, match=r"HTTP status 404|Limit Exceeded"):
        api.client().me()


@pytest.mark.parametrize("content", [b"<html>Sign in to the network</html>", b"[]", b'{"success": false}'])
def test_a_success_that_is_not_of_this_api_is_an_error(content: bytes) -> None:
    api = ScriptedApi(lambda _: httpx.Response(200, content=content))
    with pytest.raises(UnexpectedAnswer):
        api.client().me()


def test_an_answer_without_a_body_is_none() -> None:
    api = ScriptedApi(lambda _: httpx.Response(204))
    api.client().remove_favorite("ada")
    assert api.paths == ["/api/me/favorites/ada"]


def test_fields_that_the_client_does_not_know_are_kept() -> None:
    api = ScriptedApi(success({"subject": "alice", "plan": "new"}, later=1))
    answer = api.client().me()
    assert dict(answer.data) == {"subject": "alice", "plan": "new"} and answer.body["later"] == 1


def test_credentials_are_sent_as_headers() -> None:
    api = ScriptedApi(success({}))
    api.client(token="abc").me()
    api.client(api_key="cs_1_2").me()
    api.client().me()
    first, second, third = api.requests
    assert first.headers["Authorization"] == "Bearer abc" and "X-Api-Key" not in first.headers
    assert second.headers["X-Api-Key"] == "cs_1_2" and "Authorization" not in second.headers
    assert not {"authorization", "x-api-key"} & third.headers.keys()


def test_a_local_token_is_asked_for_without_credentials() -> None:
    api = ScriptedApi(lambda _: httpx.Response(200, json={"token": "t", "expires_at": 1}))
    assert api.client(token="expired").create_local_token("alice").data == {"token": "t", "expires_at": 1}
    assert "Authorization" not in api.requests[0].headers


@pytest.mark.parametrize("credential", ["", "two words", "line\n", "naïve"])
@pytest.mark.parametrize("option", ["token", "api_key"])
def test_a_credential_that_no_header_can_have_is_refused_without_its_text(option: str, credential: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        Client(**{option: credential})  # type: ignore[arg-type]
    assert not credential or credential not in str(caught.value)


def test_a_token_and_an_api_key_together_are_refused() -> None:
    with pytest.raises(InvalidArgument, match="not both"):
        Client(token="a", api_key="b")


@pytest.mark.parametrize("address", ["127.0.0.1:8000", "ftp://api.example", "https://", "", "http://a:port"])
def test_an_address_that_is_not_of_a_web_server_is_refused(address: str) -> None:
    with pytest.raises(InvalidArgument):
        Client(address)


def test_an_empty_name_is_refused_because_its_path_would_be_that_of_another_operation() -> None:
    api = ScriptedApi(success({}))
    with pytest.raises(InvalidArgument):
        api.client().delete_campaign("")
    assert api.requests == []


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("a/../b", "/api/profile/a%2F..%2Fb/status"),
        ("..", "/api/profile/%2E%2E/status"),
        ("a?b#c", "/api/profile/a%3Fb%23c/status"),
        ("@ada lopez", "/api/profile/%40ada%20lopez/status"),
        ("\udcff", "/api/profile/%3F/status"),
    ],
)
def test_a_name_never_becomes_another_path(name: str, path: str) -> None:
    api = ScriptedApi(success({}))
    api.client().status(name)
    assert api.paths == [path]


def test_the_path_of_the_base_address_is_kept() -> None:
    api = ScriptedApi(success({}))
    api.client("https://api.example/prod/").me()
    assert api.paths == ["/prod/api/me"]


def test_a_renamed_creator_is_read_under_the_new_name_with_the_credentials() -> None:
    moved = failure(301, "PROFILE_MOVED", {"Location": "/api/profile/ada.new/posts?limit=50"})
    api = ScriptedApi(moved, success(posts=[{"shortcode": "a"}], meta={"next_cursor": None, "has_more": False}))
    assert [post["shortcode"] for post in api.client(token="abc").posts("ada")] == ["a"]
    assert api.paths == ["/api/profile/ada/posts?limit=50", "/api/profile/ada.new/posts?limit=50"]
    assert api.requests[1].headers["Authorization"] == "Bearer abc"


@pytest.mark.parametrize(
    "location",
    ["https://evil.example/", "http://api.example/", "https://api.example:444/", "//evil.example", "http://["],
)
def test_credentials_are_never_sent_to_another_server(location: str) -> None:
    api = ScriptedApi(failure(301, "PROFILE_MOVED", {"Location": location}))
    with pytest.raises(ApiError) as caught:
        api.client(api_key="cs_1_2").profile("ada")
    assert caught.value.status == 301 and len(api.requests) == 1


def test_redirects_in_a_circle_end() -> None:
    api = ScriptedApi(failure(301, "PROFILE_MOVED", {"Location": "/api/profile/ada"}))
    with pytest.raises(ApiError):
        api.client().profile("ada")
    assert len(api.requests) <= 6


def test_a_request_that_changes_something_follows_no_redirect() -> None:
    api = ScriptedApi(failure(307, "PROFILE_MOVED", {"Location": "/api/profile/other/data"}))
    with pytest.raises(ApiError):
        api.client().erase("ada")
    assert len(api.requests) == 1


def test_all_errors_have_one_base_class() -> None:
    assert all(issubclass(kind, ClientError) for kind in (*CLASSES.values(), ConnectionFailed, UnexpectedAnswer))

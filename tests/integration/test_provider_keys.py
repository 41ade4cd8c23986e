"""The providers' keys in Secrets Manager over moto: added, rotated and unreadable, while a process runs."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from creator_search.adapters.aws.secrets import ProviderKeys
from creator_search.bootstrap import Container
from creator_search.catalogue import Secret
from creator_search.domain.upstream_errors import UpstreamError
from fastapi.testclient import TestClient

from infra.local.gateway import compose
from infra.local.resources import delete_secrets, put_secrets
from tests.fakes import FakeClock
from tests.local_client import local_client

DECODO, RAPIDAPI = "DECODO_API_KEY", "RAPIDAPI_KEY"
Put = Callable[..., None]


@pytest.fixture
def put(aws: dict[str, str]) -> Put:
    """Return a function that replaces the secret, which initially has empty keys, as created by the stack."""

    def put_value(**keys: str) -> None:
        put_secrets({Secret.UPSTREAM_KEYS: json.dumps(keys)})

    put_value(**{DECODO: "", RAPIDAPI: "", "unused": "random"})
    return put_value


def provider_keys(clock: FakeClock, **given: str) -> ProviderKeys:
    return ProviderKeys(given, secret_name=Secret.UPSTREAM_KEYS, clock=clock)


def test_a_key_that_is_added_while_the_process_runs_is_used_at_the_next_call(put: Put) -> None:
    keys = provider_keys(FakeClock())
    assert (keys.load_key(DECODO), keys.load_key(RAPIDAPI)) == (None, None)
    put(DECODO_API_KEY="first")
    assert (keys.load_key(DECODO), keys.load_key(RAPIDAPI)) == ("first", None)
    put(DECODO_API_KEY="first", RAPIDAPI_KEY="second")
    assert (keys.load_key(DECODO), keys.load_key(RAPIDAPI)) == ("first", "second")


def test_a_rotated_key_is_used_after_five_minutes_and_the_secret_is_not_read_before(put: Put) -> None:
    clock = FakeClock()
    keys = provider_keys(clock)
    put(DECODO_API_KEY="old")
    assert keys.load_key(DECODO) == "old"
    put(DECODO_API_KEY="new")
    clock.advance(minutes=4, seconds=59)
    assert keys.load_key(DECODO) == "old"
    clock.advance(seconds=1)
    assert keys.load_key(DECODO) == "new"


def test_a_key_that_is_removed_is_not_used_after_five_minutes(put: Put) -> None:
    clock = FakeClock()
    keys = provider_keys(clock)
    put(DECODO_API_KEY="revoked")
    assert keys.load_key(DECODO) == "revoked"
    put(DECODO_API_KEY="")
    clock.advance(minutes=5)
    assert keys.load_key(DECODO) is None


def test_a_known_key_continues_to_be_used_while_the_secret_cannot_be_read(put: Put) -> None:
    clock = FakeClock()
    keys = provider_keys(clock)
    put(DECODO_API_KEY="known")
    assert keys.load_key(DECODO) == "known"
    delete_secrets()
    for _ in range(3):
        clock.advance(minutes=5)
        assert keys.load_key(DECODO) == "known"


def test_after_a_failure_the_secret_is_read_again_after_thirty_seconds(put: Put) -> None:
    clock = FakeClock()
    keys = provider_keys(clock)
    put(DECODO_API_KEY="old")
    assert keys.load_key(DECODO) == "old"
    put_secrets({Secret.UPSTREAM_KEYS: "not JSON"})
    clock.advance(minutes=5)
    assert keys.load_key(DECODO) == "old"
    put(DECODO_API_KEY="new")
    clock.advance(seconds=29)
    assert keys.load_key(DECODO) == "old"
    clock.advance(seconds=1)
    assert keys.load_key(DECODO) == "new"


def test_without_a_known_key_a_secret_that_cannot_be_read_is_an_upstream_error(put: Put) -> None:
    keys = provider_keys(FakeClock())
    put(DECODO_API_KEY="known")
    assert keys.load_key(DECODO) == "known"
    delete_secrets()
    with pytest.raises(UpstreamError) as failed:
        keys.load_key(RAPIDAPI)
    assert Secret.UPSTREAM_KEYS not in failed.value.message and failed.value.can_pass


@pytest.mark.parametrize("text", ["not JSON", '["a list"]', '"text"', "7", "null", " "])
def test_a_secret_that_is_not_a_json_object_is_an_upstream_error(put: Put, text: str) -> None:
    put_secrets({Secret.UPSTREAM_KEYS: text})
    with pytest.raises(UpstreamError):
        provider_keys(FakeClock()).load_key(DECODO)


def test_a_key_in_the_environment_takes_precedence_over_the_secret(put: Put) -> None:
    put(DECODO_API_KEY="of the secret", RAPIDAPI_KEY="of the secret")
    keys = provider_keys(FakeClock(), DECODO_API_KEY="of the environment")
    assert (keys.load_key(DECODO), keys.load_key(RAPIDAPI)) == ("of the environment", "of the secret")


@pytest.mark.usefixtures("aws")
def test_without_a_secret_only_the_environment_has_keys() -> None:
    keys = ProviderKeys({DECODO: "given"}, secret_name=None, clock=FakeClock())
    assert (keys.load_key(DECODO), keys.load_key(RAPIDAPI)) == ("given", None)


class Providers:
    """Both providers; records the keys of the calls."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def client(self) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("get_ig_similar_accounts.php"):
            self.keys.append(request.headers["x-rapidapi-key"])
            return httpx.Response(200, json=[{"username": "ben", "full_name": "Ben"}])
        self.keys.append(request.headers["authorization"])
        user = {"username": "ada", "full_name": "Ada", "edge_followed_by": {"count": 5}}
        return httpx.Response(200, json={"results": [{"content": {"data": {"user": user}}, "status_code": 200}]})


@pytest.fixture
def providers() -> Providers:
    return Providers()


@pytest.fixture
def api(put: Put, providers: Providers) -> Iterator[TestClient]:
    """The API over one container for the whole test, as in one running process."""
    with providers.client() as client:
        container = Container.for_tests(http_client=client)
        yield local_client(compose(container))


def test_a_profile_is_503_until_the_key_is_added_and_read_with_it_afterwards(
    api: TestClient, put: Put, providers: Providers
) -> None:
    refused = api.get("/api/profile/ada")
    assert (refused.status_code, refused.json()["error"]) == (503, "No profile provider is configured")
    assert int(refused.headers["retry-after"]) > 0 and providers.keys == []
    put(DECODO_API_KEY="name:word")
    found: dict[str, Any] = api.get("/api/profile/ada").json()
    assert (found["profile"]["username"], found["profile"]["followers"]) == ("ada", 5)
    assert found["meta"]["source"] == "decodo" and providers.keys == ["Basic bmFtZTp3b3Jk"]


@pytest.mark.parametrize(
    ("added", "sent", "found"),
    [({RAPIDAPI: "rapid"}, "rapid", ["ben"]), ({DECODO: "bmFtZTp3b3Jk"}, "Basic bmFtZTp3b3Jk", [])],
)
def test_similar_profiles_are_503_until_the_key_of_any_provider_is_added(
    api: TestClient, put: Put, providers: Providers, added: dict[str, str], sent: str, found: list[str]
) -> None:
    path = "/api/profile/ada/similar-fast"
    refused = api.get(path)
    assert (refused.status_code, refused.json()["error"]) == (503, "Simple similar profiles API not available")
    assert providers.keys == []
    put(**added)
    answer = api.get(path)
    assert answer.status_code == 200, answer.text
    assert [profile["username"] for profile in answer.json()["data"]] == found
    assert providers.keys == [sent]


def test_while_the_secret_cannot_be_read_answers_are_503_without_its_name(api: TestClient) -> None:
    delete_secrets()
    for path in ("/api/profile/ada", "/api/profile/ada/similar-fast"):
        answer = api.get(path)
        assert answer.status_code == 503 and Secret.UPSTREAM_KEYS not in answer.text
        assert answer.json()["error_code"] == "SERVICE_UNAVAILABLE"

"""Secrets: read by name from Secrets Manager, and in no log, error, answer or environment."""

import json
import os

import pytest
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import Secret
from creator_search.domain.callers import Caller, CallerKind
from fastapi.testclient import TestClient

from infra.local.gateway import compose
from infra.local.resources import put_secrets
from tests.local_client import local_client

SECRETS = {
    Secret.UPSTREAM_KEYS: json.dumps({"DECODO_API_KEY": "decodo-marker-7f3a", "RAPIDAPI_KEY": "rapidapi-marker-7f3a"}),
    Secret.CURSOR_KEY: "cursor-marker-7f3a",
    Secret.COMMENTER_KEY: "commenter-marker-7f3a",
}
MARKER = "marker-7f3a"


@pytest.fixture
def deployed(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """The API with its secrets in Secrets Manager, and upstreams that refuse connections."""
    put_secrets(SECRETS)
    for provider in ("DECODO", "RAPIDAPI"):
        monkeypatch.setenv(f"{provider}_BASE_URL", "http://127.0.0.1:9")
    process_container.cache_clear()
    process_container().__dict__["sleep"] = lambda _: None  # retries wait for nothing
    return local_client(compose(process_container()))


def test_no_secret_is_in_an_answer_a_log_or_the_environment(
    deployed: TestClient, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    container = process_container()
    caller = Caller(subject="alice", kind=CallerKind.USER)
    _, key = container.api_keys.create(caller, "reports", None)
    hook = deployed.post("/api/me/webhooks", json={"url": "https://example.org/hook"}).json()["data"]
    secrets = [MARKER, key.split("_")[2], hook["secret"].removeprefix("whsec_")]
    answers = [
        deployed.get("/api/profile/ada"),
        deployed.get("/api/profile/ada/similar-fast"),
        deployed.get("/api/profile/ada", headers={"X-Api-Key": f"{key}x"}),
        deployed.get("/api/profile/ada", headers={"Authorization": f"Bearer {key}"}),
        deployed.get("/api/me/favorites", params={"cursor": "forged"}),
        deployed.get("/api/me/api-keys"),
        deployed.get("/api/me/webhooks"),
        deployed.get("/api/health"),
        deployed.get(f"/api/me/webhooks/{hook['id']}/deliveries"),
    ]
    assert [answer.status_code for answer in answers[:5]] == [503, 503, 401, 401, 400]
    assert container.cursor_key == SECRETS[Secret.CURSOR_KEY]  # so the secrets were read
    shown = "".join(f"{answer.headers}{answer.text}" for answer in answers)
    logged = capsys.readouterr()
    places = {
        "answers": shown,
        "logs": logged.out + logged.err + caplog.text,
        "environment": json.dumps(dict(os.environ)),
    }
    assert "refused" in places["logs"]
    for place, text in places.items():
        assert [secret for secret in secrets if secret in text] == [], place

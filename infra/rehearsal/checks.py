"""What a rehearsal checks: the contract, through the deployed stack."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx
from creator_search_client import Client

from infra.constructs.packaging import SHARED
from infra.local.sandbox.app import DECODO_TOKEN, RAPIDAPI_KEY
from infra.rehearsal.callers import sign_in
from infra.rehearsal.system import Rehearsal, out, step

JOB_SECONDS = 120
REQUEST_SECONDS = 180
"""Longer than any answer on AWS: the stand-in starts the functions one after the other, on this machine."""
# The error text that the second deployment changes.
USERNAMES = SHARED / "creator_search" / "domain" / "usernames.py"
TOO_LONG = "Username too long"
TOO_LONG_CHANGED = "Username too long, says the second deployment"


def check_contract(rehearsal: Rehearsal, api: str, outputs: Mapping[str, str]) -> None:
    """Run the checks. Raises AssertionError or ClientError at the first answer that differs from the contract."""
    keys = json.dumps({"DECODO_API_KEY": DECODO_TOKEN, "RAPIDAPI_KEY": RAPIDAPI_KEY})
    rehearsal.client("secretsmanager").put_secret_value(SecretId=outputs["UpstreamKeysSecret"], SecretString=keys)
    token = sign_in(rehearsal, outputs, "admin", is_admin=True)
    client = Client(api, token=token, verify=rehearsal.tls, timeout=REQUEST_SECONDS)
    web = httpx.Client(
        base_url=api, headers={"Authorization": f"Bearer {token}"}, verify=rehearsal.tls, timeout=REQUEST_SECONDS
    )
    _check_callers(rehearsal, api, outputs)
    step("The OpenAPI document and the docs answer through API Gateway")
    assert web.get("/openapi.json").json()["openapi"].startswith("3.1")
    assert "swagger" in web.get("/docs").text.lower()
    step("A request is queued, and SQS invokes the worker")
    asked = client.request("ada.lopez", source="frontend").data
    assert asked["queued"] and asked["priority"] == "HIGH", asked
    last = client.wait("ada.lopez", timeout=JOB_SECONDS, on_change=lambda d: out.print(f"    {d['status']}")).data
    assert last["status"] == "completed" and last["profile_type"] == "primary", last
    read = client.profile("ada.lopez").data
    assert read["meta"]["cache_hit"] and read["profile"]["followers"] > 0, read
    step("Similar profiles are read from the cache, which the job filled, and their images from the bucket")
    similar = client.similar("ada.lopez", limit=5)
    assert similar.message == "Found 5 similar profiles (cached)", similar.message
    key = str(similar.data[0]["profile_image_url"]).split("/", 3)[3].split("?")[0]
    image = rehearsal.client("s3").get_object(Bucket=outputs["ImagesBucket"], Key=key)["Body"].read()
    assert image.startswith(b"\xff\xd8"), "not a JPEG"
    step(
        "Posts, analytics, search, similar creators, export and streams answer with the permissions of their functions"
    )
    first = web.get("/api/profile/ada.lopez/posts?limit=5").json()
    second = web.get("/api/profile/ada.lopez/posts", params={"limit": 5, "cursor": first["meta"]["next_cursor"]}).json()
    assert len({p["shortcode"] for p in (*first["posts"], *second["posts"])}) == 10, second
    for days in (30, 90):
        assert web.get(f"/api/profile/ada.lopez/analytics?days={days}").json()["days"] == days
    assert web.get("/api/creators/search?q=ada").json()["data"][0]["username"] == "ada.lopez"
    assert len(web.get("/api/profile/ada.lopez/similar?limit=5").json()["data"]) == 5
    assert web.get("/api/profile/ada.lopez/export?format=json").json()["posts"]
    streamed = web.get("/api/profile/gita.novak/posts?stream=true").text
    assert '"stream_completed":true' in streamed, streamed[-500:]
    step("A message on the low queue creates a secondary profile; one that is not JSON goes to the dead-letter queue")
    sqs = rehearsal.client("sqs")
    sqs.send_message(QueueUrl=outputs["QueueProfileLowUrl"], MessageBody='{"username": "ben_kaya"}')
    sqs.send_message(QueueUrl=outputs["QueueProfileLowUrl"], MessageBody="not json")
    _until(lambda: client.status("ben_kaya").data.get("profile_type") == "secondary", "the secondary profile")
    letter: list[Any] = []

    def has_letter() -> bool:
        dead = outputs["QueueProfileLowDeadLetterUrl"]
        letter.extend(sqs.receive_message(QueueUrl=dead, MessageAttributeNames=["All"]).get("Messages", []))
        return bool(letter)

    _until(has_letter, "the dead letter")
    assert letter[0]["Body"] == "not json" and letter[0]["MessageAttributes"]["reason"], letter
    step("A creator is erased")
    assert web.delete("/api/profile/ada.lopez/data").status_code == 202
    _until(lambda: client.status("ada.lopez").data["status"] == "not_found", "the creator to be erased")
    # The function that reads keeps a document in its memory for up to a minute.
    _until(lambda: web.get("/api/profile/ada.lopez").status_code == 404, "the profile to be gone")
    step("Queue status, cache statistics and cache clearing answer with the permissions of their functions")
    assert client.queue().data["total_pending"] == 0
    client.similar("hugo.kaya", limit=5)
    assert web.get("/api/similar-cache/stats").json()["data"]["entries"] >= 1
    cleared = web.delete("/api/profile/hugo.kaya/similar-cache").json()
    assert cleared["message"] == "Cache cleared for @hugo.kaya", cleared
    swept = web.post("/api/viral-ideas/process-pending?redrive=true").json()
    assert swept["success"], swept


def _check_callers(rehearsal: Rehearsal, api: str, outputs: Mapping[str, str]) -> None:
    """Check that the gateway asks the authorizer, and that a function knows who calls."""
    step("A user of the pool and an API key are admitted, and anybody else is refused by the gateway")
    caller = {"Authorization": f"Bearer {sign_in(rehearsal, outputs, 'alice')}"}
    with httpx.Client(base_url=api, verify=rehearsal.tls, timeout=REQUEST_SECONDS) as web:
        me = web.get("/api/me", headers=caller).json()["data"]
        assert (me["kind"], me["scopes"]) == ("user", ["read"]), me
        key = web.post("/api/me/api-keys", headers=caller, json={"name": "rehearsal"}).json()["data"]["key"]
        by_key = web.get("/api/me", headers={"X-Api-Key": key}).json()["data"]
        assert (by_key["subject"], by_key["kind"]) == (me["subject"], "api_key"), by_key
        assert web.get("/api/audit", headers=caller).status_code == 403
        for refused in ({}, {"Authorization": "Bearer x"}, {"X-Api-Key": f"{key}x"}, {"Authorization": ""}):
            answer = web.get("/api/me", headers=refused)
            assert (answer.status_code, answer.json()["error_code"]) == (401, "UNAUTHENTICATED"), answer.text
        assert web.get("/api/health").status_code in (200, 503)


def check_second_deployment(rehearsal: Rehearsal, api: str, outputs: Mapping[str, str]) -> None:
    """Deploy a changed layer. Raises AssertionError if a function still runs the first deployment's layer."""
    step("A changed line of the shared layer is deployed")
    too_long = f"/api/profile/{'a' * 31}/status"
    caller = {"Authorization": f"Bearer {sign_in(rehearsal, outputs, 'bob')}"}
    web = httpx.Client(base_url=api, headers=caller, verify=rehearsal.tls, timeout=REQUEST_SECONDS)
    before, first = web.get(too_long).json()["error"], rehearsal.live_versions()
    rehearsal.change(USERNAMES, TOO_LONG, TOO_LONG_CHANGED)
    rehearsal.deploy()
    step("Every alias points at a new version, and the API answers with the change")
    second = rehearsal.live_versions()
    assert set(second) == set(first), (first, second)
    unchanged = [name for name in first if first[name] == second[name]]
    assert not unchanged, f"no new version of {unchanged}"
    after = web.get(too_long).json()["error"]
    assert after == before.replace(TOO_LONG, TOO_LONG_CHANGED) != before, [before, after]


def _until(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + JOB_SECONDS
    while not condition():
        assert time.monotonic() < end, f"waited {JOB_SECONDS} s for {what}"
        time.sleep(0.5)

"""The erasure of a creator over moto."""

import json
from datetime import timedelta

from creator_search.bootstrap.process import process_container
from creator_search.domain.documents import DocumentName
from creator_search.domain.errors import ProfileErased
from creator_search.domain.messages import ErasureMessage, parse_message
from fastapi.testclient import TestClient

from tests.fakes import NEVER, FakeClock
from tests.seeds import NOW, another_process, numbered_post, store_creator, store_similar


def test_after_an_erasure_only_a_hash_of_the_name_is_stored(api: TestClient, aws: dict[str, str]) -> None:
    store_creator(*(numbered_post(n) for n in range(60)), biography='"' * 250_000, category="Media")
    store_creator(username="ben", category="Media")
    store_similar("cleo")
    store_similar("ada", "cleo", username="ben")
    for key in ("profiles/ada/profile.jpg", "posts/ada/x.jpg", "similar/ben/ada_profile.jpg"):
        process_container().image_store.store_image(key, b"x")
    answer = api.delete("/api/profile/@Ada/data")
    assert answer.status_code == 202 and answer.json()["data"] == {"username": "ada", "status": "accepted"}
    [message] = process_container().sqs.receive_message(QueueUrl=aws["QUEUE_ERASURE"])["Messages"]
    assert json.loads(message["Body"]) == {
        "username": "ada",
        "is_history_of_other": False,
        "other_usernames": [],
        "is_last": False,
        "request_id": answer.headers["x-request-id"],
        "schema_version": 1,
    }
    for is_last in (False, True):
        erased = process_container().profile_eraser.erase(ErasureMessage(username="ada", is_last=is_last), NEVER)
        assert erased.similar_sets == (0 if is_last else 1)

    everything = [
        str(item)
        for table in ("profiles", "jobs", "similar", "memberships", "control")
        for item in process_container().dynamodb.scan(TableName=table)["Items"]
        if item.get("username") != {"S": "ben"}
    ]
    assert not any("'ada'" in item and "generation" not in item for item in everything), everything
    assert [i["username"] for i in api.get("/api/profile/ben/similar-fast").json()["data"]] == ["cleo"]
    assert [c["username"] for c in api.get("/api/creators/search").json()["data"]] == ["ben"]
    for bucket in ("BUCKET_IMAGES", "BUCKET_DOCUMENTS"):
        assert "Contents" not in process_container().s3.list_objects_v2(Bucket=aws[bucket])
    for path in ("", "/posts", "/analytics", "/export"):
        refused = api.get(f"/api/profile/ada{path}")
        assert (refused.status_code, refused.json()["error"]) == (404, "Profile ada was erased")
    assert api.post("/api/profile/ada/request").status_code == 404
    [row] = api.post("/api/profiles/request", json={"usernames": ["ada"]}).json()["data"]
    assert (row["success"], row["error_code"]) == (False, "PROFILE_NOT_FOUND")


def test_a_creator_disappears_from_the_memory_of_other_processes_within_a_minute(api: TestClient) -> None:
    clock = FakeClock()
    clock.time = NOW
    reader = another_process(clock=clock)

    def read() -> bool:
        """Whether the reader shows the creator."""
        try:
            reader.creators.read_document("ada", DocumentName.PROFILE, clock() + timedelta(seconds=20))
        except ProfileErased:
            return False
        return True

    store_creator(numbered_post(1))
    assert api.get("/api/profile/ada").status_code == 200 and read()
    assert api.delete("/api/profile/ada/data").status_code == 202
    assert api.get("/api/profile/ada").status_code == 200  # the worker has not erased it yet
    another_process().profile_eraser.erase(ErasureMessage(username="ada"), NEVER)
    assert api.get("/api/profile/ada").status_code == 404  # at once in the process that answered the DELETE
    assert read()
    clock.advance(seconds=60)
    assert not read()


def test_an_account_whose_name_another_one_has_is_erased_by_its_id(api: TestClient, aws: dict[str, str]) -> None:
    container = process_container()
    store_creator(numbered_post(1))
    container.account_registry.assign("ada", "17", NOW)
    container.account_registry.assign("ada", "18", NOW + timedelta(seconds=1))
    assert api.get("/api/profile/by-id/17").json()["profile"]["account"]["id"] == "17"
    answer = api.delete("/api/profile/by-id/17/data")
    assert answer.status_code == 202 and answer.json() == {
        "success": True,
        "data": {"username": None, "status": "accepted"},
        "message": "The data of account 17 is being erased and will not be collected again",
    }
    [message] = container.sqs.receive_message(QueueUrl=aws["QUEUE_ERASURE"])["Messages"]
    container.profile_eraser.erase(parse_message(ErasureMessage, message["Body"]), NEVER)

    answer = api.get("/api/profile/by-id/17")
    assert (answer.status_code, answer.json()["error"]) == (404, "Profile 17 is not stored")
    items = [str(item) for item in container.dynamodb.scan(TableName="profiles")["Items"]]
    assert items and not any("'17'" in item or "id-17" in item or "post#" in item for item in items)
    kept = container.account_registry.load_account("18")
    assert kept and kept.username == "ada"


def test_an_account_is_erased_by_id_with_the_username_that_it_has(api: TestClient, aws: dict[str, str]) -> None:
    store_creator(numbered_post(1))
    process_container().account_registry.assign("ada", "17", NOW)
    by_id, by_name = api.delete("/api/profile/by-id/17/data"), api.delete("/api/profile/ada/data")
    assert by_id.status_code == 202 and by_id.json() == by_name.json()
    assert by_id.json()["data"] == {"username": "ada", "status": "accepted"}

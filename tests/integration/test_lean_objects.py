"""Lean writes of objects store the same, and have the answers and errors of boto3's client."""

import base64
import hashlib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError
from creator_search.adapters.aws.client import create_client
from creator_search.adapters.aws.guard import can_pass
from creator_search.adapters.aws.lean_objects import LeanObjects

from tests.scripted_service import Answer, Asked, scripted_service

BUCKET = "images-test"
JPEG = {"Body": b"\xff\xd8 a picture", "ContentType": "image/jpeg", "CacheControl": "public, max-age=60"}
KEYS = ("posts/id#1/a b+c.jpg", "ü/🔥.jpg", "a//b/../c?x=1&y=%20", "plain")
SAVED = Answer(200, headers={"ETag": '"of the object"'})
KEPT = ("Body", "ContentType", "CacheControl", "ContentEncoding", "ContentLength", "Metadata", "ETag")


@pytest.fixture
def clients(aws: dict[str, str]) -> tuple[LeanObjects, Any]:
    """The lean client, which has written an object, and the one of boto3."""
    client = create_client("s3", attempts=1)
    client.create_bucket(Bucket=BUCKET)
    lean = LeanObjects(client)
    lean.put_object(Bucket=BUCKET, Key="first", Body=b"")
    return lean, client


@contextmanager
def objects(*answers: Answer) -> Iterator[tuple[LeanObjects, Any, list[Asked]]]:
    """A lean client of a server with these answers after the first write, that of boto3, and what the server was
    asked after the first write."""
    with scripted_service(SAVED, *answers) as (url, asked):
        once = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
        client = boto3.client("s3", endpoint_url=url, config=once)
        lean = LeanObjects(client)
        lean.put_object(Bucket=BUCKET, Key="first", Body=b"")
        asked.clear()
        try:
            yield lean, client, asked
        finally:
            client.close()


def stored(client: Any, key: str) -> dict[str, Any]:
    found = client.get_object(Bucket=BUCKET, Key=key)
    return {name: found.get(name) for name in KEPT} | {"Body": found["Body"].read()}


@pytest.mark.parametrize("key", KEYS)
def test_a_lean_write_stores_and_answers_what_the_client_does(clients: tuple[LeanObjects, Any], key: str) -> None:
    found = []
    for client in clients:
        answer = client.put_object(Bucket=BUCKET, Key=key, **JPEG)
        found.append((answer["ETag"], stored(clients[1], key)))
        clients[1].delete_object(Bucket=BUCKET, Key=key)
    assert found[0] == found[1] and found[0][1]["Body"] == JPEG["Body"]


def test_a_write_with_other_parameters_is_that_of_the_client(clients: tuple[LeanObjects, Any]) -> None:
    lean, client = clients
    lean.put_object(Bucket=BUCKET, Key="about", Metadata={"a": "b"}, **JPEG)
    assert stored(client, "about")["Metadata"] == {"a": "b"}


def test_a_missing_bucket_has_the_error_of_the_client(clients: tuple[LeanObjects, Any]) -> None:
    clients[1].delete_object(Bucket=BUCKET, Key="first")
    clients[1].delete_bucket(Bucket=BUCKET)
    errors = []
    for each in clients:
        with pytest.raises(ClientError) as raised:
            each.put_object(Bucket=BUCKET, Key="x", **JPEG)
        errors.append(raised.value)
    assert type(errors[0]) is type(errors[1]) and errors[0].response["Error"] == errors[1].response["Error"]
    assert errors[0].response["Error"]["Code"] == "NoSuchBucket"


def test_lean_writes_are_signed_with_their_checksum_and_share_a_connection() -> None:
    with objects(SAVED, SAVED) as (lean, _, asked):
        for _ in range(2):
            assert lean.put_object(Bucket=BUCKET, Key="a b", **JPEG) == {"ETag": '"of the object"'}
    first, second = asked
    assert first.connection == second.connection
    assert (first.method, first.path, first.body) == ("PUT", f"/{BUCKET}/a%20b", JPEG["Body"])
    headers = first.headers
    assert "expect" not in headers and "transfer-encoding" not in headers
    assert headers["x-amz-checksum-crc32"] == base64.b64encode(zlib.crc32(first.body).to_bytes(4, "big")).decode()
    assert headers["x-amz-content-sha256"] == hashlib.sha256(first.body).hexdigest()  # without TLS
    signed = headers["authorization"]
    assert "/us-east-1/s3/aws4_request" in signed and "x-amz-checksum-crc32;x-amz-content-sha256" in signed


def test_over_tls_the_body_is_not_hashed_beside_its_checksum(clients: tuple[LeanObjects, Any]) -> None:
    lean, client = clients
    hashes: list[str] = []
    client.meta.events.register(
        "before-send", lambda request, **_: hashes.append(request.headers["X-Amz-Content-SHA256"])
    )
    lean.put_object(Bucket=BUCKET, Key="x", **JPEG)
    assert hashes == ["UNSIGNED-PAYLOAD"]


def error(code: str, more: str = "") -> bytes:
    return f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>Why</Message>{more}</Error>'.encode()


@pytest.mark.parametrize(
    "answer",
    [
        Answer(503, error("SlowDown")),
        Answer(500, error("InternalError")),
        Answer(403, error("AccessDenied")),
        Answer(400, error("BadDigest")),
        Answer(200, error("InternalError")),
        Answer(502, b"<html>of a proxy</html>"),
        Answer(503),
    ],
)
def test_an_answer_without_success_is_the_error_of_the_client_and_nothing_is_asked_again(answer: Answer) -> None:
    errors = []
    with objects(answer, answer) as (lean, client, asked):
        for each in (lean, client):
            with pytest.raises(ClientError) as raised:
                each.put_object(Bucket=BUCKET, Key="x", **JPEG)
            errors.append(raised.value)
        assert len(asked) == 2
    assert type(errors[0]) is type(errors[1]) and errors[0].response["Error"] == errors[1].response["Error"]
    statuses = [each.response["ResponseMetadata"]["HTTPStatusCode"] for each in errors]
    assert statuses[0] == statuses[1] and can_pass(errors[0]) == (statuses[0] >= 500)


@pytest.mark.parametrize(
    "elsewhere",
    [
        Answer(301, error("PermanentRedirect"), {"x-amz-bucket-region": "eu-west-1"}),
        Answer(307, error("TemporaryRedirect"), {"x-amz-bucket-region": "eu-west-1"}),
        Answer(
            400,
            error("AuthorizationHeaderMalformed", "<Region>eu-west-1</Region>"),
            {"x-amz-bucket-region": "eu-west-1"},
        ),
    ],
)
def test_a_bucket_in_another_region_is_found_by_the_client_and_written_there_from_then_on(elsewhere: Answer) -> None:
    # Refused to the lean call, then to the client, which asks again in the other region; then a lean write.
    with objects(elsewhere, elsewhere, SAVED, SAVED) as (lean, _, asked):
        for _ in range(2):
            assert lean.put_object(Bucket=BUCKET, Key="x", **JPEG)["ETag"] == '"of the object"'
    regions = [each.headers["authorization"].split("/")[2] for each in asked]
    assert regions == ["us-east-1", "us-east-1", "eu-west-1", "eu-west-1"]
    assert [each.body for each in asked if "expect" not in each.headers][-1] == JPEG["Body"]


def test_what_watches_the_calls_of_the_client_sees_lean_ones_once(clients: tuple[LeanObjects, Any]) -> None:
    lean, client = clients
    seen: list[Any] = []
    events = client.meta.events
    events.register("provide-client-params.s3", lambda params, **_: seen.append(params["Key"]))
    events.register("before-call", lambda model, **_: seen.append(model.name))
    events.register("before-send", lambda request, **_: seen.append(request.method))
    lean.put_object(Bucket=BUCKET, Key="x", **JPEG)
    assert seen == ["x", "PutObject", "PUT"]


def test_a_connection_that_fails_raises_the_error_of_the_client() -> None:
    with objects() as (lean, _, _):
        pass
    with pytest.raises(EndpointConnectionError):
        lean.put_object(Bucket=BUCKET, Key="x", **JPEG)

"""Lean calls of items have the answers and errors of boto3's client."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError, ResponseStreamingError
from creator_search.adapters.aws.client import create_client
from creator_search.adapters.aws.guard import can_pass
from creator_search.adapters.aws.lean_items import LeanItems

from tests.scripted_service import Answer, Asked, scripted_service

ITEMS: dict[str, dict[str, Any]] = {
    "texts": {"text": {"S": 'quoted "B": and \\ and \u2028 ü 🔥'}, "empty": {"S": ""}},
    "numbers": {"whole": {"N": "12345678901234567890"}, "part": {"N": "0.1"}},
    "nested": {"map": {"M": {"B": {"S": "x"}, "list": {"L": [{"BOOL": True}, {"NULL": True}]}}}},
    "sets": {"texts": {"SS": ["a", "b"]}, "numbers": {"NS": ["1", "2"]}},
    "binary": {"bytes": {"B": b"\x00\xff"}},
    "binaries": {"map": {"M": {"set": {"BS": [b"\x00", b"\x01"]}}}},
}


def key(item: str) -> dict[str, Any]:
    return {"username": {"S": "ada"}, "item": {"S": item}}


def replace_items(client: Any, items: list[Any]) -> None:
    for item in items_of(client):
        client.delete_item(TableName="profiles", Key={name: item[name] for name in ("username", "item")})
    for item in items:
        client.put_item(TableName="profiles", Item=item)


def items_of(client: Any) -> list[Any]:
    found: list[Any] = client.scan(TableName="profiles")["Items"]
    return found


@pytest.fixture
def clients(aws: dict[str, str]) -> tuple[Any, Any]:
    """The lean client, and the one of boto3."""
    client = create_client("dynamodb", attempts=1)
    replace_items(client, [{**key(name), **values} for name, values in ITEMS.items()])
    return LeanItems(client), client


def test_a_lean_read_returns_what_the_client_returns(clients: tuple[Any, Any]) -> None:
    for name in (*ITEMS, "absent"):
        for more in ({}, {"ConsistentRead": True}, {"ProjectionExpression": "username"}):
            lean, client = (found.get_item(TableName="profiles", Key=key(name), **more) for found in clients)
            assert lean.get("Item") == client.get("Item")
            assert ("Item" in lean) == (name != "absent")


VALUES = {":x": {"S": "ada"}}
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "put": ("put_item", {"Item": {**key("new"), "n": {"N": "1"}, "list": {"L": [{"NULL": True}]}}}),
    "put with bytes": ("put_item", {"Item": {**key("binary"), "b": {"B": b"\x00"}}, "ReturnValues": "ALL_OLD"}),
    "update": (
        "update_item",
        {
            "Key": key("numbers"),
            "UpdateExpression": "SET #x = :x ADD whole :n",
            "ConditionExpression": "attribute_exists(part)",
            "ExpressionAttributeNames": {"#x": "x"},
            "ExpressionAttributeValues": {**VALUES, ":n": {"N": "2"}},
            "ReturnValues": "ALL_NEW",
        },
    ),
    "update of bytes": (
        "update_item",
        {
            "Key": key("binary"),
            "UpdateExpression": "SET x = :x",
            "ExpressionAttributeValues": VALUES,
            "ReturnValues": "ALL_NEW",
        },
    ),
    "delete": ("delete_item", {"Key": key("texts"), "ReturnValues": "ALL_OLD"}),
    "query": ("query", {"KeyConditionExpression": "username = :x", "ExpressionAttributeValues": VALUES, "Limit": 2}),
    "scan": ("scan", {}),
}


@pytest.mark.parametrize("call", CALLS)
def test_lean_calls_answer_and_change_the_same_as_the_client(clients: tuple[Any, Any], call: str) -> None:
    name, arguments = CALLS[call]
    before, found = items_of(clients[1]), []
    for client in clients:
        answer = getattr(client, name)(TableName="profiles", **arguments)
        answer.pop("ResponseMetadata", None)
        found.append((answer, items_of(clients[1])))
        replace_items(clients[1], before)
    assert found[0] == found[1]


def test_lean_batches_answer_and_change_the_same_as_the_client(clients: tuple[Any, Any]) -> None:
    items = [{**key(f"batch {n}"), "n": {"N": str(n)}} for n in range(3)]
    before, found = items_of(clients[1]), []
    for client in clients:
        written = client.batch_write_item(RequestItems={"profiles": [{"PutRequest": {"Item": item}} for item in items]})
        read = client.batch_get_item(RequestItems={"profiles": {"Keys": [key("batch 1"), key("absent")]}})
        found.append((written["UnprocessedItems"], read["Responses"], read["UnprocessedKeys"], items_of(clients[1])))
        replace_items(clients[1], before)
    assert found[0] == found[1] and found[0][1] == {"profiles": [items[1]]}


REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "an unknown table": ("get_item", {"TableName": "nothing", "Key": key("texts")}),
    "a key without its second part": ("get_item", {"TableName": "profiles", "Key": {"username": {"S": "ada"}}}),
    "a condition": (
        "update_item",
        {
            "TableName": "profiles",
            "Key": key("texts"),
            "UpdateExpression": "SET x = :x",
            "ConditionExpression": "attribute_not_exists(username)",
            "ExpressionAttributeValues": VALUES,
        },
    ),
    "a condition, with the item": (
        "put_item",
        {
            "TableName": "profiles",
            "Item": key("binaries"),
            "ConditionExpression": "attribute_not_exists(username)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        },
    ),
}


@pytest.mark.parametrize("call", REFUSED)
def test_a_refused_lean_call_raises_the_error_of_the_client(clients: tuple[Any, Any], call: str) -> None:
    name, arguments = REFUSED[call]
    errors = []
    for client in clients:
        with pytest.raises(ClientError) as raised:
            getattr(client, name)(**arguments)
        errors.append(raised.value)
    lean, client_error = errors
    assert type(lean) is type(client_error) and lean.operation_name == client_error.operation_name
    for part in ("Error", "Item", "message"):
        assert lean.response.get(part) == client_error.response.get(part)
    assert lean.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_what_watches_the_calls_of_the_client_sees_lean_ones_once(clients: tuple[Any, Any]) -> None:
    lean, client = clients
    seen: list[str] = []
    client.meta.events.register("before-call", lambda model, **_: seen.append(model.name))
    client.meta.events.register("before-send", lambda request, **_: seen.append(request.method))
    lean.get_item(TableName="profiles", Key=key("texts"))
    lean.put_item(TableName="profiles", Item=key("texts"))
    assert seen == ["GetItem", "POST", "PutItem", "POST"]


@contextmanager
def store(*answers: tuple[int, bytes]) -> Iterator[tuple[tuple[Any, Any], list[Asked]]]:
    """A lean client of a server with these answers, that of boto3, and what the server was asked."""
    with scripted_service(*(Answer(*answer) for answer in answers)) as (url, asked):
        client = boto3.client("dynamodb", endpoint_url=url, config=Config(retries={"total_max_attempts": 1}))
        try:
            yield (LeanItems(client), client), asked
        finally:
            client.close()


FOUND = (200, b'{"Item": {"username": {"S": "ada"}}}')


def test_lean_calls_are_signed_and_share_a_connection() -> None:
    with store(FOUND, FOUND) as ((lean, _), asked):
        for _ in range(2):
            assert lean.get_item(TableName="t", Key=key("x")) == {"Item": {"username": {"S": "ada"}}}
    first, second = asked
    assert first.connection == second.connection
    assert first.headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=test/")
    assert "/us-east-1/dynamodb/aws4_request" in first.headers["authorization"]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (301, b""),
        (400, b'{"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException", "message": "slow down"}'),
        (403, b"<html>refused by a proxy</html>"),
        (429, b"{}"),
        (500, b'{"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError"}'),
        (503, b""),
    ],
)
def test_an_answer_without_success_is_the_error_of_the_client_and_nothing_is_asked_again(
    status: int, body: bytes
) -> None:
    errors = []
    with store((status, body), (status, body)) as (both, asked):
        for client in both:
            with pytest.raises(ClientError) as raised:
                client.update_item(TableName="t", Key=key("x"))
            errors.append(raised.value)
    assert len(asked) == 2
    assert type(errors[0]) is type(errors[1]) and errors[0].response["Error"] == errors[1].response["Error"]
    assert errors[0].response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_an_answer_that_is_cut_off_is_an_error_that_can_pass() -> None:
    with store((200, b'{"Item": {"user')) as ((lean, _), _), pytest.raises(ResponseStreamingError) as raised:
        lean.get_item(TableName="t", Key=key("x"))
    assert can_pass(raised.value)


def test_a_connection_that_fails_raises_the_error_of_the_client() -> None:
    with store() as ((lean, _), _):
        pass
    with pytest.raises(EndpointConnectionError):
        lean.get_item(TableName="t", Key=key("x"))


def test_a_client_without_the_parts_it_needs_is_asked_itself(clients: tuple[Any, Any]) -> None:
    class Other:
        """A client of another version of boto3."""

        meta = clients[1].meta
        get_item: Callable[..., Any] = clients[1].get_item

    assert LeanItems(Other()).get_item(TableName="profiles", Key=key("texts"))["Item"]["empty"] == {"S": ""}

from datetime import UTC, datetime

import pytest
from creator_search.catalogue import Queue
from creator_search.domain.errors import MalformedMessage
from creator_search.domain.jobs import JobMessage
from creator_search.domain.messages import (
    ErasureMessage,
    MediaMessage,
    Origin,
    TaskMessage,
    origin_of,
    parse_job_message,
    parse_message,
)
from creator_search.domain.webhook_messages import DeliveryMessage, EventMessage


def test_a_message_needs_only_a_username() -> None:
    assert parse_job_message('{"username": "@NatGeo"}') == JobMessage("natgeo", "crawler")


def test_optional_fields_are_used_and_nulls_and_unknown_fields_ignored() -> None:
    body = """{"username": "ada", "source": "my_crawler", "request_id": 7, "requested_at": "2026-01-31T12:00:00",
               "schema_version": 1, "is_refresh": "no", "extra": {"a": 1}}"""
    assert parse_job_message(body) == JobMessage("ada", "my_crawler", "7", datetime(2026, 1, 31, 12, tzinfo=UTC))
    assert parse_job_message('{"username": "ada", "source": null, "request_id": null}') == JobMessage("ada")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "not JSON"),
        ("not json", "not JSON"),
        ("[1]", "not a JSON object"),
        ("null", "not a JSON object"),
        ("{}", "username: Field required"),
        ('{"username": 7}', "username"),
        ('{"username": ""}', "Username cannot be empty"),
        ('{"username": "a b"}', "Username may contain only"),
        ('{"username": "ada", "source": "a b"}', "source must be"),
        ('{"username": "ada", "requested_at": "yesterday"}', "requested_at"),
        ('{"username": "ada", "schema_version": 2}', "schema_version"),
        ('{"username": "ada", "request_id": "' + 129 * "x" + '"}', "request_id: String should have at most 128"),
        ('{"username": "ada", "request_id": "\\ud800"}', "request_id: .*unicode"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_malformed_message_is_refused_with_the_reason(body: str, reason: str) -> None:
    with pytest.raises(MalformedMessage, match=reason):
        parse_job_message(body)


def test_a_media_message_names_its_kind() -> None:
    assert parse_message(MediaMessage, '{"kind": "similar", "username": "ada", "batch_id": "b"}').batch_id == "b"
    with pytest.raises(MalformedMessage, match="kind"):
        parse_message(MediaMessage, '{"kind": "other", "username": "ada"}')


def test_every_task_names_a_queue_of_the_catalogue() -> None:
    tasks: tuple[type[TaskMessage], ...] = (*TaskMessage.__subclasses__(), EventMessage, DeliveryMessage)
    assert {task.queue for task in tasks} == {
        "media",
        "erasure",
        "analysis",
        "comments",
        "webhook",
    }
    assert all(Queue(task.queue) for task in tasks)


@pytest.mark.parametrize(
    ("body", "origin"),
    [
        ('{"username": "@Ada", "request_id": "0a1b-2c"}', Origin("0a1b-2c", "ada")),
        ('{"username": "ada", "request_id": 7}', Origin("7", "ada")),
        ('{"usernames": ["ada"], "request_id": "x"}', Origin("x")),
        ('{"username": "ada"}', Origin(None, "ada")),
        ('{"username": 7, "request_id": true}', Origin()),
        ('{"username": "a b", "request_id": "a b"}', Origin()),
        ('{"request_id": "\\u001b[31m"}', Origin()),
        ('{"request_id": ""}', Origin()),
        ('{"request_id": "' + 129 * "x" + '"}', Origin()),
        ("[1]", Origin()),
        ("not json", Origin()),
        ("[" * 100_000, Origin()),
    ],
)
def test_the_origin_of_a_message_is_what_can_be_read_of_it(body: str, origin: Origin) -> None:
    assert origin_of(body) == origin


def test_a_task_has_no_id_if_its_message_has_none_or_no_plain_one() -> None:
    bodies = ('{"username": "ada", "kind": "profile"', '{"username": "ada", "kind": "profile", "request_id": "a b"')
    assert [parse_message(MediaMessage, body + "}").request_id for body in bodies] == [None, None]


def test_an_erasure_names_a_username_or_an_account() -> None:
    assert parse_message(ErasureMessage, '{"account_id": "17", "other_usernames": ["ben"]}').usernames == ("ben",)
    with pytest.raises(MalformedMessage, match="username or an account_id"):
        parse_message(ErasureMessage, '{"other_usernames": ["ben"]}')

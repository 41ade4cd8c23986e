"""The calls of a request do not depend on how many creators are stored, nor on how many posts one of them has."""

from collections.abc import Mapping

import pytest
from creator_search.adapters.aws.client import create_client

from tests.benchmarks.growth import OF_THE_PERIOD, SETTINGS, calls_by_request, store_creators, store_target, using
from tests.replaying import ReplayingClient


@pytest.fixture(autouse=True)
def reads_the_store(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)


def calls() -> Mapping[str, tuple[str, ...]]:
    client = ReplayingClient(create_client("dynamodb", attempts=1))
    with using(client):
        return calls_by_request(client)


def test_more_stored_creators_cause_no_more_calls() -> None:
    store_target(posts=25)
    store_creators(0, 2)
    few = calls()
    store_creators(2, 40)
    assert calls() == few
    assert few["get_ai_insights"] == ("get_item",)


def test_more_posts_of_a_creator_cause_no_more_calls() -> None:
    store_target(posts=25)
    few = dict(calls())
    store_target(posts=400)
    many = dict(calls())
    assert len(many.pop(OF_THE_PERIOD)) == len(few.pop(OF_THE_PERIOD)) + 1  # 250 posts a call
    assert many == few
    assert all(few.values())

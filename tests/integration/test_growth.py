"""The calls of a request do not depend on how many creators are stored, nor on how many posts one of them has."""

import pytest

from tests.benchmarks.load.growth import costs, store_creators, store_target


@pytest.fixture
def reads_the_store(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCUMENT_CACHE_SECONDS", "0")


def calls() -> dict[str, tuple[str, ...]]:
    return {name: cost.calls for name, cost in costs(times=1).items()}


@pytest.mark.usefixtures("reads_the_store")
def test_more_stored_creators_cause_no_more_calls() -> None:
    store_target(posts=5)
    alone = calls()
    store_creators(0, 40)
    assert calls() == alone
    assert alone["profile"] == ("GetItem",)


@pytest.mark.usefixtures("reads_the_store")
def test_more_posts_of_a_creator_cause_no_more_calls() -> None:
    store_target(posts=25)
    few = calls()
    store_target(posts=400)
    assert calls() == few
    assert all(few.values())

"""Similar profiles with their details over moto."""

from collections.abc import Callable

from fastapi.testclient import TestClient

from tests.seeds import numbered_post, store_creator, store_similar

Calls = Callable[[], list[str]]


def test_similar_profiles_have_stored_figures_and_the_reasons_of_their_score(api: TestClient, aws_calls: Calls) -> None:
    store_creator(category="Media", followers=1000)
    store_creator(
        numbered_post(1, likes=90, comments=10), username="ben", category="media", followers=10_000, is_verified=True
    )
    store_similar("ben", "cleo")
    aws_calls()
    body = api.get("/api/profile/ada/similar").json()
    assert aws_calls() == ["GetItem", "BatchGetItem"]
    ben, cleo = body["data"]
    assert (ben["followers"], ben["is_verified"], ben["category"], ben["engagement_rate"]) == (10_000, True, "media", 1)
    assert ben["reasons"] == [
        {"reason": "rank", "score": 1, "weight": 0.5},
        {"reason": "shared_category", "score": 1, "weight": 0.2},
        {"reason": "audience_size", "score": 0.5, "weight": 0.2},
    ]
    assert ben["similarity"] == round((0.5 * 1 + 0.2 * 1 + 0.2 * 0.5) / 0.9, 4)
    assert (cleo["followers"], cleo["category"], cleo["similarity"]) == (None, None, round(1 - 1 / 80, 4))
    assert body["meta"]["source"] == "upstream"


def test_without_similar_accounts_of_the_upstream_lookalikes_are_returned(api: TestClient) -> None:
    store_creator(category="Media", followers=1000)
    for name, followers in (("near", 1100), ("nearer", 1000), ("far", 100_000)):
        store_creator(username=name, category="Media", followers=followers)
    store_creator(username="other", category="Food", followers=1000)
    body = api.get("/api/profile/ada/similar").json()
    assert [(c["username"], c["rank"]) for c in body["data"]] == [("nearer", 1), ("near", 2)]
    assert body["meta"]["source"] == "lookalikes"
    assert body["data"][0]["similarity"] == 1

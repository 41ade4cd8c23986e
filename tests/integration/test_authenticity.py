"""Signals of authenticity over moto."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from creator_search.bootstrap.process import process_container
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.analytics.growth import Snapshot
from creator_search.domain.comments import Comment, PostComments
from creator_search.domain.profiles import Profile
from fastapi.testclient import TestClient

from tests.seeds import NOW, numbered_post, store_creator

Calls = Callable[[], list[str]]
PATH = "/api/profile/ada/authenticity"
NAMES = [
    "follower_spikes",
    "engagement_against_tier",
    "likes_per_comment",
    "comments_without_words",
    "repeated_comments",
    "commenter_pods",
]


def store(**changes: Any) -> Profile:
    """Store ada with 40 snapshots, six posts, and comments of 40 accounts on three of them."""
    profile = store_creator(*(numbered_post(n * 24, likes=90, comments=40) for n in range(6)), **changes)
    container = process_container()
    for n in range(1, 40):
        followers = 1000 + (0 if n > 10 else 400)
        snapshot = Snapshot(day=NOW.date() - timedelta(days=n), followers=followers)
        container.profile_store.save_snapshot(HistoryKey("ada"), snapshot, fence=1)
    for n in range(3):
        post = numbered_post(n * 24)
        comments = tuple(Comment(text="what a great picture", commenter=f"a{n}") for n in range(40))
        container.comment_store.save_comments(
            profile.history_key,
            PostComments(shortcode=post.shortcode, taken_at=post.taken_at, read_at=NOW, comments=comments),
        )
    return profile


def test_the_signals_are_computed_from_the_stored_data_in_five_calls(api: TestClient, aws_calls: Calls) -> None:
    store(followers=1400)
    aws_calls()
    answer = api.get(PATH)
    assert aws_calls() == ["GetItem", "Query", "Query", "GetItem", "Query"]
    body = answer.json()
    assert list(body) == ["success", "username", "signals", "meta"]
    assert [signal["name"] for signal in body["signals"]] == NAMES
    found = {signal["name"]: signal for signal in body["signals"]}
    assert found["follower_spikes"]["value"] == 400 and found["follower_spikes"]["sample_size"] == 39
    assert [s["change"] for s in found["follower_spikes"]["evidence"]["spikes"]] == [400]
    assert found["engagement_against_tier"]["value"] == round(100 * 130 / 1400, 4)
    assert found["engagement_against_tier"]["usual_range"] is None and found["engagement_against_tier"]["notes"]
    assert (found["likes_per_comment"]["value"], found["comments_without_words"]["value"]) == (2.25, 0)
    assert (found["repeated_comments"]["value"], found["commenter_pods"]["value"]) == (1, 1)
    assert (body["meta"]["cache_hit"], body["meta"]["stale"], body["meta"]["source"]) == (True, False, "decodo")


def test_the_answer_shows_no_hash_of_a_commenter_and_no_verdict(api: TestClient) -> None:
    store()
    body = api.get(PATH)
    assert '"a1"' not in body.text and "commenter" not in body.text.replace("commenter_pods", "")
    assert set(body.json()["signals"][0]) == {
        *("name", "value", "usual_range", "sample_size", "evidence", "benign_explanations", "notes")
    }


def test_a_client_whose_copy_is_current_gets_304(api: TestClient) -> None:
    store()
    first = api.get(PATH)
    assert first.headers["cache-control"] == "private, max-age=60"
    again = api.get(PATH, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304 and again.content == b""
    process_container().profile_store.save_snapshot(
        HistoryKey("ada"), Snapshot(day=NOW.date(), followers=9000), fence=2
    )
    assert api.get(PATH, headers={"If-None-Match": first.headers["etag"]}).status_code == 200


def test_a_private_creator_shows_followers_only(api: TestClient, aws_calls: Calls) -> None:
    store(is_private=True)
    aws_calls()
    signals = api.get(PATH).json()["signals"]
    assert aws_calls() == ["GetItem", "Query", "GetItem"]
    assert signals[0]["value"] is not None and [signal["name"] for signal in signals] == NAMES
    for signal in signals[1:]:
        assert signal["value"] is signal["evidence"] is None and "private" in signal["notes"][0]


def test_a_stale_creator_is_refreshed(api: TestClient, aws_calls: Calls) -> None:
    store(age=timedelta(hours=7))
    aws_calls()
    answer = api.get(PATH)
    assert answer.json()["meta"]["stale"] is True and answer.headers["cache-control"] == "no-store"
    assert aws_calls()[-1] == "SendMessage"


def test_a_creator_that_does_not_exist_is_404(api: TestClient) -> None:
    process_container().absences.remember_absence("ada", timedelta(hours=1))
    answer = api.get(PATH)
    assert (answer.status_code, answer.json()["error_code"]) == (404, "PROFILE_NOT_FOUND")

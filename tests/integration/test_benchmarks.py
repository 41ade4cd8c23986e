"""Benchmarks measured on stored creators, over moto: from the builds through the daily run to the analytics."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import FUNCTIONS
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.profile_types import ProfileType
from creator_search.services.accounts import Holder
from creator_search.services.pipeline.write import BuiltProfile
from fastapi.testclient import TestClient

from infra.local.invocation import handler_of
from tests.fakes import fetched_profile
from tests.fakes.values import erased
from tests.seeds import NOW, numbered_post

Calls = Callable[[], list[str]]
FOLLOWERS = 20_000


def build(number: int, **changes: Any) -> None:
    """Store a build of a micro creator with number + 8 daily posts of 1,000 × number plays, and of 100 × number likes
    and comments, one of which is a comment."""
    comments = min(number, 1)
    likes = 100 * number - comments
    posts = tuple(
        numbered_post(day, taken_at=NOW - timedelta(days=day), likes=likes, comments=comments, views=1000 * number)
        for day in range(number + 8)
    )
    username = f"creator{number}"
    fetched = fetched_profile(username, **{"followers": FOLLOWERS, "posts_count": len(posts), **changes})
    built = BuiltProfile(
        holder=Holder(None, HistoryKey(username)),
        fetched=fetched,
        profile_type=ProfileType.PRIMARY,
        posts=() if fetched.is_private else posts,
    )
    process_container().profile_writer.replace(built, fence=1, checkpoint=lambda: None)


def measure() -> dict[str, int]:
    counts: dict[str, int] = handler_of(FUNCTIONS["measure_benchmarks"])({})
    return counts


def measured(api: TestClient, number: int, query: str = "") -> Any:
    return api.get(f"/api/profile/creator{number}/analytics{query}").json()["benchmark"]["measured"]


def test_the_analytics_of_the_next_build_show_the_percentiles_of_thirty_creators(
    api: TestClient, aws_calls: Calls
) -> None:
    for number in range(30):
        build(number)
    build(30, is_private=True)  # private creators are in no sample
    build(31, followers=9_999)
    build(32, followers=50_000)
    before = measured(api, 10)
    aws_calls()
    # The posts of the first creator have no comments, and so no likes per comment, which leaves 29 creators with it.
    assert measure() == {"figures": 4 * 32 - 1, "distributions": 3, "niches": 0}
    assert aws_calls() == ["Query"] * 8 + ["PutItem"] * 5 + ["Query"] * 8
    assert measured(api, 10) == before  # a stored document is served until it is built again
    assert before["measured_on"] is None and before["engagement_rate"]["p50"] is None

    build(10)
    found = measured(api, 10)
    # Engagement of the creators: 0, 100, … 2900, so their rates are 0 %, 0.5 %, … 14.5 % of 20,000 followers.
    assert found["measured_on"] in {NOW.date().isoformat(), datetime.now(UTC).date().isoformat()}
    rate = found["engagement_rate"]
    assert (rate["sample_size"], rate["value"]) == (30, 5)
    assert (rate["p10"], rate["p25"], rate["p50"], rate["p75"], rate["p90"]) == (1.45, 3.625, 7.25, 10.875, 13.05)
    assert rate["percentile"] == pytest.approx(100 * 10 / 29, abs=0.01)
    frequency = found["posting_frequency"]
    assert frequency["sample_size"] == 30 and frequency["value"] == round(7 * 18 / 90, 2)
    assert frequency["percentile"] == pytest.approx(100 * 10 / 29, abs=1)
    views = found["views_per_follower"]
    assert (views["views_kind"], views["value"], views["p50"]) == ("plays", 0.5, 0.725)
    assert found["notes"] == []


def test_the_posting_frequency_of_another_period_is_not_compared(api: TestClient) -> None:
    for number in range(30):
        build(number)
    measure()
    found = measured(api, 10, "?days=30")
    assert found["engagement_rate"]["percentile"] is not None
    assert found["posting_frequency"]["percentile"] is found["posting_frequency"]["value"] is None
    assert "posting_frequency: compared over 90 days only" in found["notes"]


def test_twenty_nine_creators_have_no_percentiles_and_the_notes_say_why(api: TestClient) -> None:
    for number in range(29):
        build(number)
    measure()
    build(10)
    found = measured(api, 10)
    assert found["measured_on"]
    for name in ("engagement_rate", "posting_frequency", "views_per_follower"):
        assert found[name]["sample_size"] == 29 and found[name]["value"] is not None
        assert {found[name][key] for key in ("percentile", "p10", "p25", "p50", "p75", "p90")} == {None}
        assert f"{name}: 29 creators of the tier have this figure, 30 are needed" in found["notes"]


def test_an_erased_creator_is_not_in_the_next_measurement(api: TestClient) -> None:
    for number in range(30):
        build(number)
    erased(process_container().profile_store, "creator29")
    assert measure() == {"figures": 4 * 29 - 1, "distributions": 0, "niches": 0}

"""PostHistoryStore: dense for young posts, complete for 30 days, weekly before."""

from datetime import datetime, timedelta

import pytest
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.post_history import PostPoint
from creator_search.domain.posts import ViewsKind
from creator_search.services.ports import PostHistoryStore

from tests.fakes import START, post
from tests.fakes.values import erased
from tests.ports.conftest import Ports

ADA = HistoryKey("ada")
DAY = timedelta(days=1)


@pytest.fixture
def history(ports: Ports) -> PostHistoryStore:
    return ports.container.post_history_store


def seen(history: PostHistoryStore, shortcode: str) -> list[datetime]:
    return [point.seen_at for point in history.load_points(ADA, START).get(shortcode, ())]


def test_points_are_loaded_as_they_were_stored_oldest_first(history: PostHistoryStore) -> None:
    shown = post("a", likes=10, comments=2, views=300, views_kind=ViewsKind.PLAYS)
    hidden = post("b", likes=None, comments=0)
    lower = post("a", likes=8, comments=2, views=90, views_kind=ViewsKind.VIEWS)
    history.append_points(ADA, [lower], START + DAY, is_weekly=False)
    history.append_points(ADA, [shown, hidden], START, is_weekly=True)
    assert history.load_points(ADA, START) == {
        "a": [PostPoint.of(shown, START), PostPoint.of(lower, START + DAY)],
        "b": [PostPoint.of(hidden, START)],
    }
    assert history.load_points(ADA, START, "b") == {"b": [PostPoint.of(hidden, START)]}
    assert history.load_points(ADA, START, "c") == {}


def test_only_points_since_the_time_are_loaded(history: PostHistoryStore) -> None:
    for days in range(3):
        history.append_points(ADA, [post("a")], START + days * DAY, is_weekly=False)
    assert [p.seen_at for p in history.load_points(ADA, START + DAY)["a"]] == [START + DAY, START + 2 * DAY]


def test_points_of_the_same_second_are_replaced(history: PostHistoryStore) -> None:
    for likes in (1, 2):
        at = START + timedelta(microseconds=likes)
        history.append_points(ADA, [post("a", likes=likes)], at, is_weekly=False)
    assert [p.likes for p in history.load_points(ADA, START)["a"]] == [2]


def test_points_of_old_posts_expire_after_30_days_except_weekly_ones(ports: Ports, history: PostHistoryStore) -> None:
    old = post("old", taken_at=START - 30 * DAY)
    young = post("young", taken_at=START - 30 * DAY + timedelta(seconds=1))
    history.append_points(ADA, [old, young], START, is_weekly=False)
    history.append_points(ADA, [old], START + DAY, is_weekly=True)
    ports.clock.advance(days=30, seconds=-1)
    assert seen(history, "old") == [START, START + DAY]
    ports.clock.advance(seconds=1)
    assert seen(history, "old") == [START + DAY]
    ports.clock.advance(days=3650)
    assert (seen(history, "old"), seen(history, "young")) == ([START + DAY], [START])


def test_posts_of_any_number_are_stored(history: PostHistoryStore) -> None:
    posts = [post(f"p{n}", likes=n, taken_at=START - n * timedelta(minutes=20)) for n in range(4500)]
    history.append_points(ADA, posts, START, is_weekly=True)
    found = history.load_points(ADA, START)
    assert [found[p.shortcode] for p in posts] == [[PostPoint.of(p, START)] for p in posts]


def test_no_posts_store_nothing(history: PostHistoryStore) -> None:
    history.append_points(ADA, [], START, is_weekly=True)
    assert history.load_points(ADA, START) == {}


def test_points_belong_to_one_account_and_are_deleted_with_it(ports: Ports, history: PostHistoryStore) -> None:
    for key in ("ada", "ben"):
        history.append_points(HistoryKey(key), [post("a")], START, is_weekly=True)
    assert erased(ports.container.profile_store, "ada") == 1
    assert history.load_points(ADA, START) == {}
    assert history.load_points(HistoryKey("ben"), START) == {"a": [PostPoint.of(post("a"), START)]}

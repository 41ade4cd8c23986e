"""PostStore: pages of posts."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.post_queries import PostPosition, PostQuery, PostSort
from creator_search.domain.posts import MediaType, Post, PostAnalysis, Sentiment
from creator_search.services.ports import PostStore

from tests.fakes import START, post, stored_profile
from tests.ports.conftest import Ports

RECENT = PostQuery()
ENGAGEMENT = PostQuery(sort=PostSort.ENGAGEMENT)


def numbered(number: int, **changes: object) -> Post:
    """Return a post taken `number` hours before START. All kinds of posts occur, and every tenth hides its likes."""
    found: dict[str, Any] = {
        "content_category": ("nature", "travel", None)[number % 3],
        "sentiment": list(Sentiment)[number % 3],
        "language_code": "en" if number % 2 else "tr",
    }
    analysis = PostAnalysis(engine="rules", version="1", analyzed_at=START, **found)
    made: dict[str, object] = {
        "taken_at": START - timedelta(hours=number),
        "media_type": list(MediaType)[number % 4],
        "likes": None if number % 10 == 0 else number * 37 % 101,
        "comments": 0,
        "analysis": analysis if number % 5 else None,
    }
    return post(f"p{number:03d}", **{**made, **changes})


POSTS = [numbered(number) for number in range(30)]


@pytest.fixture
def posts(ports: Ports) -> PostStore:
    ports.container.profile_store.save_profile(stored_profile(), fence=1, over=None)
    ports.container.post_store.save_posts(HistoryKey("ada"), POSTS)
    return ports.container.post_store


def pages(posts: PostStore, query: PostQuery, limit: int, username: str = "ada") -> Iterator[tuple[Post, ...]]:
    after: PostPosition | None = None
    while True:
        page = posts.load_page(HistoryKey(username), query, limit, after)
        yield page.posts
        if page.after is None:
            return
        after = page.after


def all_posts(posts: PostStore, query: PostQuery, limit: int = 7) -> list[Post]:
    found = list(pages(posts, query, limit))
    assert all(len(page) <= limit for page in found)
    return [each for page in found for each in page]


@pytest.mark.parametrize("limit", [1, 7, 10, 29, 30, 31, 100])
def test_pages_have_every_post_once_newest_first(posts: PostStore, limit: int) -> None:
    found = list(pages(posts, RECENT, limit))
    assert [each for page in found for each in page] == POSTS
    assert [len(page) for page in found] == [len(POSTS[at : at + limit]) for at in range(0, 30, limit)]


@pytest.mark.parametrize("limit", [1, 7, 30, 100])
def test_pages_have_every_post_once_most_engagement_first_and_hidden_ones_last(posts: PostStore, limit: int) -> None:
    found = [each for page in pages(posts, ENGAGEMENT, limit) for each in page]
    shown = [each.engagement for each in found[:27]]
    assert shown == sorted((p.likes for p in POSTS if p.likes is not None), reverse=True)
    assert {each.shortcode for each in found[27:]} == {"p000", "p010", "p020"}
    assert len(found) == 30


def test_posts_with_the_same_engagement_are_all_on_some_page(ports: Ports) -> None:
    store = ports.container.post_store
    store.save_posts(HistoryKey("ada"), [numbered(number, likes=5) for number in range(9)])
    found = [each.shortcode for page in pages(store, ENGAGEMENT, 2) for each in page]
    assert sorted(found) == [f"p{number:03d}" for number in range(9)]


@pytest.mark.parametrize(
    "query",
    [RECENT, ENGAGEMENT, PostQuery(until=START - timedelta(hours=3)), PostQuery(since=START, language="nowhere")],
    ids=["recent", "engagement", "until", "nothing found"],
)
def test_only_the_first_page_has_the_profile(posts: PostStore, query: PostQuery) -> None:
    first = posts.load_first_page("ada", query, 2)
    assert first.profile == stored_profile()
    if first.after:
        assert posts.load_page(HistoryKey("ada"), query, 2, first.after).profile is None


@pytest.mark.parametrize("query", [RECENT, ENGAGEMENT], ids=["recent", "engagement"])
def test_the_first_page_of_a_username_without_a_stored_profile_is_empty(ports: Ports, query: PostQuery) -> None:
    store = ports.container.post_store
    store.save_posts(HistoryKey("ada"), POSTS)
    page = store.load_first_page("ada", query, 3)
    assert (page.posts, page.after, page.profile) == ((), None, None)
    assert sum(map(len, pages(store, query, 7))) == 30


@pytest.mark.parametrize("query", [RECENT, ENGAGEMENT], ids=["recent", "engagement"])
def test_the_first_page_is_of_the_history_of_the_profile(ports: Ports, query: PostQuery) -> None:
    store = ports.container.post_store
    store.save_posts(HistoryKey("ada"), POSTS)
    store.save_posts(HistoryKey("id-7"), [numbered(99)])
    ports.container.profile_store.save_profile(stored_profile(history_key=HistoryKey("id-7")), fence=1, over=None)
    assert [found.shortcode for found in store.load_first_page("ada", query, 3).posts] == ["p099"]


def test_a_profile_without_posts_has_one_empty_page(ports: Ports) -> None:
    ports.container.profile_store.save_profile(stored_profile(), fence=1, over=None)
    page = ports.container.post_store.load_first_page("ada", RECENT, 3)
    assert (page.posts, page.after, page.profile) == ((), None, stored_profile())


def hours(number: float) -> datetime:
    return START - timedelta(hours=number)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"media_type": MediaType.REEL}, [p for p in POSTS if p.media_type is MediaType.REEL]),
        ({"category": "nature"}, [p for p in POSTS if p.analysis and p.analysis.content_category == "nature"]),
        (
            {"sentiment": Sentiment.NEUTRAL},
            [p for p in POSTS if p.analysis and p.analysis.sentiment is Sentiment.NEUTRAL],
        ),
        ({"language": "tr"}, [p for p in POSTS if p.analysis and p.analysis.language_code == "tr"]),
        (
            {"language": "tr", "category": "travel"},
            [
                p
                for p in POSTS
                if p.analysis and p.analysis.language_code == "tr" and p.analysis.content_category == "travel"
            ],
        ),
        ({"since": hours(4)}, POSTS[:5]),
        ({"until": hours(25)}, POSTS[25:]),
        ({"since": hours(7), "until": hours(5)}, POSTS[5:8]),
        ({"since": hours(6.5), "until": hours(5.5)}, POSTS[6:7]),
        ({"since": hours(6), "until": hours(6)}, POSTS[6:7]),
        ({"since": hours(9), "media_type": MediaType.VIDEO}, [POSTS[1], POSTS[5], POSTS[9]]),
        ({"until": hours(22), "media_type": MediaType.VIDEO}, [POSTS[25], POSTS[29]]),
        ({"category": "nothing"}, []),
    ],
)
def test_filters_leave_out_the_other_posts(posts: PostStore, filters: dict[str, Any], expected: list[Post]) -> None:
    assert all_posts(posts, PostQuery(**filters), limit=2) == expected
    by_engagement = all_posts(posts, PostQuery(**filters, sort=PostSort.ENGAGEMENT), limit=2)
    assert sorted(by_engagement, key=lambda p: p.shortcode) == expected


def test_a_fractional_time_includes_the_posts_of_that_second(posts: PostStore) -> None:
    half = timedelta(milliseconds=500)
    assert all_posts(posts, PostQuery(since=START + half)) == [POSTS[0]]
    assert all_posts(posts, PostQuery(since=START + half, sort=PostSort.ENGAGEMENT)) == [POSTS[0]]
    assert all_posts(posts, PostQuery(until=hours(29) + half)) == [POSTS[29]]

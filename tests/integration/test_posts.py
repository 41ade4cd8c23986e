"""Listings of posts over moto: every figure, every page, every filter."""

import json
import string
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from creator_search.bootstrap.process import process_container
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.documents import DocumentName
from creator_search.domain.images import Image
from creator_search.domain.post_queries import PostQuery
from creator_search.domain.posts import MediaType, Post, PostAnalysis, Sentiment, ViewsKind
from creator_search.schemas.post import posts_json
from fastapi.testclient import TestClient

from tests.integration.pages import pages, post_codes
from tests.seeds import NOW, numbered_post, store_creator


def test_posts_have_every_figure_and_their_image(api: TestClient) -> None:
    analysis = PostAnalysis(
        engine="onnx",
        version="m1",
        analyzed_at=NOW,
        content_category="travel",
        category_confidence=0.9,
        sentiment=Sentiment.POSITIVE,
        sentiment_score=0.75,
        language_code="en",
    )
    store_creator(numbered_post(1, analysis=analysis), numbered_post(2, likes=None), numbered_post(3, views=None))
    first, hidden, unseen = api.get("/api/profile/ada/posts").json()["posts"]
    assert first["engagement"] == 37 + 1
    assert first["engagement_rate"] == round(100 * 38 / 1000, 4)
    assert first["outlier_score"] == round(1001 / ((1001 + 1002) / 2), 4)
    assert first["media_url"] == "https://cdn.test/posts/ada/p00001.jpg?v=v1"
    assert (first["ai_content_category"], first["ai_sentiment"], first["ai_sentiment_score"]) == (
        "travel",
        "positive",
        0.75,
    )
    assert (hidden["likes"], hidden["engagement"], hidden["ai_sentiment"]) == (None, None, None)
    assert (unseen["views"], unseen["outlier_score"]) == (None, None)
    bare = api.get("/api/profile/ada/posts?include_ai=false").json()["posts"][0]
    assert not any(name.startswith("ai_") for name in bare)


@pytest.mark.parametrize("count", [0, 1, 20, 21, 130])
@pytest.mark.parametrize("is_private", [False, True])
def test_the_stored_first_page_is_that_of_the_rows(api: TestClient, count: int, is_private: bool) -> None:
    store_creator(*map(numbered_post, range(count)), is_private=is_private)
    container = process_container()
    listing = container.post_reader.read_stored_page("ada", PostQuery(), 20)
    stored = container.document_store.load_document("ada", DocumentName.POSTS)
    assert listing and stored
    assert json.loads(stored.body) == {"success": True, "posts": posts_json(listing, container.cdn.image_url)}
    assert stored.page == listing.meta(PostQuery())
    found = [page["posts"] for page in pages(api, "/api/profile/ada/posts")]
    assert sum(map(len, found)) == (0 if is_private else count)


@pytest.mark.parametrize("sort", ["recent", "engagement"])
def test_a_cursor_shows_nothing_of_a_profile_that_has_turned_private(api: TestClient, sort: str) -> None:
    posts = [numbered_post(n) for n in range(30)]
    store_creator(*posts)
    path = f"/api/profile/ada/posts?limit=5&sort={sort}"
    cursor = api.get(path).json()["meta"]["next_cursor"]
    assert len(api.get(f"{path}&cursor={cursor}").json()["posts"]) == 5
    store_creator(*posts, is_private=True)
    hidden = api.get(f"{path}&cursor={cursor}").json()
    assert (hidden["posts"], hidden["meta"]["has_more"], hidden["meta"]["total"]) == ([], False, 0)
    assert hidden["meta"]["notes"] == ["posts: the profile is private"]


def test_the_first_page_follows_the_images_and_analyses_of_its_posts(api: TestClient) -> None:
    store_creator(numbered_post(1, image=None, source_image_url=None), numbered_post(2))
    before = api.get("/api/profile/ada/posts")
    container, key = process_container(), HistoryKey("ada")
    [first, *_] = container.post_store.newest_posts(key)
    container.post_store.set_post_image(key, replace(first, image=Image("posts/ada/new.jpg", "v2")))
    container.document_writer.write("ada")
    after = api.get("/api/profile/ada/posts", headers={"If-None-Match": before.headers["etag"]})
    assert before.json()["posts"][0]["media_url"] is None
    assert after.json()["posts"][0]["media_url"] == "https://cdn.test/posts/ada/new.jpg?v=v2"


def test_every_page_compares_the_views_of_one_kind(api: TestClient) -> None:
    views = {"views_kind": ViewsKind.VIEWS}
    store_creator(*(numbered_post(n, **(views if n in (1, 5) else {})) for n in range(6)))
    found = [p for page in pages(api, "/api/profile/ada/posts", limit=2) for p in page["posts"]]
    assert [p["views_kind"] for p in found] == ["plays", "views", "plays", "plays", "plays", "views"]
    median = (1002 + 1003) / 2
    expected = [round(1000 / median, 4), None, *(round(n / median, 4) for n in (1002, 1003, 1004)), None]
    assert [p["outlier_score"] for p in found] == expected
    exported = api.get("/api/profile/ada/export?format=json").json()
    assert [p["outlier_score"] for p in exported["posts"]] == expected
    engagement = exported["analytics"]["engagement"]
    assert (engagement["median_views"], engagement["views_kind"]) == (median, "plays")
    summary = api.get("/api/profile/ada").json()["analytics"]
    assert (summary["median_views"], summary["views_kind"]) == (median, "plays")


def test_pages_have_each_post_once_while_others_are_inserted(api: TestClient) -> None:
    store_creator(*(numbered_post(n) for n in range(100, 400)))
    seen: list[str] = []
    for number, page in enumerate(pages(api, "/api/profile/ada/posts", limit=33)):
        seen += [p["shortcode"] for p in page["posts"]]
        # Posts newer than all others, in the part already read, and in the part still to be read.
        late = [
            numbered_post(number),
            numbered_post(110, shortcode=f"visited{number}"),
            numbered_post(399, shortcode=f"zz{number}"),
        ]
        process_container().post_store.save_posts(HistoryKey("ada"), late)
        assert page["meta"]["total"] == 300
    assert len(seen) == len(set(seen))
    assert set(seen) >= {f"p{n:05d}" for n in range(100, 400)}
    assert seen[:300] == sorted(seen[:300])


def test_pages_have_each_of_two_thousand_posts_once_while_others_are_inserted(api: TestClient) -> None:
    store_creator(*(numbered_post(n, caption="") for n in range(1, 2_001)))
    seen: list[str] = []
    for number, page in enumerate(pages(api, "/api/profile/ada/posts", limit=100)):
        seen += [p["shortcode"] for p in page["posts"]]
        if number % 4 == 0:
            late = [
                numbered_post(0, shortcode=f"new{number}"),
                numbered_post(1_000, shortcode=f"mid{number}"),
                numbered_post(1_999 + number),
            ]
            process_container().post_store.save_posts(HistoryKey("ada"), late)
    assert len(seen) == len(set(seen))
    assert set(seen) >= {f"p{n:05d}" for n in range(1, 2_001)}


@pytest.mark.parametrize("limit", [1, 7, 100])
def test_posts_are_sorted_by_engagement_with_hidden_ones_last(api: TestClient, limit: int) -> None:
    posts = [numbered_post(n, likes=None if n % 10 == 0 else n * 31 % 17) for n in range(40)]
    store_creator(*posts)
    order = post_codes(api, sort="engagement", limit=limit)
    by_code = {p.shortcode: -1 if p.engagement is None else p.engagement for p in posts}
    assert sorted(order) == sorted(by_code)
    assert [by_code[c] for c in order] == sorted(by_code.values(), reverse=True)


def test_only_posts_that_pass_the_filter_are_listed(api: TestClient) -> None:
    analyzed = PostAnalysis(
        engine="rules",
        version="r1",
        analyzed_at=NOW,
        content_category="food",
        sentiment=Sentiment.NEGATIVE,
        language_code="de",
    )
    posts = [numbered_post(n, analysis=analyzed if n % 5 == 0 else None) for n in range(60)]
    store_creator(*posts)

    def passing(test: Callable[[Post], object]) -> list[str]:
        return [p.shortcode for p in posts if test(p)]

    assert post_codes(api, type="reel") == passing(lambda p: p.media_type is MediaType.REEL)
    for filter_ in ({"category": "Food"}, {"sentiment": "negative"}, {"language": "de"}):
        assert post_codes(api, limit=5, **filter_) == passing(lambda p: p.analysis)
    assert post_codes(api, language="fr") == []
    since, until = NOW - timedelta(hours=30), NOW - timedelta(hours=10)
    for sort in ("recent", "engagement"):
        found = post_codes(api, since=since.isoformat(), until=until.isoformat(), sort=sort, limit=6)
        assert sorted(found) == passing(lambda p: since <= p.taken_at <= until)
    assert api.get("/api/profile/ada/posts?type=reel").json()["meta"]["total"] is None


def test_a_date_without_a_time_means_the_whole_day(api: TestClient) -> None:
    store_creator(numbered_post(1, taken_at=datetime(2026, 1, 31, 23, 30, tzinfo=UTC)))
    assert post_codes(api, since="2026-01-31", until="2026-01-31") == ["p00001"]
    assert post_codes(api, until="2026-01-31T23:00:00Z") == []
    assert post_codes(api, until="2026-01-31T23:30:00") == ["p00001"]
    assert post_codes(api, since="20260131", until="20260131") == ["p00001"]


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("limit=0", "limit: must be an integer from 1 to 100"),
        ("limit=x", "limit: must be an integer from 1 to 100"),
        ("type=story", "type: must be image, video, reel or carousel"),
        ("sort=best", "sort: must be recent or engagement"),
        ("language=english", "language: must be an ISO 639-1 code"),
        ("since=yesterday", "since: must be an ISO 8601"),
        ("since=2026", "since: must be an ISO 8601"),
        ("since=1769817600", "since: must be an ISO 8601"),
        ("until=2026.5", "until: must be an ISO 8601"),
        ("since=2026-02-01&until=2026-01-01", "since: must not be later than until"),
        ("cursor=forged", "cursor: must be the next_cursor"),
        ("stream=true&cursor=forged", "cursor: must be the next_cursor"),
    ],
)
def test_a_bad_parameter_is_named_with_its_range(api: TestClient, query: str, named: str) -> None:
    store_creator(numbered_post(1))
    answer = api.get(f"/api/profile/ada/posts?{query}")
    assert answer.status_code == 400 and answer.json()["error_code"] == "INVALID_PARAMETER"
    assert answer.json()["error"].startswith(named)


def test_an_empty_parameter_is_the_same_as_an_absent_one(api: TestClient) -> None:
    store_creator(numbered_post(1))
    assert post_codes(api, type="", category="", sentiment="", language="", since="", until="") == ["p00001"]


def test_a_changed_cursor_and_one_of_another_listing_are_refused(api: TestClient) -> None:
    posts = [numbered_post(n) for n in range(5)]
    store_creator(*posts)
    store_creator(*posts, username="ben")
    cursor = api.get("/api/profile/ada/posts?limit=2").json()["meta"]["next_cursor"]
    assert api.get(f"/api/profile/ada/posts?limit=3&cursor={cursor}").status_code == 200
    changed = [cursor[:n] + ("A" if cursor[n] != "A" else "B") + cursor[n + 1 :] for n in range(len(cursor))]
    for wrong in changed:
        assert api.get("/api/profile/ada/posts", params={"cursor": wrong}).status_code == 400, wrong
    # The last of 43 characters for 32 bytes: the next one in the alphabet differs in bits that decoding ignores.
    digits = f"{string.ascii_uppercase}{string.ascii_lowercase}{string.digits}-_"
    same_bytes = cursor[:-1] + digits[digits.index(cursor[-1]) + 1]
    assert api.get("/api/profile/ada/posts", params={"cursor": same_bytes}).status_code == 400
    assert api.get(f"/api/profile/ben/posts?cursor={cursor}").status_code == 400
    assert api.get(f"/api/profile/ada/posts?sort=engagement&cursor={cursor}").status_code == 400
    assert api.get(f"/api/profile/ada/posts?type=reel&cursor={cursor}").status_code == 400
    assert api.get(f"/api/creators/search?cursor={cursor}").status_code == 400


def test_posts_of_a_private_profile_are_not_shown_by_any_operation(api: TestClient) -> None:
    store_creator(numbered_post(1), is_private=True)
    answer = api.get("/api/profile/ada/posts").json()
    assert (answer["posts"], answer["meta"]["total"], answer["meta"]["has_more"]) == ([], 0, False)
    assert answer["meta"]["notes"] == ["posts: the profile is private"]
    assert "p00001" not in api.get("/api/profile/ada/export").text
    assert "p00001" not in api.get("/api/profile/ada/analytics").text
    assert api.get("/api/creators/search").json()["data"] == []


@pytest.mark.usefixtures("aws")
def test_posts_that_are_saved_concurrently_are_read_in_order() -> None:
    posts = [numbered_post(n) for n in range(120)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: process_container().post_store.save_posts(HistoryKey("ada"), posts[n::4]), range(4)))
    assert list(process_container().post_store.newest_posts(HistoryKey("ada"))) == posts
    assert process_container().post_store.count_posts(HistoryKey("ada")) == 120

"""OutlierStore: outliers of one account, and the listing of all accounts."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.analytics.growth_curves import GrowthPoint, UsualPoint
from creator_search.domain.analytics.outliers import OutlierScore
from creator_search.domain.images import Image
from creator_search.domain.outliers import Baseline, Outlier, OutlierPage, OutlierQuery, OutlierSort
from creator_search.domain.posts import MediaType, ViewsKind
from creator_search.services.ports import OutlierStore

from tests.fakes import START
from tests.fakes.values import erased
from tests.ports.conftest import Ports

ADA = HistoryKey("ada")
WEEK = OutlierQuery(baseline=Baseline.CREATOR, since=START - timedelta(days=7), until=START)


@pytest.fixture
def outliers(ports: Ports) -> OutlierStore:
    return ports.container.outlier_store


def outlier(shortcode: str, score: float = 3, *, hours_ago: float = 24, key: str = "ada", **changes: Any) -> Outlier:
    made = OutlierScore(
        shortcode=shortcode,
        media_type=changes.pop("media_type", MediaType.REEL),
        views_kind=ViewsKind.PLAYS,
        seen_at=START,
        age_hours=hours_ago,
        views=1000,
        score=score,
        usual_views=1000 / score,
        sample_size=7,
        usual_curve=(UsualPoint(age_hours=24, views=300.5, sample_size=7),),
        own_curve=(GrowthPoint(age_hours=1.25, views=12), GrowthPoint(age_hours=24, views=1000)),
    )
    return Outlier(
        **{
            "key": HistoryKey(key),
            "username": key,
            "baseline": Baseline.CREATOR,
            "taken_at": START - timedelta(hours=hours_ago),
            "score": made,
            **changes,
        }
    )


def save(outliers: OutlierStore, *found: Outlier) -> None:
    outliers.change_outliers(found, [])


def pages(outliers: OutlierStore, query: OutlierQuery, limit: int) -> Iterator[OutlierPage]:
    after = None
    while True:
        page = outliers.list_outliers(query, limit, after)
        yield page
        if page.after is None:
            return
        assert len(page.outliers) <= limit
        after = page.after


def codes(found: Sequence[Outlier]) -> list[str]:
    return [one.score.shortcode for one in found]


def listed(outliers: OutlierStore, query: OutlierQuery = WEEK, limit: int = 100) -> list[str]:
    return [code for page in pages(outliers, query, limit) for code in codes(page.outliers)]


def test_an_outlier_is_loaded_and_listed_as_it_was_saved(outliers: OutlierStore) -> None:
    full = outlier(
        "a", 3.25, category="travel", language="en", niche="travel#en#nano", image=Image("posts/ada/a.jpg", "v1")
    )
    save(outliers, full)
    assert outliers.load_outliers(ADA) == [full]
    assert outliers.list_outliers(WEEK, 10, None) == OutlierPage((full,), None)


def test_an_outlier_is_replaced_by_its_baseline_and_shortcode(outliers: OutlierStore) -> None:
    save(outliers, outlier("a", 3), outlier("a", 5, baseline=Baseline.NICHE), outlier("a", 4, key="ben"))
    save(outliers, outlier("a", 6))
    assert sorted(o.score.score for o in outliers.load_outliers(ADA)) == [5, 6]
    assert listed(outliers) == ["a", "a"]
    assert listed(outliers, replace(WEEK, baseline=Baseline.NICHE)) == ["a"]


def test_outliers_are_deleted_one_by_one_and_with_their_account(ports: Ports, outliers: OutlierStore) -> None:
    save(outliers, outlier("a"), outlier("b"), outlier("c", key="ben"))
    outliers.change_outliers([outlier("d")], [outlier("a"), outlier("unknown")])
    assert sorted(codes(outliers.load_outliers(ADA))) == ["b", "d"]
    assert erased(ports.container.profile_store, "ada") == 2
    assert listed(outliers) == ["c"]


def test_an_outlier_expires_31_days_after_its_post_was_published(ports: Ports, outliers: OutlierStore) -> None:
    save(outliers, outlier("a", hours_ago=0))
    ports.clock.advance(days=31, seconds=-1)
    assert codes(outliers.load_outliers(ADA)) == listed(outliers) == ["a"]
    ports.clock.advance(seconds=1)
    assert codes(outliers.load_outliers(ADA)) == listed(outliers) == []


@pytest.mark.parametrize("limit", [1, 3, 7, 100])
@pytest.mark.parametrize("sort", OutlierSort)
def test_pages_have_each_outlier_once_in_order_whatever_the_days_and_equal_values(
    outliers: OutlierStore, sort: OutlierSort, limit: int
) -> None:
    made = [outlier(f"p{n:02d}", 1.5 + n * 7 % 5, hours_ago=n * 13 % 11 * 14, key=f"creator{n % 3}") for n in range(40)]
    save(outliers, *made)
    order = listed(outliers, replace(WEEK, sort=sort), limit)
    assert sorted(order) == sorted(codes(made))
    by_code = {found.score.shortcode: found for found in made}
    values = [
        by_code[code].score.score if sort is OutlierSort.SCORE else by_code[code].taken_at.timestamp() for code in order
    ]
    assert values == sorted(values, reverse=True)


def test_only_outliers_that_pass_are_listed(outliers: OutlierStore) -> None:
    save(
        outliers,
        outlier("low", 1.5, hours_ago=1),
        outlier("food", 9, category="food", language="de", hours_ago=2),
        outlier("video", 8, media_type=MediaType.VIDEO, hours_ago=3),
        outlier("first", 7, hours_ago=7 * 24),
        outlier("older", 7, hours_ago=7 * 24 + 1),
        outlier("later", 7, hours_ago=-1),
    )
    for sort in OutlierSort:
        query = replace(WEEK, sort=sort)
        assert sorted(listed(outliers, query)) == ["first", "food", "low", "video"]
        assert sorted(listed(outliers, replace(query, min_score=7), limit=1)) == ["first", "food", "video"]
        assert listed(outliers, replace(query, category="food")) == ["food"]
        assert listed(outliers, replace(query, category="food", language="en")) == []
        assert listed(outliers, replace(query, language="de")) == ["food"]
        assert listed(outliers, replace(query, media_type=MediaType.VIDEO)) == ["video"]


def test_a_selective_filter_gives_short_pages_and_finds_everything(outliers: OutlierStore) -> None:
    made = [
        outlier(f"p{n:04d}", 2 + n / 1000, hours_ago=n % 150, category="food" if n == 0 else None) for n in range(1200)
    ]
    save(outliers, *made)
    assert listed(outliers, replace(WEEK, category="food"), limit=5) == ["p0000"]


def test_no_outliers_are_an_empty_page(outliers: OutlierStore) -> None:
    outliers.change_outliers([], [])
    assert outliers.list_outliers(WEEK, 5, None) == OutlierPage((), None)
    assert outliers.load_outliers(ADA) == []

"""The tables and the queries of the reports, on exports of stored creators. DuckDB runs the SQL that Athena runs."""

import gzip
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest
from creator_search.adapters.dynamodb.items import to_wire
from creator_search.adapters.dynamodb.post_rows import NO_ANALYSIS, encode_post
from creator_search.adapters.dynamodb.profile_rows import encode_parked, encode_profile
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import Table, environment_name
from creator_search.domain.accounts import Account, HistoryKey
from creator_search.domain.analytics.benchmark import tier_of
from creator_search.domain.analytics.content import is_sponsored, sponsored
from creator_search.domain.analytics.engagement import summarize
from creator_search.domain.analytics.growth import Snapshot, growth
from creator_search.domain.posts import MediaType, Post, PostAnalysis, Sentiment, ViewsKind
from creator_search.domain.profile_types import ProfileType
from creator_search.domain.profiles import Profile

from infra.reports.statements import queries
from infra.reports.tables import DAYS, POSTS, PROFILES, REPORT_TABLES, ReportTable
from tests.exports import Reports, export_table
from tests.fakes import stored_profile
from tests.fakes.values import erased
from tests.seeds import NOW, numbered_post, store_creator

FIRST, SECOND = "01790000000000-aaaaaaaa", "01790086400000-bbbbbbbb"
"""Ids of two exports, in the order of their times."""
TODAY = NOW.date()
ANALYSIS = PostAnalysis(
    engine="rules",
    version="3",
    analyzed_at=NOW,
    content_category="travel",
    category_confidence=0.5,
    sentiment=Sentiment.POSITIVE,
    sentiment_score=0.25,
    sentiment_confidence=0.75,
    language_code="en",
    language_confidence=0.125,
)
CAPTIONS = (
    *("", "no tags", "#ad", "lunch #AD, thanks", "#adventure", "not#ad", "#ad_hoc", "##ad", "(#sponsored)", "&#ad"),
    *("#реклама", "#Publicité!", "#publicités", "＃werbung", "#travel #food #publi", "an ad", "#ad\u0301"),
)


@pytest.fixture
def table(aws: dict[str, str]) -> str:
    return aws[environment_name(Table.PROFILES)]


@pytest.fixture
def reports(tmp_path: Path) -> Reports:
    return Reports(tmp_path)


def snapshots_of(followers: int, number: int) -> list[Snapshot]:
    """Snapshots of several ages, of which growth over 30 days uses the one of 31; of some creators, only one at the
    limits of that use or beyond."""
    ages = {29: followers - 5, 31: followers - 100 * number, 34: followers - 300, 90: 1}
    ages = {7: {}, 8: {35: followers - 1}, 9: {36: followers - 2}, 10: {30: followers - 3}}.get(number, ages)
    return [Snapshot(day=TODAY - timedelta(days=age), followers=count) for age, count in ages.items()]


def save_snapshots(username: str, snapshots: Sequence[Snapshot]) -> None:
    for snapshot in snapshots:
        process_container().profile_store.save_snapshot(HistoryKey(username), snapshot, fence=1)


def store_cohorts() -> dict[str, tuple[Profile, Sequence[Post], Sequence[Snapshot]]]:
    """Store creators of two categories, three tiers and two months, some without a category, posts or growth."""
    found: dict[str, tuple[Profile, Sequence[Post], Sequence[Snapshot]]] = {}
    for number in range(1, 13):
        username = f"creator{number}"
        followers = (5_000, 20_000, 2_000_000)[number % 3] + number
        first_seen_at = datetime(2026, 1 + number % 2, number, 23, 59, tzinfo=UTC)
        holder = process_container().account_registry.assign(username, f"id of {username}", first_seen_at)
        posts = [
            numbered_post(
                at,
                shortcode=f"{username}-{at}",
                caption=CAPTIONS[(at * number) % len(CAPTIONS)],
                is_paid_partnership=(None, False, True)[at % 3] if number % 4 == 0 else None,
                sponsors=((), ("brand",))[at % 2] if number % 5 == 0 else None,
            )
            for at in range(1, (number % 7) * 3)
        ]
        profile = store_creator(
            *posts,
            username=username,
            documents=False,
            followers=followers,
            category=("Travel", "Food", None)[number // 4 % 3],
            account=holder.account,
            history_key=holder.history_key,
        )
        snapshots = snapshots_of(followers, number)
        save_snapshots(username, snapshots)
        found[username] = (profile, posts, snapshots)
    others: dict[str, dict[str, Any]] = {
        "hidden": {"is_private": True},
        "similar": {"profile_type": ProfileType.SECONDARY},
    }
    for username, changes in others.items():
        store_creator(numbered_post(1), username=username, documents=False, history_key=HistoryKey(username), **changes)
        save_snapshots(username, snapshots_of(1000, 1))
    return found


def test_the_cohort_queries_find_what_the_domain_computes(table: str, reports: Reports, tmp_path: Path) -> None:
    cohorts = store_cohorts()
    export_table(table, FIRST, tmp_path)
    reports.convert(FIRST)
    found = {name: reports.rows(query) for name, query in queries().items()}

    rates: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    changes: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    by_category: defaultdict[str, list[Post]] = defaultdict(list)
    for profile, posts, snapshots in cohorts.values():
        category = profile.category or "unknown"
        rate = summarize(posts, profile.followers, profile.complete_since).engagement_rate
        if rate is not None:
            rates[category, tier_of(profile.followers).name].append(rate)
        [over_30_days] = [p for p in growth(profile.followers, snapshots, TODAY).periods if p.days == 30]
        if over_30_days.growth is not None:
            assert profile.account and over_30_days.change is not None
            month = profile.account.first_seen_at.isoformat()[:7]
            changes[month].append((over_30_days.change, over_30_days.growth))
        by_category[category] += posts

    assert len(rates) > 5 and len(changes) == 2  # there are cohorts to compare
    assert {(row["category"], row["tier"]): row["creators"] for row in found["engagement_by_category_and_tier"]} == {
        cohort: len(each) for cohort, each in rates.items()
    }
    for row in found["engagement_by_category_and_tier"]:
        assert row["mean_engagement_rate"] == pytest.approx(fmean(rates[row["category"], row["tier"]]))
    assert {(row["first_month"], row["creators"], row["change"]) for row in found["growth_by_first_month"]} == {
        (month, len(each), sum(change for change, _ in each)) for month, each in changes.items()
    }
    for row in found["growth_by_first_month"]:
        mean = fmean(rate for _, rate in changes[row["first_month"]])
        assert row["mean_growth"] == pytest.approx(mean, abs=1e-6)  # the domain rounds to six digits
    for row in found["sponsored_share_by_category"]:
        expected = sponsored(by_category[row["category"]])
        assert (row["posts"], row["sponsored_posts"]) == (expected.posts, expected.sponsored_posts)
        assert row["sponsored_share"] == pytest.approx(expected.sponsored_share, abs=1e-4)
        assert 0 < row["sponsored_posts"] < row["posts"]
    assert {row["category"] for row in found["sponsored_share_by_category"]} == set(by_category)


def test_reports_are_of_the_newest_export_in_which_an_erased_creator_is_not(
    table: str, reports: Reports, tmp_path: Path
) -> None:
    for username in ("ada", "bob"):
        store_creator(
            *(numbered_post(n) for n in range(3)), username=username, documents=False, history_key=HistoryKey(username)
        )
        save_snapshots(username, snapshots_of(1000, 1))
    export_table(table, FIRST, tmp_path)
    reports.convert(FIRST)
    erased(process_container().profile_store, "ada")
    export_table(table, SECOND, tmp_path)
    reports.convert(SECOND)
    per_export = "SELECT export_id, count(*) AS creators FROM profiles GROUP BY export_id ORDER BY export_id"
    assert [(row["export_id"], row["creators"]) for row in reports.rows(per_export)] == [(FIRST, 2), (SECOND, 1)]
    found = {name: reports.rows(query) for name, query in queries().items()}
    assert {name: [row["creators"] for row in rows] for name, rows in found.items()} == {name: [1] for name in found}
    assert [row["posts"] for row in found["sponsored_share_by_category"]] == [3]


def test_every_column_has_the_value_that_was_stored(table: str, reports: Reports, tmp_path: Path) -> None:
    taken_at = NOW - timedelta(days=40)
    post = numbered_post(1, taken_at=taken_at, media_type=MediaType.REEL, likes=7, comments=None, analysis=ANALYSIS)
    holder = process_container().account_registry.assign("ada", "7", NOW - timedelta(days=9))
    of_account: dict[str, Any] = {"account": holder.account, "history_key": holder.history_key}
    profile = store_creator(post, documents=False, category="Travel", language="en", **of_account)
    export_table(table, FIRST, tmp_path)
    reports.convert(FIRST)
    [stored], [snapshot], [post_row] = (reports.rows(f"SELECT * FROM {each.name}") for each in REPORT_TABLES)
    assert stored == {
        "username": "ada",
        "history_key": "ada",
        "account_id": "7",
        "first_seen_at": plain(NOW - timedelta(days=9)),
        "followers": profile.followers,
        "tier": tier_of(profile.followers).name,
        "following": profile.following,
        "posts_count": profile.posts_count,
        "engagement_rate": profile.engagement.engagement_rate,
        "engagement_rate_by_views": profile.engagement.engagement_rate_by_views,
        "median_views": profile.engagement.median_views,
        "category": "Travel",
        "language": "en",
        "is_verified": profile.is_verified,
        "is_listed": True,
        "profile_type": "primary",
        "updated_at": plain(profile.updated_at),
        "export_id": FIRST,
    }
    assert snapshot["history_key"] == "ada" and snapshot["day"] == profile.snapshot.day
    assert snapshot["followers"] == profile.followers and snapshot["posts_count"] == profile.posts_count
    assert (post_row["taken_at"], post_row["likes"], post_row["comments"]) == (taken_at.replace(tzinfo=None), 7, None)
    assert (post_row["views_kind"], post_row["is_sponsored"]) == (ViewsKind.PLAYS, False)
    analysis = {name: getattr(ANALYSIS, name.removeprefix("ai_")) for name in post_row if name.startswith("ai_")}
    assert {name: value for name, value in post_row.items() if name in analysis} == {
        **analysis,
        "ai_analyzed_at": plain(NOW),
    }


def plain(at: datetime) -> datetime:
    """A time as the reports have it: in UTC, in whole seconds."""
    return at.astimezone(UTC).replace(tzinfo=None, microsecond=0)


def test_the_tables_have_the_types_that_glue_is_told(table: str, reports: Reports, tmp_path: Path) -> None:
    store_creator(numbered_post(1), documents=False)
    export_table(table, FIRST, tmp_path)
    reports.convert(FIRST)
    names = {"string": "VARCHAR", "bigint": "BIGINT", "double": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE"}
    names |= {"timestamp": "TIMESTAMP"}
    for each in REPORT_TABLES:
        expected = {column.name: names[column.type] for column in each.columns} | {"export_id": "VARCHAR"}
        assert reports.types(each.name) == expected


def test_captions_disclose_in_the_reports_as_they_do_in_the_domain(reports: Reports, tmp_path: Path) -> None:
    posts = [numbered_post(number, caption=caption) for number, caption in enumerate(CAPTIONS)]
    write_export([to_wire(encode_post(HistoryKey("ada"), post)) for post in posts], tmp_path)
    reports.convert(FIRST)
    found = {row["shortcode"]: row["is_sponsored"] for row in reports.rows("SELECT * FROM posts")}
    expected = {post.shortcode: is_sponsored(post) for post in posts}
    assert found == expected and len(set(expected.values())) == 2


def test_rows_of_version_0_1_0_are_converted(reports: Reports, tmp_path: Path) -> None:
    profile = to_wire({"username": "ada", "item": "profile", "followers": 9, "created_at": "2026-01-01T00:00:00+00:00"})
    write_export([profile], tmp_path)
    reports.convert(FIRST)
    [row] = reports.rows("SELECT * FROM profiles")
    assert (row["history_key"], row["first_seen_at"], row["tier"]) == ("ada", datetime(2026, 1, 1), "nano")


def test_a_profile_whose_username_another_account_has_is_not_listed(reports: Reports, tmp_path: Path) -> None:
    parked = replace(stored_profile(), holds_username=False, history_key=HistoryKey("ada"))
    write_export([to_wire(encode_parked(parked, "id-7"))], tmp_path)
    reports.convert(FIRST)
    [row] = reports.rows("SELECT * FROM profiles")
    assert (row["username"], row["history_key"], row["is_listed"]) == ("ada", "ada", False)


def write_export(items: Sequence[Mapping[str, Any]], folder: Path) -> None:
    data = folder / "AWSDynamoDB" / FIRST / "data"
    data.mkdir(parents=True)
    lines = "\n".join(json.dumps({"Item": item}) for item in items)
    (data / "one.json.gz").write_bytes(gzip.compress(lines.encode()))


def test_every_attribute_that_is_read_is_one_that_the_adapters_write() -> None:
    """A renamed attribute would be an empty column."""
    engagement = summarize([numbered_post(n) for n in range(12)], 1000, NOW - timedelta(days=365))
    made = replace(
        stored_profile(),
        account=Account(id="7", first_seen_at=NOW),
        category="Travel",
        language="en",
        engagement=engagement,
    )
    post = numbered_post(
        1, is_paid_partnership=True, sponsors=("brand",), caption="#ad", likes=1, comments=1, analysis=ANALYSIS
    )
    snapshot = {"username": "ada", "item": "day#2026-01-01", "followers": 1, "following": 1, "posts_count": 1}
    written = {
        PROFILES: to_wire({**encode_parked(made, "id-1"), **encode_profile(made)}),
        DAYS: to_wire(snapshot),
        POSTS: to_wire(encode_post(HistoryKey("ada"), post)),
    }
    for table, item in written.items():
        for attribute in (each for column in table.columns for each in column.attributes):
            assert value_at(item, attribute.path).keys() == {attribute.wire}, (table.name, attribute.path)


def value_at(item: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    *outer, name = path.split(".")
    for map_name in outer:
        item = item[map_name]["M"]
    found: Mapping[str, Any] = item[name]
    return found


def test_every_figure_of_an_analysis_is_a_column() -> None:
    assert names(POSTS) >= NO_ANALYSIS.keys() - {"ai_raw"}


def names(table: ReportTable) -> set[str]:
    return {column.name for column in table.columns}

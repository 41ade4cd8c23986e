"""All analytics of one creator, computed by hand."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import log10, sqrt

from creator_search.domain.analytics.audience import ActiveHour, Share
from creator_search.domain.analytics.content import Hashtag, Kind
from creator_search.domain.analytics.distribution import Distribution
from creator_search.domain.analytics.durations import DurationRange
from creator_search.domain.analytics.growth import Change, Snapshot
from creator_search.domain.analytics.locations import PostedLocation
from creator_search.domain.analytics.measured import Figure, TierMeasurement
from creator_search.domain.analytics.network import NamedAccount
from creator_search.domain.analytics.posting_times import TOO_FEW_FOR_TIMES
from creator_search.domain.analytics.report import Analytics, Evidence, analyze
from creator_search.domain.analytics.timing import TimeSlot, Week
from creator_search.domain.history import ALL_POSTS
from creator_search.domain.posts import Location, MediaType, Post, PostAnalysis, ViewsKind

from tests.fakes import stored_profile

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)  # a Saturday
FOLLOWERS = 10_000


def post(code: str, day: int, hour: int, likes: int | None, comments: int, **fields: object) -> Post:
    made = Post(
        shortcode=code,
        media_type=MediaType.IMAGE,
        taken_at=datetime(2026, 1, day, hour, tzinfo=UTC),
        likes=likes,
        comments=comments,
    )
    return replace(made, **fields)  # type: ignore[arg-type]


REEL, PLAYS = MediaType.REEL, ViewsKind.PLAYS
TRAVEL = PostAnalysis(engine="onnx", version="m1", analyzed_at=NOW, content_category="travel", language_code="en")
FOOD = PostAnalysis(engine="onnx", version="m1", analyzed_at=NOW, content_category="food", language_code="es")

# Wednesdays 7, 14, 21 and 28 January at 18 h: the only slot of a weekday with three posts. Likes + comments: 100, 200,
# 300, 400. Engagement of the other posts: 50 and 70 (sponsored), 90 (sponsored), hidden likes, 1000 (pinned). The views
# of s1 are not plays, and are in no figure.
POSTS = [
    post(
        "w1",
        7,
        18,
        90,
        10,
        media_type=REEL,
        views=1000,
        views_kind=PLAYS,
        caption="#Wild times with @ben",
        analysis=TRAVEL,
        duration_seconds=8.5,
        tagged_users=("ben",),
        co_authors=(),
        location=Location(name="Lisbon", id="1"),
    ),
    post(
        "w2",
        14,
        18,
        180,
        20,
        media_type=REEL,
        views=2000,
        views_kind=PLAYS,
        caption="#wild #wild",
        analysis=TRAVEL,
        duration_seconds=15,
        co_authors=("cleo",),
        location=Location(name="Porto"),
    ),
    post(
        "w3",
        21,
        18,
        270,
        30,
        media_type=REEL,
        views=4000,
        views_kind=PLAYS,
        caption="@ben @Cleo",
        analysis=FOOD,
        duration_seconds=29.9,
        tagged_users=("ben", "dana"),
        location=Location(name="Lisboa", id="1"),
    ),
    post("w4", 28, 18, 360, 40, media_type=REEL, views=8000, views_kind=PLAYS, duration_seconds=120),
    post("s1", 8, 9, 45, 5, views=700, views_kind=ViewsKind.VIEWS, caption="New shoes #AD #wild"),
    post("s2", 15, 9, 60, 10, is_paid_partnership=True, sponsors=("shop", "shoes")),
    post("s3", 22, 9, 80, 10, caption="#sponsored by a@shop.example", sponsors=("shop",), duration_seconds=40),
    post("hidden", 27, 7, None, 3),
    post("pinned", 1, 12, 900, 100, is_pinned=True),
]
OLD = [post(f"o{n}", 1, 0, 10, 0, taken_at=NOW - timedelta(days=60 + n)) for n in range(3)]
TOTALS = [100, 200, 300, 400, 50, 70, 90, 10, 10, 10]
"""Engagement of those of the last twelve posts that show their counts; pinned posts are excluded. Eight are in the
period, three older.
"""


MEASUREMENT = TierMeasurement(
    "micro",
    date(2026, 1, 30),
    {
        # 0.31, 0.62 … 3.1 %, four creators each
        Figure.ENGAGEMENT_RATE: Distribution.of([round(0.31 * n, 2) for n in range(1, 11)] * 4),
        Figure.PLAYS_PER_FOLLOWER: Distribution.of(0.01 * n for n in range(1, 101)),
        Figure.VIEWS_PER_FOLLOWER: Distribution(sample_size=3),
    },
)


def golden(posts: Sequence[Post] = (*POSTS, *OLD), complete_since: datetime = ALL_POSTS) -> Analytics:
    return analyze(evidence(posts, complete_since))


def evidence(posts: Sequence[Post], complete_since: datetime) -> Evidence:
    return Evidence(
        profile=stored_profile(
            followers=FOLLOWERS,
            following=2500,
            posts_count=500,
            is_verified=True,
            posts_stored=12,
            complete_since=complete_since,
        ).public,
        posts=posts,
        snapshots=[
            Snapshot(day=date(2026, 1, 23), followers=9_500),
            Snapshot(day=date(2026, 1, 25), followers=9_900),  # later than the start of the seven days
            Snapshot(day=date(2025, 12, 27), followers=0),
        ],
        days=30,
        now=NOW,
        measurement=MEASUREMENT,
    )


def test_the_engagement_uses_the_last_twelve_posts_that_show_their_counts() -> None:
    found = golden().engagement
    assert found.sample_size == len(TOTALS) == 10
    assert found.engagement_rate == round(100 * (1240 / 10) / FOLLOWERS, 4) == 1.24
    assert found.engagement_rate_median == 100 * ((70 + 90) / 2) / FOLLOWERS == 0.8
    assert found.views_sample_size == 4
    by_views = [100 / 1000, 200 / 2000, 300 / 4000, 400 / 8000]  # 10 %, 10 %, 7.5 %, 5 %
    assert found.engagement_rate_by_views == round(100 * sum(by_views) / 4, 4) == 8.125
    assert found.engagement_rate_by_views_median == (10 + 7.5) / 2
    assert found.avg_likes == round((90 + 180 + 270 + 360 + 45 + 60 + 80 + 10 + 10 + 10) / 10, 2)
    assert found.median_likes == (60 + 80) / 2
    assert found.avg_comments == round((10 + 20 + 30 + 40 + 5 + 10 + 10 + 0 + 0 + 0) / 10, 2)
    assert found.median_comments == (10 + 10) / 2
    assert (found.median_views, found.views_kind) == ((2000 + 4000) / 2, PLAYS)
    assert found.best_time_to_post is None and found.notes == (TOO_FEW_FOR_TIMES,)  # ten posts are too few to tell


def test_the_benchmark_compares_the_rate_with_a_public_figure() -> None:
    found = golden().benchmark
    assert (found.tier, found.scope, found.year) == ("micro", "creators of all tiers", 2023)
    assert found.ratio == round(1.24 / 1.85, 4)
    assert found.notes == ("benchmark_rate: no public figure for micro creators alone",)


def test_the_benchmark_has_the_creators_percentiles_among_the_stored_creators() -> None:
    found = golden().benchmark.measured
    assert found.measured_on == date(2026, 1, 30)
    rate, frequency, views = found.engagement_rate, found.posting_frequency, found.views_per_follower
    # 1.24 is the fourth of ten values: the 13th to 16th of 40 creators, ranks 12 / 39 to 15 / 39.
    assert (rate.value, rate.sample_size, rate.percentile) == (1.24, 40, (31 + 38) / 2)
    assert (rate.p10, rate.p50, rate.p90) == (0.31 + 0.9 * 0.31, (1.55 + 1.86) / 2, 2.79 + 0.1 * 0.31)
    assert (frequency.value, frequency.percentile, frequency.sample_size) == (None, None, 0)  # a period of 30 days
    assert (views.value, views.views_kind, views.sample_size) == (3000 / FOLLOWERS, PLAYS, 100)
    assert views.percentile == round(100 * 29 / 99, 2)
    assert found.notes == (
        "posting_frequency: compared over 90 days only",
        "posting_frequency: 0 creators of the tier have this figure, 30 are needed",
    )


def test_the_trend_has_one_row_for_each_week_from_monday() -> None:
    # The pinned post was taken on 1 January, a Thursday, so its week starts on 29 December.
    expected = [
        (date(2025, 12, 29), 1, 1000),
        (date(2026, 1, 5), 2, (100 + 50) / 2),
        (date(2026, 1, 12), 2, (200 + 70) / 2),
        (date(2026, 1, 19), 2, (300 + 90) / 2),
        (date(2026, 1, 26), 2, 400),  # the post with hidden likes is counted, but not its engagement
    ]
    assert golden().trend.weeks == tuple(
        Week(
            week_start=start,
            posts=posts,
            avg_engagement=mean,
            engagement_rate=round(100 * mean / FOLLOWERS, 4),
            # The first week began before the period, and the last one has not ended.
            is_complete=start not in (date(2025, 12, 29), date(2026, 1, 26)),
        )
        for start, posts, mean in expected
    )


def test_the_growth_is_measured_against_snapshots() -> None:
    found = golden().growth
    assert found.followers == FOLLOWERS and found.snapshots == 3
    assert found.periods == (
        Change(days=7, since=date(2026, 1, 23), followers_then=9_500, change=500, growth=round(500 / 9_500, 6)),
        Change(days=30, since=date(2025, 12, 27), followers_then=0, change=10_000, growth=None),
        Change(days=90),
    )
    assert found.notes == (
        "30 days: the profile had no followers then",
        "90 days: no snapshot from 2025-10-23 to 2025-11-02",
    )


def test_the_posting_frequency_covers_the_whole_period() -> None:
    found = golden().posting_frequency
    assert (found.posts, found.covered_days) == (9, 30)
    assert found.posts_per_week == round(9 / 30 * 7, 2) == 2.1
    # Hours between posts on 1 12h, 7 18h, 8 9h, 14 18h, 15 9h, 21 18h, 22 9h, 27 7h, 28 18h: 150 15 153 15 153 15 118
    # 35.
    assert found.median_hours_between_posts == (35 + 118) / 2
    assert found.last_post_at == datetime(2026, 1, 28, 18, tzinfo=UTC)
    assert found.notes == ()


def test_the_best_times_are_the_slots_with_at_least_three_posts() -> None:
    found = golden().best_times
    assert found.slots == (
        TimeSlot(
            weekday="wednesday", hour=18, median_engagement=(200 + 300) / 2, relative_engagement=None, sample_size=4
        ),
        TimeSlot(weekday="thursday", hour=9, median_engagement=70, relative_engagement=None, sample_size=3),
    )
    assert (found.best_time_to_post, found.advice, found.timezone, found.min_sample_size) == (None, None, "UTC", 3)
    assert found.notes == (TOO_FEW_FOR_TIMES, "relative_engagement: needs 20 posts with counts")


def test_the_content_mix_has_shares_by_media_type_and_category() -> None:
    found = golden().content_mix
    assert found.media_types == (
        Kind(name="image", posts=5, share=round(5 / 9, 4), avg_engagement=round((50 + 70 + 90 + 1000) / 4, 2)),
        Kind(name="reel", posts=4, share=round(4 / 9, 4), avg_engagement=(100 + 200 + 300 + 400) / 4),
    )
    assert found.categories == (
        Kind(name="travel", posts=2, share=round(2 / 3, 4), avg_engagement=(100 + 200) / 2),
        Kind(name="food", posts=1, share=round(1 / 3, 4), avg_engagement=300),
    )


def test_hashtags_and_mentions_are_counted_once_a_post() -> None:
    assert golden().hashtags.top == (
        Hashtag(tag="wild", posts=3, share=round(3 / 9, 4), median_engagement=100),  # median of 100, 200 and 50
        Hashtag(tag="ad", posts=1, share=round(1 / 9, 4), median_engagement=50),
        Hashtag(tag="sponsored", posts=1, share=round(1 / 9, 4), median_engagement=90),
    )
    assert golden().mentions.top == (
        NamedAccount(username="ben", posts=2, median_engagement=(100 + 300) / 2),
        NamedAccount(username="cleo", posts=1, median_engagement=300),
    )


def test_locations_are_counted_by_the_platforms_id() -> None:
    found = golden().locations
    assert found.sample_size == 3
    assert found.top == (
        PostedLocation(name="Lisboa", id="1", posts=2, share=round(2 / 9, 4), median_engagement=(100 + 300) / 2),
        PostedLocation(name="Porto", id=None, posts=1, share=round(1 / 9, 4), median_engagement=200),
    )


def test_the_network_names_the_tagged_users_and_the_co_authors() -> None:
    found = golden().network
    assert (found.tagged_users_sample_size, found.co_authors_sample_size) == (2, 2)
    assert found.tagged_users == (
        NamedAccount(username="ben", posts=2, median_engagement=(100 + 300) / 2),
        NamedAccount(username="dana", posts=1, median_engagement=300),
    )
    assert found.co_authors == (NamedAccount(username="cleo", posts=1, median_engagement=200),)
    without = golden(OLD).network
    assert without.tagged_users == () and len(without.notes) == 2


def test_the_durations_of_reels_are_set_against_their_engagement() -> None:
    found = golden().reel_durations  # 8.5, 15, 29.9 and 120 s; the post of 40 s is an image
    assert (found.sample_size, found.median_seconds) == (4, round((15 + 29.9) / 2, 3))
    assert found.ranges == (
        DurationRange(min_seconds=0, max_seconds=15, reels=1, median_engagement=100),
        DurationRange(min_seconds=15, max_seconds=30, reels=2, median_engagement=(200 + 300) / 2),
        DurationRange(min_seconds=90, max_seconds=None, reels=1, median_engagement=400),
    )
    assert golden(OLD).reel_durations.median_seconds is None and golden(OLD).reel_durations.notes


def test_the_best_and_worst_posts_are_listed_by_engagement() -> None:
    found = golden().posts
    assert [(h.shortcode, h.engagement) for h in found.best] == [("pinned", 1000), ("w4", 400), ("w3", 300)]
    assert [(h.shortcode, h.engagement) for h in found.worst] == [("s1", 50), ("s2", 70), ("s3", 90)]
    assert found.best[1].engagement_rate == 100 * 400 / FOLLOWERS
    assert found.best[1].outlier_score == round(8000 / 3000, 4)
    assert found.best[0].outlier_score is None


def test_sponsored_posts_are_compared_with_the_others() -> None:
    found = golden().sponsored
    assert (found.posts, found.sponsored_posts, found.sponsored_share) == (9, 3, round(3 / 9, 4))
    assert found.paid_avg_engagement == (50 + 70 + 90) / 3
    assert found.organic_avg_engagement == (100 + 200 + 300 + 400 + 1000) / 5
    assert found.paid_to_organic_ratio == 70 / 400
    assert found.sponsors == (
        NamedAccount(username="shop", posts=2, median_engagement=(70 + 90) / 2),
        NamedAccount(username="shoes", posts=1, median_engagement=70),
    )


def test_figures_that_need_every_post_use_the_part_of_the_history_that_has_them() -> None:
    # Every post since 20 January 9 h is stored; of those before, only the reels w1 and w2, and the pinned post.
    reels_before = [p for p in POSTS if p.shortcode in ("w1", "w2", "pinned")]
    since = datetime(2026, 1, 20, 9, tzinfo=UTC)
    posts = [*reels_before, *(p for p in POSTS if p.taken_at >= since)]
    found = golden(posts, since)
    note = "history: every post since 2026-01-20 is stored, and some of those before"

    assert (found.engagement.sample_size, found.engagement.engagement_rate_median) == (3, 100 * 300 / FOLLOWERS)
    assert found.engagement.engagement_rate == round(100 * (300 + 400 + 90) / 3 / FOLLOWERS, 4)
    assert found.engagement.median_views == (2000 + 4000) / 2  # the plays of all four reels
    assert found.posting_frequency.posts == 4  # w3, s3, hidden and w4 within 11 days and 3 hours
    assert found.posting_frequency.covered_days == round(11 + 3 / 24, 2)
    assert found.posting_frequency.posts_per_week == round(7 * 4 / (11 + 3 / 24), 2)
    assert [(kind.name, kind.posts, kind.share) for kind in found.content_mix.media_types] == [
        ("image", 2, 0.5),
        ("reel", 2, 0.5),
    ]
    assert not any(week.is_complete for week in found.trend.weeks)
    later = analyze(replace(evidence(posts, since), now=datetime(2026, 2, 2, tzinfo=UTC)))
    assert [week.week_start for week in later.trend.weeks if week.is_complete] == [date(2026, 1, 26)]
    for section in (found.engagement, found.trend, found.posting_frequency, found.content_mix, found.sponsored):
        assert note in section.notes


def test_the_influence_score_is_the_weighted_mean_of_its_parts() -> None:
    found = golden().influence
    mean = 124
    squares = sum((total - mean) ** 2 for total in TOTALS) / 10
    parts = {
        "audience": round(log10(FOLLOWERS) / 7, 4),
        "engagement": round(round(1.24 / 1.85, 4) / 2, 4),
        "follow_ratio": 10_000 / 12_500,
        "consistency": round(max(0, 1 - sqrt(squares) / mean), 4),
        "verification": 1.0,
    }
    weights = {"audience": 0.3, "engagement": 0.3, "follow_ratio": 0.1, "consistency": 0.2, "verification": 0.1}
    assert found.parts.consistency == parts["consistency"] < 0.1
    assert found.influence_score == round(sum(weights[name] * part for name, part in parts.items()), 4)


def test_the_audience_is_estimated() -> None:
    found = golden().audience
    assert found.estimated and found.age is None and found.gender is None and found.method
    assert found.languages == (Share(name="en", share=round(2 / 3, 4)), Share(name="es", share=round(1 / 3, 4)))
    assert found.interests == (Share(name="travel", share=round(2 / 3, 4)), Share(name="food", share=round(1 / 3, 4)))
    usual = (100 + 200) / 2  # median of 50 70 90 100 200 300 400 1000
    assert found.active_hours == (
        ActiveHour(hour=9, relative_engagement=round(70 / usual, 4), sample_size=3),
        ActiveHour(hour=18, relative_engagement=round(250 / usual, 4), sample_size=4),
    )

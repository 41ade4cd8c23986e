"""All sections of a creator's analytics."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar

from creator_search.domain.analytics.audience import Audience, audience
from creator_search.domain.analytics.benchmark import Benchmark, benchmark
from creator_search.domain.analytics.comments import CommentSentiment, comment_sentiment
from creator_search.domain.analytics.content import (
    ContentMix,
    Hashtags,
    Highlights,
    Mentions,
    Sponsored,
    content_mix,
    highlights,
    sponsored,
    top_hashtags,
    top_mentions,
)
from creator_search.domain.analytics.durations import ReelDurations, reel_durations
from creator_search.domain.analytics.engagement import (
    Engagement,
    complete_posts,
    history_notes,
    last_posts,
    likes_per_comment,
    summarize,
)
from creator_search.domain.analytics.forecast import Forecast, forecast
from creator_search.domain.analytics.growth import Growth, Snapshot, growth
from creator_search.domain.analytics.influence import Influence, influence
from creator_search.domain.analytics.insights import Insights, insights
from creator_search.domain.analytics.locations import Locations, top_locations
from creator_search.domain.analytics.measured import CreatorFigures, TierMeasurement
from creator_search.domain.analytics.network import Network, network
from creator_search.domain.analytics.posting_times import PostingAdvice, posting_advice
from creator_search.domain.analytics.timing import (
    BestTimes,
    PostingFrequency,
    Trend,
    best_times,
    posting_frequency,
    trend,
)
from creator_search.domain.comments import PostComments
from creator_search.domain.posts import Post
from creator_search.domain.profiles import PublicProfile

S = TypeVar(
    "S", Trend, PostingFrequency, BestTimes, ContentMix, Hashtags, Mentions, Locations, Network, Highlights, Sponsored
)
DEFAULT_DAYS = 90
MAX_DAYS = 365


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Input of the figures.

    `posts` are those of the last `days` days, and older ones as needed for the last twelve; empty for a creator whose
    posts may not be shown. `measurement` is that of the creator's tier; None if it was not measured yet.
    `comments` are those of the newest posts that have some stored, under the same condition as the posts.
    """

    profile: PublicProfile
    posts: Sequence[Post]
    snapshots: Sequence[Snapshot]
    days: int
    now: datetime
    measurement: TierMeasurement | None = None
    comments: Sequence[PostComments] = ()

    @cached_property
    def period(self) -> list[Post]:
        """The posts of the last `days` days, newest first."""
        since = self.now - timedelta(days=self.days)
        found = [p for p in self.posts if since <= p.taken_at]
        return sorted(found, key=lambda p: (p.taken_at, p.shortcode), reverse=True)

    @cached_property
    def engagement(self) -> Engagement:
        if not self.profile.shows_posts:
            return self.profile.engagement
        return summarize(self.posts, self.profile.followers, self.profile.complete_since)

    @cached_property
    def advice(self) -> PostingAdvice | None:
        """The advice whose window is in `engagement`: of all posts, not only those of the period."""
        return posting_advice(self.posts) if self.engagement.best_time_to_post else None

    @cached_property
    def posting_frequency(self) -> PostingFrequency:
        since = self.profile.complete_since
        return posting_frequency(self.period, days=self.days, complete_since=since, now=self.now)

    @cached_property
    def figures(self) -> CreatorFigures:
        """The figures that are compared with other creators; posts per week only for the period of the others."""
        per_week = self.posting_frequency.posts_per_week if self.days == DEFAULT_DAYS else None
        ratio = likes_per_comment(last_posts(self.posts, self.profile.complete_since))
        return CreatorFigures.of(self.profile.followers, self.engagement, per_week, ratio)

    @cached_property
    def benchmark(self) -> Benchmark:
        return benchmark(self.figures, self.measurement, compares_frequency=self.days == DEFAULT_DAYS)

    @cached_property
    def influence(self) -> Influence:
        return influence(self.profile, self.posts, self.benchmark)

    @cached_property
    def insights(self) -> Insights:
        return insights(self.posts, self.profile.followers)

    @cached_property
    def complete_period(self) -> list[Post]:
        """Those posts of the period that belong to the complete sequence."""
        return complete_posts(self.period, self.profile.complete_since)

    @property
    def complete_since(self) -> datetime | None:
        """Since when `period` has every post."""
        since = self.profile.complete_since
        return None if since is None else max(since, self.now - timedelta(days=self.days))

    def with_history_notes(self, section: S) -> S:
        """The section of figures over the period, with a note on how far every post is stored."""
        return replace(section, notes=(*section.notes, *history_notes(self.period, self.profile.complete_since)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Analytics:
    """The period is the last `days` days; `engagement` and `influence` always use the last twelve posts."""

    engagement: Engagement
    benchmark: Benchmark
    trend: Trend
    growth: Growth
    forecast: Forecast
    posting_frequency: PostingFrequency
    best_times: BestTimes
    content_mix: ContentMix
    hashtags: Hashtags
    mentions: Mentions
    locations: Locations
    network: Network
    reel_durations: ReelDurations
    posts: Highlights
    sponsored: Sponsored
    influence: Influence
    comment_sentiment: CommentSentiment
    audience: Audience


SECTIONS: Mapping[str, Callable[[Evidence], Any]] = {
    "engagement": lambda e: e.engagement,
    "benchmark": lambda e: e.benchmark,
    "trend": lambda e: e.with_history_notes(trend(e.period, e.profile.followers, e.complete_since, e.now)),
    "growth": lambda e: growth(e.profile.followers, e.snapshots, e.now.date()),
    "forecast": lambda e: forecast(e.profile.followers, e.snapshots, e.now.date()),
    "posting_frequency": lambda e: e.with_history_notes(e.posting_frequency),
    "best_times": lambda e: e.with_history_notes(best_times(e.period, e.advice)),
    "content_mix": lambda e: e.with_history_notes(content_mix(e.period, e.complete_period)),
    "hashtags": lambda e: e.with_history_notes(top_hashtags(e.period)),
    "mentions": lambda e: e.with_history_notes(top_mentions(e.period)),
    "locations": lambda e: e.with_history_notes(top_locations(e.period)),
    "network": lambda e: e.with_history_notes(network(e.period)),
    "reel_durations": lambda e: reel_durations(e.period),
    "posts": lambda e: e.with_history_notes(highlights(e.period, e.profile.followers, e.engagement.typical_views)),
    "sponsored": lambda e: e.with_history_notes(sponsored(e.period)),
    "influence": lambda e: e.influence,
    "comment_sentiment": lambda e: comment_sentiment(e.comments, is_private=not e.profile.shows_posts),
    "audience": lambda e: audience(e.period),
}
"""In the order of a stream."""


def analyze(evidence: Evidence) -> Analytics:
    return Analytics(**{name: section(evidence) for name, section in SECTIONS.items()})

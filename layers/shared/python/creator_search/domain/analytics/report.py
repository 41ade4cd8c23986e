"""All sections of a creator's analytics."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from creator_search.domain.analytics.audience import Audience, CommentSentiment, audience
from creator_search.domain.analytics.benchmark import Benchmark, benchmark
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
from creator_search.domain.analytics.engagement import Engagement, summarize
from creator_search.domain.analytics.growth import Growth, Snapshot, growth
from creator_search.domain.analytics.influence import Influence, influence
from creator_search.domain.analytics.insights import Insights, insights
from creator_search.domain.analytics.timing import (
    BestTimes,
    PostingFrequency,
    Trend,
    best_times,
    posting_frequency,
    trend,
)
from creator_search.domain.posts import Post
from creator_search.domain.profiles import PublicProfile

DEFAULT_DAYS = 90
MAX_DAYS = 365


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Input of the figures.

    `posts` are those of the last `days` days, and older ones as needed for the last twelve; empty for a creator whose
    posts may not be shown.
    """

    profile: PublicProfile
    posts: Sequence[Post]
    snapshots: Sequence[Snapshot]
    days: int
    now: datetime

    @cached_property
    def period(self) -> list[Post]:
        """The posts of the last `days` days, newest first."""
        since = self.now - timedelta(days=self.days)
        found = [p for p in self.posts if since <= p.taken_at]
        return sorted(found, key=lambda p: (p.taken_at, p.shortcode), reverse=True)

    @cached_property
    def engagement(self) -> Engagement:
        return summarize(self.posts, self.profile.followers) if self.profile.shows_posts else self.profile.engagement

    @cached_property
    def benchmark(self) -> Benchmark:
        return benchmark(self.profile.followers, self.engagement.engagement_rate)

    @cached_property
    def influence(self) -> Influence:
        return influence(self.profile, self.posts, self.benchmark)

    @cached_property
    def insights(self) -> Insights:
        return insights(self.posts, self.profile.followers)

    @property
    def reaches_back(self) -> bool:
        """Whether the store has every post of the period."""
        has_older = len(self.period) < len(self.posts)
        count = self.profile.posts_count
        return has_older or (count is not None and count <= self.profile.posts_stored)


@dataclass(frozen=True, slots=True, kw_only=True)
class Analytics:
    """The period is the last `days` days; `engagement` and `influence` always use the last twelve posts."""

    engagement: Engagement
    benchmark: Benchmark
    trend: Trend
    growth: Growth
    posting_frequency: PostingFrequency
    best_times: BestTimes
    content_mix: ContentMix
    hashtags: Hashtags
    mentions: Mentions
    posts: Highlights
    sponsored: Sponsored
    influence: Influence
    comment_sentiment: CommentSentiment
    audience: Audience


SECTIONS: Mapping[str, Callable[[Evidence], Any]] = {
    "engagement": lambda e: e.engagement,
    "benchmark": lambda e: e.benchmark,
    "trend": lambda e: trend(e.period, e.profile.followers, e.now),
    "growth": lambda e: growth(e.profile.followers, e.snapshots, e.now.date()),
    "posting_frequency": lambda e: posting_frequency(e.period, days=e.days, reaches_back=e.reaches_back, now=e.now),
    "best_times": lambda e: best_times(e.period, e.engagement.best_time_to_post),
    "content_mix": lambda e: content_mix(e.period),
    "hashtags": lambda e: top_hashtags(e.period),
    "mentions": lambda e: top_mentions(e.period),
    "posts": lambda e: highlights(e.period, e.profile.followers, e.engagement.typical_views),
    "sponsored": lambda e: sponsored(e.period),
    "influence": lambda e: e.influence,
    "comment_sentiment": lambda _: CommentSentiment(),
    "audience": lambda e: audience(e.period),
}
"""In the order of a stream."""


def analyze(evidence: Evidence) -> Analytics:
    return Analytics(**{name: section(evidence) for name, section in SECTIONS.items()})

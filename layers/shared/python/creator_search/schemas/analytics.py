"""`GET /api/profile/{username}/analytics` without its meta.

The sections are the types of domain/analytics, which document the formulas, units and minimum samples.
"""

from pydantic import BaseModel

from creator_search.domain.analytics.audience import Audience
from creator_search.domain.analytics.benchmark import Benchmark
from creator_search.domain.analytics.comments import CommentSentiment
from creator_search.domain.analytics.content import ContentMix, Hashtags, Highlights, Mentions, Sponsored
from creator_search.domain.analytics.durations import ReelDurations
from creator_search.domain.analytics.engagement import Engagement
from creator_search.domain.analytics.forecast import Forecast
from creator_search.domain.analytics.growth import Growth
from creator_search.domain.analytics.influence import Influence
from creator_search.domain.analytics.locations import Locations
from creator_search.domain.analytics.network import Network
from creator_search.domain.analytics.timing import BestTimes, PostingFrequency, Trend


class AnalyticsDocument(BaseModel):
    success: bool = True
    username: str
    days: int
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

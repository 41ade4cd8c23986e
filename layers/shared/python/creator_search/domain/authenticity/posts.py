"""Counts of posts compared with those of creators of the same audience size."""

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from creator_search.domain.analytics.benchmark import tier_of
from creator_search.domain.analytics.distribution import MIN_SAMPLE, Distribution
from creator_search.domain.analytics.engagement import MIN_POSTS_FOR_RATIO as MIN_POSTS
from creator_search.domain.analytics.engagement import engagement_rate, likes_per_comment, rate
from creator_search.domain.analytics.measured import Figure, TierMeasurement
from creator_search.domain.authenticity.explanations import Circumstances
from creator_search.domain.authenticity.signals import (
    Explanation,
    PostCounts,
    PostsEvidence,
    Signal,
    TierFigures,
    UsualRange,
    unknown,
)
from creator_search.domain.posts import Post

ENGAGEMENT, LIKES = "engagement_against_tier", "likes_per_comment"
FENCE = 2.5
"""Interquartile ranges beyond the quartiles, of the logarithms."""


class ComparedPosts:
    """The newest posts of a creator (`last_posts`), and the measurement of the creator's tier, None if there is none.
    Posts whose likes or comments are hidden are excluded; signals are null below 5 posts.

    The usual range of a figure is q1 × (q1 ÷ q3)^2.5 to q3 × (q3 ÷ q1)^2.5, where q1 and q3 are its quartiles (p25 and
    p75) over the stored creators of the tier: fences as in Tukey 1977, "Exploratory Data Analysis", for the logarithms,
    because the figures are positive and skewed. They are at 2.5 interquartile ranges, between Tukey's inner (1.5) and
    outer fences (3): 5 of 100,000 values of a lognormal distribution are outside. Null if the tier has fewer than 30
    creators with the figure.
    """

    def __init__(
        self,
        newest: Sequence[Post],
        followers: int,
        measurement: TierMeasurement | None,
        circumstances: Circumstances,
    ) -> None:
        self._newest = newest
        self._counts = tuple(
            PostCounts(shortcode=p.shortcode, likes=p.likes, comments=p.comments)
            for p in newest
            if p.likes is not None and p.comments is not None
        )
        self._followers = followers
        self._measurement = measurement
        self._circumstances = circumstances

    def engagement_against_tier(self) -> Signal:
        """The engagement rate: mean(likes + comments) ÷ followers × 100. `percentile` in the evidence is its percentile
        rank in the tier."""
        value = engagement_rate(self._newest, self._followers)
        found = self._compare(
            ENGAGEMENT, Figure.ENGAGEMENT_RATE, value, len(self._counts), "show their likes and comments"
        )
        if not found.is_outside or found.usual_range is None:
            return found
        middle = rate(median(post.likes + post.comments for post in self._counts), self._followers)
        if middle is None or not found.usual_range.contains(middle):
            return found
        text = "the median rate of the posts is in the usual range: a few posts cause the unusual mean"
        return _with_cause(found, text, engagement_rate_median=middle)

    def likes_per_comment(self) -> Signal:
        """The median of likes ÷ comments. Posts without comments have no such ratio; they are left out, and counted in
        the notes."""
        commented = sum(bool(post.comments) for post in self._counts)
        value = likes_per_comment(self._newest)
        found = self._compare(LIKES, Figure.LIKES_PER_COMMENT, value, commented, "show their likes and have comments")
        silent = len(self._counts) - commented
        if not silent:
            return found
        left_out = f"{LIKES}: {silent} posts without comments have no ratio, left out"
        return replace(found, notes=(*found.notes, left_out))

    def _compare(self, name: str, figure: Figure, value: float | None, sample_size: int, what: str) -> Signal:
        """`sample_size` is the number of posts that `what` is said of, and from which `value` was computed."""
        if value is None or sample_size < MIN_POSTS:
            few = f"{name}: {sample_size} posts {what}, {MIN_POSTS} are needed"
            notes = [few] if sample_size < MIN_POSTS else [f"{name}: the profile has no followers"]
            return unknown(name, sample_size, *notes)
        measured = self._measurement.distributions.get(figure, Distribution()) if self._measurement else Distribution()
        tier = self._tier_figures(measured, value)
        usual = fences(tier) if tier else None
        notes = [] if usual else [f"usual_range: {_without_range(measured, tier is not None)}"]
        found = Signal(
            name=name,
            value=value,
            usual_range=usual,
            sample_size=sample_size,
            evidence=PostsEvidence(followers=self._followers, posts=self._counts, tier=tier),
            notes=tuple(notes),
        )
        if not found.is_outside:
            return found
        causes = [cause for post in self._newest for cause in self._circumstances.of_words(post)]
        return replace(found, benign_explanations=tuple(causes))

    def _tier_figures(self, measured: Distribution, value: float) -> TierFigures | None:
        percentile = measured.rank(value)
        if self._measurement is None or percentile is None:
            return None
        numbers = {f"p{number}": measured.percentiles[number] for number in (10, 25, 50, 75, 90)}
        return TierFigures(
            tier=tier_of(self._followers).name,
            measured_on=self._measurement.measured_on,
            sample_size=measured.sample_size,
            percentile=percentile,
            **numbers,
        )


def fences(tier: TierFigures) -> UsualRange | None:
    """See ComparedPosts; None if the quartiles are equal or 0."""
    if not 0 < tier.p25 < tier.p75:
        return None
    spread = (tier.p75 / tier.p25) ** FENCE
    basis = (
        f"{FENCE} interquartile ranges of the logarithms beyond the quartiles of the {tier.sample_size} creators of "
        f"the tier {tier.tier}, measured on {tier.measured_on}"
    )
    return UsualRange(low=round(tier.p25 / spread, 6), high=round(tier.p75 * spread, 6), basis=basis)


def _without_range(measured: Distribution, has_percentiles: bool) -> str:
    if has_percentiles:
        return "the quartiles of the tier give no range"
    return f"{measured.sample_size} creators of the tier have this figure, {MIN_SAMPLE} are needed"


def _with_cause(signal: Signal, text: str, **evidence: float) -> Signal:
    cause = Explanation(explanation=text, evidence=evidence)
    return replace(signal, benign_explanations=(*signal.benign_explanations, cause))

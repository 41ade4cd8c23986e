"""Scores a creator's posts after a build, and records those that perform far better than usual."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from creator_search.domain.accounts import HistoryKey
from creator_search.domain.analytics.benchmark import tier_of
from creator_search.domain.analytics.niches import NO_VIEWS, CreatorViews, Niche, score_in_niche
from creator_search.domain.analytics.outliers import PointsByPost, score_posts
from creator_search.domain.analytics.report import Evidence
from creator_search.domain.outliers import MAX_AGE, MIN_SCORE, Baseline, Outlier
from creator_search.domain.posts import Post
from creator_search.domain.profiles import Profile
from creator_search.services.ports import BenchmarkStore, OutlierStore, PostHistoryStore

_COMPARED_FOR = timedelta(days=180)
"""Posts of the creator that are older are not in the baseline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredPosts:
    """The outliers of a creator, with the niche, None if it is not known, and the usual views of the posts."""

    outliers: tuple[Outlier, ...] = ()
    niche: Niche | None = None
    views: CreatorViews = NO_VIEWS


class OutlierRecorder:
    def __init__(self, *, history: PostHistoryStore, benchmarks: BenchmarkStore, outliers: OutlierStore) -> None:
        self._history = history
        self._benchmarks = benchmarks
        self._outliers = outliers

    def score(self, profile: Profile, evidence: Evidence) -> ScoredPosts:
        """Score the posts of at most 30 days against the creator's posts and, if it is measured, the niche. Takes a
        call for the points and one for the niche; none without posts, as for a private creator. Raises
        StoreUnavailable.
        """
        compared = [post for post in evidence.posts if evidence.now - post.taken_at <= _COMPARED_FOR]
        if not compared:
            return ScoredPosts()
        points = self._history.load_points(profile.history_key, min(post.taken_at for post in compared))
        niche = _niche_of(profile, evidence)
        found = (
            *self._against_creator(profile, compared, points, evidence),
            *self._against_niche(profile, compared, points, evidence, niche),
        )
        return ScoredPosts(
            outliers=tuple(outlier for outlier in found if outlier.score.score >= MIN_SCORE),
            niche=niche,
            views=CreatorViews.of(compared, points, evidence.now),
        )

    def _against_creator(
        self, profile: Profile, posts: Sequence[Post], points: PointsByPost, evidence: Evidence
    ) -> Iterator[Outlier]:
        scores = score_posts(posts, points, evidence.now, since=evidence.now - MAX_AGE)
        for post in posts:
            if score := scores.get(post.shortcode):
                yield Outlier.of(profile, post, score, Baseline.CREATOR)

    def _against_niche(
        self, profile: Profile, posts: Sequence[Post], points: PointsByPost, evidence: Evidence, niche: Niche | None
    ) -> Iterator[Outlier]:
        measurement = self._benchmarks.load_niche(niche) if niche else None
        for post in posts if measurement else ():
            if measurement and evidence.now - post.taken_at <= MAX_AGE:
                score = score_in_niche(post, points.get(post.shortcode, ()), measurement, evidence.now)
                if score:
                    yield Outlier.of(profile, post, score, Baseline.NICHE, niche)

    def record(self, key: HistoryKey, outliers: Sequence[Outlier]) -> Sequence[Outlier]:
        """Store the outliers of an account in place of the stored ones, in one call, or two if there are any. Return
        those of posts that were not outliers of this baseline before. Raises StoreUnavailable.
        """
        stored = {outlier.item: outlier for outlier in self._outliers.load_outliers(key)}
        items = {outlier.item for outlier in outliers}
        self._outliers.change_outliers(outliers, [stored[item] for item in stored if item not in items])
        return [outlier for outlier in outliers if outlier.item not in stored]

    def describe(self, profile: Profile, posts: Sequence[Post]) -> None:
        """Store the analyses and images that the posts have now with their outliers. Raises StoreUnavailable."""
        by_code = {post.shortcode: post for post in posts}
        stored = self._outliers.load_outliers(profile.history_key)
        pairs = ((found, by_code.get(found.score.shortcode)) for found in stored)
        described = [(found, found.described(post)) for found, post in pairs if post]
        self._outliers.change_outliers([new for found, new in described if new != found], [])


def _niche_of(profile: Profile, evidence: Evidence) -> Niche | None:
    """None until captions are analyzed."""
    category = evidence.insights.content.primary_category
    language = evidence.insights.languages.primary_language
    if category is None or language is None:
        return None
    return Niche(category=category, language=language, tier=tier_of(profile.followers).name)

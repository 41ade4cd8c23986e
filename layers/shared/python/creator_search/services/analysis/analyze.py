"""Analysis of the captions of a creator's newest posts, each distinct caption once."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from creator_search.domain.accounts import HistoryKey
from creator_search.domain.analytics.insights import NEWEST, insights
from creator_search.domain.clock import Clock
from creator_search.domain.errors import GaveUp
from creator_search.domain.messages import AnalysisMessage
from creator_search.domain.metrics import Metric
from creator_search.domain.posts import RULES, Post, PostAnalysis
from creator_search.domain.profiles import Profile
from creator_search.domain.webhooks import WebhookEvent
from creator_search.services.analysis.comments import CommentAnalyzer
from creator_search.services.analysis.refresh import REPEATED_AFTER
from creator_search.services.outliers import OutlierRecorder
from creator_search.services.ports import (
    AnalysisCache,
    CaptionAnalyzer,
    Events,
    FailureLog,
    Metrics,
    PostStore,
    ProfileStore,
    RequestId,
    TaskQueue,
)
from creator_search.services.reading.documents import DocumentWriter

GOOD_FOR = timedelta(days=7)
"""How long an analysis by rules, or a cached one, is used. One by models is used until they or the caption change.
"""
CHECKED_EVERY = timedelta(days=7)
"""Interval at which a creator is checked for analyses by earlier models, whose version only the analyzer knows. A check
that finds none reads the posts and writes the documents, and loads no model."""
FORGOTTEN_AFTER = timedelta(days=30)
"""Age from which the analysis of a post that is not among the newest 100 is removed. The newest keep theirs."""
MAX_RETRIES = 3
BATCH = 10
"""Number of posts between two checks of the time. A crash loses the analyses of at most one batch."""


def retry_delay_seconds(attempt: int) -> int:
    """2^attempt × 60 s."""
    return 60 << attempt


@dataclass(frozen=True, slots=True)
class AnalysisOutcome:
    posts: int
    is_finished: bool


class ProfileAnalyzer:
    """Analyzes the captions and the stored comments of a creator.

    It may run twice and may be interrupted at any point: analyses are stored post by post and cached by the hash of the
    caption, so the next delivery of the message continues with the remaining posts.
    """

    def __init__(
        self,
        *,
        profiles: ProfileStore,
        posts: PostStore,
        cache: AnalysisCache,
        analyzer: CaptionAnalyzer,
        comments: CommentAnalyzer,
        documents: DocumentWriter,
        outliers: OutlierRecorder,
        tasks: TaskQueue,
        events: Events,
        request_id: RequestId,
        clock: Clock,
        batch_seconds: float,
        metrics: Metrics,
        failures: FailureLog,
    ) -> None:
        self._profiles = profiles
        self._posts = posts
        self._cache = cache
        self._analyzer = analyzer
        self._comments = comments
        self._documents = documents
        self._outliers = outliers
        self._tasks = tasks
        self._events = events
        self._request_id = request_id
        self._clock = clock
        self._longest_batch = timedelta(seconds=batch_seconds)
        self._metrics = metrics
        self._failures = failures

    def analyze(self, username: str, deadline: datetime, attempt: int = 0) -> AnalysisOutcome:
        """Analyze the captions until the deadline. Failures are retried three times with a delayed message.

        Raises GaveUp after the last attempt, QueueUnavailable.
        """
        try:
            return self._analyze_due(username, deadline)
        except Exception as error:  # any failure is retried later
            self._failures.log_failure("analysis failed", error, username=username)
            if attempt >= MAX_RETRIES:
                self._profiles.postpone_analysis(username, self._clock() + CHECKED_EVERY)
                self._show_analyzed(username)
                raise GaveUp(f"analysis failed {attempt + 1} times") from error
            again = attempt + 1
            retry = AnalysisMessage(username=username, attempt=again)
            self._tasks.send_task(retry, delay_seconds=retry_delay_seconds(again))
            return AnalysisOutcome(0, is_finished=False)

    def _show_analyzed(self, username: str) -> None:
        """Write the documents, for the posts that were analyzed before the rest was given up. Never raises."""
        try:
            self._documents.write(username)
        except Exception as error:  # the next build writes them
            self._failures.log_failure("documents were not written", error, username=username)

    def _analyze_due(self, username: str, deadline: datetime) -> AnalysisOutcome:
        profile = self._profiles.load_profile(username)
        if profile is None:
            return AnalysisOutcome(0, is_finished=True)
        key = profile.history_key
        newest = list(islice(self._posts.newest_posts(key), NEWEST))
        done = 0
        for batch in _batches([post for post in newest if self._is_due(post)]):
            if not self._has_time(deadline):
                break
            for post, analysis in zip(batch, self._analyses_of([p.caption for p in batch]), strict=True):
                self._posts.set_post_analysis(key, replace(post, analysis=analysis))
                done += 1
        else:
            profile = self._profiles.load_profile(username)
            if profile is None:
                return AnalysisOutcome(done, is_finished=True)
            if self._comments.analyze(profile.history_key, lambda: self._has_time(deadline)):
                self._conclude(profile)
                self._events.publish(WebhookEvent.ANALYSIS_COMPLETED, username, self._request_id())
                return AnalysisOutcome(done, is_finished=True)
        self._tasks.send_task(AnalysisMessage(username=username))
        return AnalysisOutcome(done, is_finished=False)

    def _has_time(self, deadline: datetime) -> bool:
        return self._clock() + self._longest_batch <= deadline

    def _is_due(self, post: Post) -> bool:
        known = post.analysis
        if known is None or self._analyzer.supersedes(known):
            return True
        return known.engine == RULES and self._clock() - known.analyzed_at >= GOOD_FOR

    def _analyses_of(self, captions: Sequence[str]) -> list[PostAnalysis]:
        version = self._analyzer.version
        cached = self._cache.load_analyses(version, captions)
        known = {caption: found for caption, found in cached.items() if not self._analyzer.supersedes(found)}
        missing = [caption for caption in dict.fromkeys(captions) if caption not in known]
        if missing:
            fresh = dict(zip(missing, self._analyzer.analyze_captions(missing), strict=True))
            for engine, number in Counter(analysis.engine for analysis in fresh.values()).items():
                self._metrics.count(Metric.CAPTIONS_ANALYZED, number, engine=engine)
            self._cache.save_analyses(version, fresh, GOOD_FOR)
            known |= fresh
        return [known[caption] for caption in captions]

    def _conclude(self, profile: Profile) -> None:
        """Store the summary of all stored analyses, including those of other deliveries."""
        username = profile.username
        stored_posts = self._posts.newest_posts(profile.history_key)
        posts = list(islice(stored_posts, NEWEST))
        self._remove_old(profile.history_key, stored_posts)
        language = insights(posts, profile.followers).languages.primary_language
        self._profiles.set_analysis_result(profile, language, self._next_due(posts))
        self._outliers.describe(profile, posts)
        self._documents.write(username)

    def _remove_old(self, key: HistoryKey, posts: Iterator[Post]) -> None:
        for post in posts:
            if post.analysis and self._clock() - post.analysis.analyzed_at >= FORGOTTEN_AFTER:
                self._posts.set_post_analysis(key, replace(post, analysis=None))

    def _next_due(self, posts: Sequence[Post]) -> datetime:
        """Return the time of the next check, or the earlier one at which an analysis by rules is a week old. If the
        rules replaced the models, an hour from now.
        """
        now = self._clock()
        by_rules = [post.analysis.analyzed_at for post in posts if post.analysis and post.analysis.engine == RULES]
        if by_rules and self._analyzer.engine != RULES:
            return now + REPEATED_AFTER
        return min(now + CHECKED_EVERY, min(by_rules, default=now) + GOOD_FOR)


def _batches(posts: Sequence[Post]) -> Iterator[Sequence[Post]]:
    for start in range(0, len(posts), BATCH):
        yield posts[start : start + BATCH]

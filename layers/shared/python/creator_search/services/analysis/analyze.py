"""Analysis of the captions of a creator's newest posts, each distinct caption once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from creator_search.domain.analytics.insights import NEWEST, insights
from creator_search.domain.clock import Clock
from creator_search.domain.errors import GaveUp
from creator_search.domain.messages import AnalysisMessage
from creator_search.domain.posts import Post, PostAnalysis
from creator_search.services.analysis.refresh import REPEATED_AFTER
from creator_search.services.ports import AnalysisCache, CaptionAnalyzer, FailureLog, PostStore, ProfileStore, TaskQueue
from creator_search.services.reading.documents import DocumentWriter

GOOD_FOR = timedelta(days=7)
"""How long an analysis is used before its caption is analyzed again."""
FORGOTTEN_AFTER = timedelta(days=30)
"""An analysis older than this belongs to a post that is no longer among the newest, because those are analyzed every
week.
"""
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
    """Analyzes the captions of a creator.

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
        documents: DocumentWriter,
        tasks: TaskQueue,
        clock: Clock,
        batch_seconds: float,
        failures: FailureLog,
    ) -> None:
        self._profiles = profiles
        self._posts = posts
        self._cache = cache
        self._analyzer = analyzer
        self._documents = documents
        self._tasks = tasks
        self._clock = clock
        self._longest_batch = timedelta(seconds=batch_seconds)
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
                self._profiles.postpone_analysis(username, self._clock() + GOOD_FOR)
                raise GaveUp(f"analysis failed {attempt + 1} times") from error
            again = attempt + 1
            retry = AnalysisMessage(username=username, attempt=again)
            self._tasks.send_task(retry, delay_seconds=retry_delay_seconds(again))
            return AnalysisOutcome(0, is_finished=False)

    def _analyze_due(self, username: str, deadline: datetime) -> AnalysisOutcome:
        newest = list(islice(self._posts.newest_posts(username), NEWEST))
        done = 0
        for batch in _batches([post for post in newest if self._is_due(post)]):
            if self._clock() + self._longest_batch > deadline:
                self._tasks.send_task(AnalysisMessage(username=username))
                break
            for post, analysis in zip(batch, self._analyses_of([p.caption for p in batch]), strict=True):
                self._posts.set_post_analysis(username, replace(post, analysis=analysis))
                done += 1
        else:
            self._conclude(username)
            return AnalysisOutcome(done, is_finished=True)
        return AnalysisOutcome(done, is_finished=False)

    def _is_due(self, post: Post) -> bool:
        known = post.analysis
        return known is None or self._analyzer.supersedes(known) or self._clock() - known.analyzed_at >= GOOD_FOR

    def _analyses_of(self, captions: Sequence[str]) -> list[PostAnalysis]:
        version = self._analyzer.version
        known = dict(self._cache.load_analyses(version, captions))
        missing = [caption for caption in dict.fromkeys(captions) if caption not in known]
        if missing:
            fresh = dict(zip(missing, self._analyzer.analyze_captions(missing), strict=True))
            # Cached under the version that made them: that of the rules if they replaced the models.
            for used in {analysis.version for analysis in fresh.values()}:
                self._cache.save_analyses(used, {c: a for c, a in fresh.items() if a.version == used}, GOOD_FOR)
            known |= fresh
        return [known[caption] for caption in captions]

    def _conclude(self, username: str) -> None:
        """Store the summary of all stored analyses, including those of other deliveries."""
        profile = self._profiles.load_profile(username)
        if profile is None:
            return
        stored_posts = self._posts.newest_posts(username)
        posts = list(islice(stored_posts, NEWEST))
        self._remove_old(username, stored_posts)
        language = insights(posts, profile.followers).languages.primary_language
        self._profiles.set_analysis_result(username, language, self._next_due(posts))
        self._documents.write(username)

    def _remove_old(self, username: str, posts: Iterator[Post]) -> None:
        for post in posts:
            if post.analysis and self._clock() - post.analysis.analyzed_at >= FORGOTTEN_AFTER:
                self._posts.set_post_analysis(username, replace(post, analysis=None))

    def _next_due(self, posts: Sequence[Post]) -> datetime:
        """Return a week after the oldest analysis, or an hour from now if a fallback engine made any of the
        analyses.
        """
        now, analyses = self._clock(), [post.analysis for post in posts if post.analysis]
        if any(analysis.engine != self._analyzer.engine for analysis in analyses):
            return now + REPEATED_AFTER
        return min((analysis.analyzed_at for analysis in analyses), default=now) + GOOD_FOR


def _batches(posts: Sequence[Post]) -> Iterator[Sequence[Post]]:
    for start in range(0, len(posts), BATCH):
        yield posts[start : start + BATCH]

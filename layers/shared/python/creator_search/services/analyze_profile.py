"""Read the captions of a creator's newest posts, each caption once, and say what they say together."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from creator_search.domain.analytics.insights import NEWEST, insights
from creator_search.domain.answers import Clock
from creator_search.domain.errors import GaveUp
from creator_search.domain.profiles import Post, PostAnalysis
from creator_search.services.documents import WriteDocuments
from creator_search.services.ports import AnalysisCache, CaptionAnalyser, PostStore, ProfileStore, TaskQueue
from creator_search.services.refresh_analyses import ASK_AGAIN_AFTER

GOOD_FOR = timedelta(days=7)
FORGOTTEN_AFTER = timedelta(days=30)
"""An analysis as old as that is of a post that is no longer among the newest: those are read each week."""
MAX_ATTEMPTS = 3
BATCH = 10
"""Posts between two looks at the clock: what a crash costs at most."""


def retry_delay_seconds(attempt: int) -> int:
    """2^attempt × 60 s."""
    return 60 << attempt


@dataclass(frozen=True, slots=True)
class Analyzed:
    posts: int
    is_finished: bool


class AnalyzeProfile:
    """Safe to do twice, and to be ended anywhere: what is read is kept post by post, and captions that were read are
    remembered by their hash; the next delivery goes on with what is left."""

    def __init__(
        self,
        *,
        profiles: ProfileStore,
        posts: PostStore,
        cache: AnalysisCache,
        analyser: CaptionAnalyser,
        write_documents: WriteDocuments,
        tasks: TaskQueue,
        clock: Clock,
        batch_seconds: float,
        on_error: Callable[[str, Exception], None],
    ) -> None:
        self._profiles = profiles
        self._posts = posts
        self._cache = cache
        self._analyser = analyser
        self._write_documents = write_documents
        self._tasks = tasks
        self._clock = clock
        self._longest_batch = timedelta(seconds=batch_seconds)
        self._on_error = on_error

    def __call__(self, username: str, deadline: datetime, attempt: int = 0) -> Analyzed:
        """A failure is tried again later, three times. Raises GaveUp after that, QueueUnavailable."""
        try:
            return self._analyze(username, deadline)
        except Exception as error:  # whatever it was, the captions are tried again later
            self._on_error(username, error)
            if attempt >= MAX_ATTEMPTS:
                self._profiles.postpone_analysis(username, self._clock() + GOOD_FOR)
                raise GaveUp(f"analysis failed {attempt + 1} times") from error
            again = attempt + 1
            self._tasks.analyse_profile(username, attempt=again, delay_seconds=retry_delay_seconds(again))
            return Analyzed(0, is_finished=False)

    def _analyze(self, username: str, deadline: datetime) -> Analyzed:
        newest = list(islice(self._posts.newest(username), NEWEST))
        done = 0
        for batch in _batches([post for post in newest if self._is_due(post)]):
            if self._clock() + self._longest_batch > deadline:
                self._tasks.analyse_profile(username, attempt=0, delay_seconds=0)
                break
            for post, analysis in zip(batch, self._read([p.caption for p in batch]), strict=True):
                self._posts.set_analysis(username, replace(post, analysis=analysis))
                done += 1
        else:
            self._conclude(username)
            return Analyzed(done, is_finished=True)
        return Analyzed(done, is_finished=False)

    def _is_due(self, post: Post) -> bool:
        known = post.analysis
        return known is None or self._analyser.supersedes(known) or self._clock() - known.analyzed_at >= GOOD_FOR

    def _read(self, captions: Sequence[str]) -> list[PostAnalysis]:
        version = self._analyser.version
        known = dict(self._cache.read(version, captions))
        missing = [caption for caption in dict.fromkeys(captions) if caption not in known]
        if missing:
            fresh = dict(zip(missing, self._analyser.read(missing), strict=True))
            # Under the version that did read them: the rules may have stood in.
            for reader in {analysis.version for analysis in fresh.values()}:
                self._cache.save(reader, {c: a for c, a in fresh.items() if a.version == reader}, GOOD_FOR)
            known |= fresh
        return [known[caption] for caption in captions]

    def _conclude(self, username: str) -> None:
        """From what is stored, so that it is right whoever read which post."""
        stored = self._profiles.profile(username)
        if stored is None:
            return
        stored_posts = self._posts.newest(username)
        posts = list(islice(stored_posts, NEWEST))
        self._forget_old(username, stored_posts)
        language = insights(posts, stored.upstream.followers).languages.primary_language
        self._profiles.set_reading(username, language, self._next_due(posts))
        self._write_documents(username)

    def _forget_old(self, username: str, posts: Iterator[Post]) -> None:
        for post in posts:
            if post.analysis and self._clock() - post.analysis.analyzed_at >= FORGOTTEN_AFTER:
                self._posts.set_analysis(username, replace(post, analysis=None))

    def _next_due(self, posts: Sequence[Post]) -> datetime:
        """A week after the oldest reading; soon where another engine stood in for the one that should answer."""
        now, readings = self._clock(), [post.analysis for post in posts if post.analysis]
        if any(reading.engine != self._analyser.engine for reading in readings):
            return now + ASK_AGAIN_AFTER
        return min((reading.analyzed_at for reading in readings), default=now) + GOOD_FOR


def _batches(posts: Sequence[Post]) -> Iterator[Sequence[Post]]:
    for start in range(0, len(posts), BATCH):
        yield posts[start : start + BATCH]

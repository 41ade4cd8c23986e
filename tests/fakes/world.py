"""A container over fakes."""

from creator_search.bootstrap import Container
from creator_search.config import Config

from tests.fakes.benchmarks import FakeBenchmarkStore
from tests.fakes.breakers import FakeBreakerStore
from tests.fakes.callers import (
    FakeActivityStore,
    FakeApiKeyStore,
    FakeAuditLog,
    FakeCallerRows,
    FakeFavoriteStore,
    FakeRequestCounts,
    FakeTokenVerifier,
)
from tests.fakes.campaigns import FakeCampaignStore, FakeListStore
from tests.fakes.captions import FakeAnalysisCache
from tests.fakes.comments import FakeCommentStore
from tests.fakes.control import FakeAbsences, FakeLocks, FakeRefreshAllowance, FakeTombstones
from tests.fakes.identity import FakeAccountStore
from tests.fakes.jobs import FakeJobQueue, FakeJobStore, FakeTaskLetters, FakeTasks
from tests.fakes.outliers import FakeOutlierStore
from tests.fakes.post_history import FakePostHistoryStore
from tests.fakes.process import FakeClock, FakeFailures, ids
from tests.fakes.profiles import FakeDocumentStore, FakePostStore, FakeProfileStore
from tests.fakes.similar import FakeCdn, FakeImages, FakeMetrics, FakeSimilarStore
from tests.fakes.upstreams import FakeCommentSource, FakeUpstream
from tests.fakes.values import accounts, fetched_profile
from tests.fakes.watching import FakeQueueDepths, FakeResources, FakeWatchStore
from tests.fakes.webhooks import FakeDeliveryStore, FakeEventTimes, FakeReceivers, FakeWebhookStore


class World:
    """All ports as fakes, and the container that builds the services over them.

    `parts` replace parts of the container: `World(caption_analyzer=…)`.
    """

    def __init__(self, config: Config | None = None, **parts: object) -> None:
        self.clock = FakeClock()
        self.breakers = FakeBreakerStore()
        self.profiles = FakeProfileStore()
        self.posts = FakePostStore(self.profiles)
        self.history = FakePostHistoryStore(self.clock, self.profiles)
        self.documents = FakeDocumentStore(self.clock, self.profiles)
        self.benchmarks = FakeBenchmarkStore(self.clock, self.profiles)
        self.comments = FakeCommentStore(self.clock, self.profiles)
        self.outliers = FakeOutlierStore(self.clock, self.profiles)
        self.tombstones = FakeTombstones()
        self.accounts = FakeAccountStore(self.profiles, self.documents, self.tombstones)
        self.campaigns = FakeCampaignStore()
        self.lists = FakeListStore()
        self.jobs = FakeJobStore(self.clock, self.profiles, self.tombstones)
        self.queue = FakeJobQueue()
        self.tasks = FakeTasks()
        self.deliveries = FakeDeliveryStore(self.clock)
        self.webhooks = FakeWebhookStore(self.clock, self.deliveries)
        self.event_times = FakeEventTimes()
        self.receivers = FakeReceivers(self.clock)
        self.task_letters = FakeTaskLetters()
        self.similar = FakeSimilarStore(self.clock)
        self.images = FakeImages()
        self.cdn = FakeCdn()
        self.metrics = FakeMetrics()
        self.watched = FakeWatchStore()
        self.depths = FakeQueueDepths()
        self.resources = FakeResources()
        self.locks = FakeLocks(self.clock)
        self.allowance = FakeRefreshAllowance(self.clock)
        self.absences = FakeAbsences(self.clock)
        self.analyses = FakeAnalysisCache(self.clock)
        self.failures = FakeFailures()
        self.profile_source = FakeUpstream([fetched_profile()])
        self.post_source = FakeUpstream([()])
        self.reel_source = FakeUpstream([()])
        self.similar_source = FakeUpstream([accounts("ben", "cleo", "dana")])
        self.comment_source = FakeCommentSource()
        self.api_keys = FakeApiKeyStore(self.clock)
        self.tokens = FakeTokenVerifier()
        self.counts = FakeRequestCounts()
        self.favorites = FakeFavoriteStore()
        self.activity = FakeActivityStore(self.clock)
        self.caller_rows = FakeCallerRows(self.api_keys, self.favorites, self.activity)
        self.audit = FakeAuditLog()
        self._new_id = ids()
        self._config = (config or Config()).model_copy(update={"local_caller": True})
        self._parts = parts
        self.restart()

    def restart(self, **parts: object) -> None:
        """Start a new process over the same stores: the state in memory is lost."""
        self._parts |= parts
        self.container = Container.for_tests(
            **{
                "config": self._config,
                "clock": self.clock,
                "sleep": self.clock.sleep,
                "new_id": self._new_id,
                "failures": lambda _: self.failures,
                "breaker_store": self.breakers,
                "job_store": self.jobs,
                "profile_store": self.profiles,
                "account_store": self.accounts,
                "campaign_store": self.campaigns,
                "list_store": self.lists,
                "post_store": self.posts,
                "post_history_store": self.history,
                "document_store": self.documents,
                "benchmark_store": self.benchmarks,
                "comment_store": self.comments,
                "outlier_store": self.outliers,
                "webhook_store": self.webhooks,
                "interested_callers": self.webhooks,
                "delivery_store": self.deliveries,
                "event_times": self.event_times,
                "webhook_sender": self.receivers,
                "similar_store": self.similar,
                "analysis_cache": self.analyses,
                "locks": self.locks,
                "refresh_locks": self.locks,
                "refresh_allowance": self.allowance,
                "absences": self.absences,
                "tombstones": self.tombstones,
                "image_source": self.images,
                "image_store": self.images,
                "cdn": self.cdn,
                "metrics": self.metrics,
                "metrics_reader": self.metrics,
                "watch_store": self.watched,
                "queue_depths": self.depths,
                "resource_meter": self.resources,
                "job_queue": self.queue,
                "task_queue": self.tasks,
                "task_letters": self.task_letters,
                "profile_sources": lambda _: self.profile_source,
                "post_sources": lambda _: self.post_source,
                "reel_sources": lambda _: self.reel_source,
                "similar_sources": lambda _: self.similar_source,
                "comment_source": self.comment_source,
                "commenter_key": "a key for tests",
                "cursor_key": "another key for tests",
                "token_verifier": self.tokens,
                "api_key_store": self.api_keys,
                "request_counts": self.counts,
                "favorite_store": self.favorites,
                "activity_store": self.activity,
                "caller_rows": self.caller_rows,
                "audit_log": self.audit,
                **self._parts,
            }
        )

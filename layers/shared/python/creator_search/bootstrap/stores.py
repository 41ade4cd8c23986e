"""Stores and queues. A module is imported where its part is built, so unused parts add nothing to a cold start."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from creator_search import current
from creator_search.bootstrap.callers import Callers
from creator_search.catalogue import SEARCH_ENDPOINT, SEARCH_INDEX, Bucket, Queue, Table
from creator_search.domain.breakers import Dependency
from creator_search.domain.jobs import Priority
from creator_search.domain.metrics import Metric
from creator_search.environment import dead_letter_url, resource_name, search_endpoint
from creator_search.parts import Part

if TYPE_CHECKING:
    from creator_search.adapters.dynamodb.idempotency import DynamoDBIdempotencyStore
    from creator_search.adapters.memory import KeptDocumentStore
    from creator_search.adapters.opensearch.engine import SearchEngine
    from creator_search.services import ports

PRIORITY_QUEUES: Mapping[Priority, Queue] = {
    Priority.HIGH: Queue.PROFILE_HIGH,
    Priority.MEDIUM: Queue.PROFILE_MEDIUM,
    Priority.LOW: Queue.PROFILE_LOW,
}


PROFILE_WORKER = "process_profiles"
"""The worker of the profile queues, in the metrics."""
_INDEXING_TIMEOUT_SECONDS = 30
"""Half of the time-out of index_creators."""


class Stores(Callers):
    @Part
    def job_store(self) -> "ports.JobStore":
        from creator_search.adapters.dynamodb.jobs import DynamoDBJobStore

        return DynamoDBJobStore(
            self.dynamodb,
            jobs=lambda: resource_name(Table.JOBS),
            profiles=lambda: resource_name(Table.PROFILES),
            control=lambda: resource_name(Table.CONTROL),
            erasures=lambda: resource_name(Table.ERASURES),
            clock=self.clock,
        )

    @Part
    def profile_store(self) -> "ports.ProfileStore":
        from creator_search.adapters.dynamodb.profiles import DynamoDBProfileStore

        return DynamoDBProfileStore(self.dynamodb, profiles=resource_name(Table.PROFILES))

    @Part
    def account_store(self) -> "ports.AccountStore":
        from creator_search.adapters.dynamodb.accounts import DynamoDBAccountStore

        return DynamoDBAccountStore(
            self.dynamodb,
            profiles=resource_name(Table.PROFILES),
            erasures=lambda: resource_name(Table.ERASURES),
        )

    @Part
    def campaign_store(self) -> "ports.CampaignStore":
        from creator_search.adapters.dynamodb.campaigns import DynamoDBCampaignStore

        table = resource_name(Table.ACCOUNTS)
        return DynamoDBCampaignStore(self.dynamodb, accounts=table, clock=self.clock, new_id=self.new_id)

    @Part
    def list_store(self) -> "ports.ListStore":
        from creator_search.adapters.dynamodb.lists import DynamoDBListStore

        table = resource_name(Table.ACCOUNTS)
        return DynamoDBListStore(self.dynamodb, accounts=table, clock=self.clock, new_id=self.new_id)

    @Part
    def post_store(self) -> "ports.PostStore":
        from creator_search.adapters.dynamodb.posts import DynamoDBPostStore

        return DynamoDBPostStore(self.dynamodb, profiles=resource_name(Table.PROFILES))

    @Part
    def post_history_store(self) -> "ports.PostHistoryStore":
        from creator_search.adapters.dynamodb.post_history import DynamoDBPostHistoryStore

        return DynamoDBPostHistoryStore(self.dynamodb, profiles=resource_name(Table.PROFILES), clock=self.clock)

    @Part
    def document_store(self) -> "ports.DocumentStore":
        from creator_search.adapters.dynamodb.documents import DynamoDBDocumentStore

        return DynamoDBDocumentStore(
            self.dynamodb,
            lambda: self.s3,
            profiles=resource_name(Table.PROFILES),
            bucket=lambda: resource_name(Bucket.DOCUMENTS),
            clock=self.clock,
        )

    @Part
    def kept_documents(self) -> "KeptDocumentStore":
        """The documents, with those that this process has read or written lately in its memory."""
        from creator_search.adapters.memory import KeptDocumentStore

        settings = self.read_settings
        return KeptDocumentStore(
            self.document_store,
            max_documents=settings.document_cache_documents,
            max_bytes=settings.document_cache_megabytes * 1_000_000,
            kept_for=timedelta(seconds=settings.document_cache_seconds),
            clock=self.clock,
            record=lambda is_hit: self.metrics.count(
                Metric.DOCUMENT_CACHE_HIT if is_hit else Metric.DOCUMENT_CACHE_MISS
            ),
        )

    @Part
    def outlier_store(self) -> "ports.OutlierStore":
        from creator_search.adapters.dynamodb.outliers import DynamoDBOutlierStore

        return DynamoDBOutlierStore(self.dynamodb, profiles=resource_name(Table.PROFILES), clock=self.clock)

    @Part
    def benchmark_store(self) -> "ports.BenchmarkStore":
        from creator_search.adapters.dynamodb.benchmarks import DynamoDBBenchmarkStore

        return DynamoDBBenchmarkStore(
            self.dynamodb,
            profiles=resource_name(Table.PROFILES),
            control=resource_name(Table.CONTROL),
            clock=self.clock,
        )

    @Part
    def comment_store(self) -> "ports.CommentStore":
        from creator_search.adapters.dynamodb.comments import DynamoDBCommentStore

        return DynamoDBCommentStore(self.dynamodb, profiles=resource_name(Table.PROFILES), clock=self.clock)

    @Part
    def search_engine(self) -> "SearchEngine":
        engine: SearchEngine = self._guarded(self._search_client(), Dependency.SEARCH)
        return engine

    @Part
    def indexing_engine(self) -> "SearchEngine":
        """For work that is delivered again until it succeeds, so that no call is refused by a breaker. The time-out is
        long: a batch that was given up may still be applied after a later one."""
        engine: SearchEngine = self._retried(self._search_client(read_timeout=_INDEXING_TIMEOUT_SECONDS))
        return engine

    def _search_client(self, **timeouts: float) -> "SearchEngine":
        from creator_search.adapters.opensearch.engine import SearchEngine

        endpoint = search_endpoint()
        if endpoint is None:
            raise KeyError(SEARCH_ENDPOINT)
        return SearchEngine(endpoint, SEARCH_INDEX, **timeouts)

    @Part
    def creator_index(self) -> "ports.CreatorIndex":
        """The search engine, if this function may use one."""
        return self.engine_creators if search_endpoint() else self.table_creators

    @Part
    def table_creators(self) -> "ports.CreatorIndex":
        from creator_search.adapters.dynamodb.creator_index import DynamoDBCreatorIndex

        return DynamoDBCreatorIndex(self.dynamodb, profiles=resource_name(Table.PROFILES))

    @Part
    def engine_creators(self) -> "ports.CreatorIndex":
        from creator_search.adapters.opensearch.creator_index import OpenSearchCreatorIndex

        return OpenSearchCreatorIndex(self.search_engine)

    @Part
    def creator_documents(self) -> "ports.CreatorDocuments":
        from creator_search.adapters.opensearch.documents import OpenSearchCreatorDocuments

        return OpenSearchCreatorDocuments(self.indexing_engine)

    @Part
    def similar_store(self) -> "ports.SimilarStore":
        from creator_search.adapters.dynamodb.similar import DynamoDBSimilarStore

        # Readers of the sets have no access to the memberships, and no name of their table.
        return DynamoDBSimilarStore(
            self.cache_dynamodb,
            similar=resource_name(Table.SIMILAR),
            memberships=lambda: resource_name(Table.MEMBERSHIPS),
            clock=self.clock,
        )

    @Part
    def analysis_cache(self) -> "ports.AnalysisCache":
        from creator_search.adapters.dynamodb.analyses import DynamoDBAnalysisCache

        return DynamoDBAnalysisCache(self.cache_dynamodb, control=resource_name(Table.CONTROL), clock=self.clock)

    @Part
    def locks(self) -> "ports.Locks":
        from creator_search.adapters.dynamodb.control import DynamoDBLocks

        return DynamoDBLocks(self.dynamodb, control=resource_name(Table.CONTROL), clock=self.clock)

    @Part
    def refresh_locks(self) -> "ports.Locks":
        """The locks of refresh requests. A read that has its answer waits for them, so they use the client with the
        shorter retries."""
        from creator_search.adapters.dynamodb.control import DynamoDBLocks

        return DynamoDBLocks(self.cache_dynamodb, control=resource_name(Table.CONTROL), clock=self.clock)

    @Part
    def absences(self) -> "ports.Absences":
        from creator_search.adapters.dynamodb.control import DynamoDBAbsences

        return DynamoDBAbsences(self.dynamodb, control=resource_name(Table.CONTROL), clock=self.clock)

    @Part
    def idempotency_store(self) -> "DynamoDBIdempotencyStore":
        from creator_search.adapters.dynamodb.idempotency import DynamoDBIdempotencyStore

        return DynamoDBIdempotencyStore(self.dynamodb, accounts=resource_name(Table.ACCOUNTS), clock=self.clock)

    @Part
    def image_store(self) -> "ports.ImageStore":
        from creator_search.adapters.aws.s3 import S3ImageStore

        return S3ImageStore(self.s3, bucket=resource_name(Bucket.IMAGES))

    @Part
    def cdn(self) -> "ports.Cdn":
        from creator_search.adapters.aws.cloudfront import CloudFrontCdn

        # Most users of the CDN only make URLs.
        return CloudFrontCdn(
            lambda: self.cloudfront,
            base_url=self.read_settings.cdn_base_url,
            distribution_id=lambda: self.config.cdn_distribution_id,
        )

    # Queues

    @Part
    def job_queue(self) -> "ports.JobQueue":
        from creator_search.adapters.aws.sqs import SqsJobQueue

        return SqsJobQueue(
            self.sqs,
            url=lambda priority: resource_name(PRIORITY_QUEUES[priority]),
            dead_letter_url=lambda priority: dead_letter_url(PRIORITY_QUEUES[priority]),
            on_dead_letter=lambda: self.metrics.count(Metric.DEAD_LETTER, worker=PROFILE_WORKER),
        )

    @Part
    def task_queue(self) -> "ports.TaskQueue":
        from creator_search.adapters.aws.sqs import SqsTaskQueue

        # Resolved at use: a function that sends one kind of message may not have the URLs of the other queues.
        return SqsTaskQueue(self.sqs, lambda name: resource_name(Queue(name)), current.request_id)

    @Part
    def task_letters(self) -> "ports.TaskLetters":
        from creator_search.adapters.aws.sqs import SqsTaskLetters

        return SqsTaskLetters(self.sqs, lambda name: dead_letter_url(Queue(name)))

    def send_dead_letter(self, queue: Queue, body: str, reason: str) -> None:
        """Send a message that cannot be processed to its dead-letter queue. Raises QueueUnavailable."""
        from creator_search.adapters.aws.sqs import send_dead_letter

        send_dead_letter(self.sqs, dead_letter_url(queue), body, reason)

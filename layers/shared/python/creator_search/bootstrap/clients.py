"""The process, its AWS clients, and the circuit breakers. A module is imported where its part is built, so unused parts
add nothing to a cold start."""

import functools
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from creator_search import current
from creator_search.catalogue import OPERATIONS, Table
from creator_search.domain.breakers import BREAKERS, POLICIES, Dependency, Outcome
from creator_search.domain.clock import Clock
from creator_search.domain.errors import (
    ModelsUnavailable,
    ProfileNotFound,
    StorageUnavailable,
    StoreUnavailable,
    Unavailable,
)
from creator_search.domain.metrics import Metric
from creator_search.domain.upstream_errors import UpstreamBreakerOpen, UpstreamError, WrongAccount
from creator_search.environment import ReadSettings, read_settings, resource_name
from creator_search.parts import Part, Parts

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger
    from mypy_boto3_cloudfront import CloudFrontClient
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

    from creator_search.adapters.aws.guard import RecordedCall
    from creator_search.adapters.breakers import BreakerGuard
    from creator_search.adapters.retries import RetryPolicy
    from creator_search.config import Config
    from creator_search.services import ports
    from creator_search.services.breakers import Breaker
    from creator_search.services.recording import AnswerRecorder, MessageRecorder


class Clients(Parts):
    @Part
    def config(self) -> "Config":
        from creator_search.config import Config

        return Config()

    @Part
    def read_settings(self) -> ReadSettings:
        """Those settings of `config` that an answer from the stored documents needs."""
        found = None if Clients.config.is_built(self) else read_settings()
        return found or self.config.read_settings

    @Part
    def clock(self) -> Clock:
        return lambda: datetime.now(UTC)

    @Part
    def sleep(self) -> Callable[[float], None]:
        return time.sleep

    @Part
    def new_id(self) -> "ports.NewId":
        return lambda: uuid.uuid4().hex

    @Part
    def request_id(self) -> "ports.NewId":
        """Return the id of what is being handled; a new one outside of it."""
        return lambda: current.request_id() or self.new_id()

    @Part
    def logger(self) -> "Callable[[str], Logger]":
        """Return a factory that takes the service name. The lines have the fields of what is being handled."""
        from creator_search.adapters.aws.logs import create_logger

        return functools.cache(lambda service: create_logger(service, self.read_settings.log_level, current.log_fields))

    @Part
    def failures(self) -> "Callable[[str], ports.FailureLog]":
        """Return a factory that takes the service name."""
        from creator_search.adapters.aws.logs import LoggedFailures

        return lambda service: LoggedFailures(lambda: self.logger(service))

    # Metrics

    @Part
    def metrics(self) -> "ports.Metrics":
        from creator_search.adapters.aws.cloudwatch import EmbeddedMetrics

        return EmbeddedMetrics(namespace=self.read_settings.metrics_namespace)

    @Part
    def answer_recorder(self) -> "AnswerRecorder":
        from creator_search.services.recording import AnswerRecorder

        return AnswerRecorder(
            self.metrics,
            self.clock,
            areas={row.name: row.tag for row in OPERATIONS},
            untimed=frozenset(row.name for row in OPERATIONS if not row.is_timed),
        )

    @Part
    def message_recorder(self) -> "MessageRecorder":
        from creator_search.services.recording import MessageRecorder

        return MessageRecorder(self.metrics, self.clock)

    @Part
    def metrics_reader(self) -> "ports.MetricsReader":
        from creator_search.adapters.aws.cloudwatch import CloudWatchReader

        return CloudWatchReader(self.cloudwatch, namespace=self.config.metrics_namespace)

    # AWS clients

    @Part
    def dynamodb(self) -> "DynamoDBClient":
        client: DynamoDBClient = self._guarded(self._plain_dynamodb, Dependency.DATABASE)
        return client

    @Part
    def cache_dynamodb(self) -> "DynamoDBClient":
        """The same service, for the tables and items that are only a cache."""
        client: DynamoDBClient = self._guarded(self._plain_dynamodb, Dependency.CACHE)
        return client

    @Part
    def _plain_dynamodb(self) -> "DynamoDBClient":
        from creator_search.adapters.aws.client import create_client
        from creator_search.adapters.aws.lean_items import LeanItems

        lean: Any = LeanItems(create_client("dynamodb", attempts=1))
        client: DynamoDBClient = lean
        return client

    @Part
    def breaker_dynamodb(self) -> "DynamoDBClient":
        """For the states of the breakers: nothing waits long for them."""
        from creator_search.adapters.aws.client import create_client
        from creator_search.adapters.aws.lean_items import LeanItems

        lean: Any = LeanItems(create_client("dynamodb", connect_timeout=0.5, read_timeout=1, attempts=1))
        client: DynamoDBClient = lean
        return client

    @Part
    def s3(self) -> "S3Client":
        from creator_search.adapters.aws.client import create_client
        from creator_search.adapters.aws.lean_objects import LeanObjects

        lean = LeanObjects(create_client("s3", read_timeout=20, attempts=1))
        client: S3Client = self._guarded(lean, Dependency.FILES)
        return client

    @Part
    def sqs(self) -> "SQSClient":
        from creator_search.adapters.aws.client import create_client

        client: SQSClient = self._retried(create_client("sqs", attempts=1))
        return client

    @Part
    def cloudfront(self) -> "CloudFrontClient":
        from creator_search.adapters.aws.client import create_client

        client: CloudFrontClient = self._retried(create_client("cloudfront", attempts=1))
        return client

    @Part
    def cloudwatch(self) -> "CloudWatchClient":
        from creator_search.adapters.aws.client import create_client

        client: CloudWatchClient = self._retried(create_client("cloudwatch", attempts=1))
        return client

    def _guarded(self, client: Any, dependency: Dependency) -> Any:
        from creator_search.adapters import retries
        from creator_search.adapters.aws.guard import outcome_of

        is_store = dependency in (Dependency.DATABASE, Dependency.CACHE)
        refusal: type[Unavailable] = StorageUnavailable if dependency is Dependency.FILES else StoreUnavailable
        return self._retried(
            client,
            # A process without failures makes no additional calls.
            self._breaker(dependency.value, outcome_of, lambda left: refusal(retry_in=left), reads_ahead=False),
            retries.CACHE if dependency is Dependency.CACHE else None,
            self._record_store_call if is_store else lambda _call: None,
        )

    def _record_store_call(self, call: "RecordedCall") -> None:
        self.metrics.record_seconds(Metric.STORE_SECONDS, call.seconds)
        if call.is_failure:
            self.metrics.count(Metric.STORE_FAILED)
        if call.throttled:
            self.metrics.count(Metric.STORE_THROTTLED, call.throttled)

    def _retried(
        self,
        client: Any,
        breaker: "BreakerGuard | None" = None,
        policy: "RetryPolicy | None" = None,
        record_call: "Callable[[RecordedCall], None]" = lambda _call: None,
    ) -> Any:
        """Return the client with the retries of the stores, or of the policy."""
        from creator_search.adapters import retries
        from creator_search.adapters.aws.guard import GuardedClient
        from creator_search.adapters.breakers import NoBreaker

        return GuardedClient(
            client,
            breaker or NoBreaker(),
            policy or retries.DATABASE,
            clock=self.clock,
            sleep=self.sleep,
            deadline=current.deadline,
            record_call=record_call,
        )

    # Circuit breakers

    @Part
    def breaker_store(self) -> "ports.BreakerStore":
        from creator_search.adapters.dynamodb.breakers import DynamoDBBreakerStore

        return DynamoDBBreakerStore(
            lambda: self.breaker_dynamodb, control=resource_name(Table.CONTROL), clock=self.clock
        )

    def upstream_breaker(self, endpoint: str, credential: Callable[[], str | None]) -> "Breaker":
        """Return the breaker of an endpoint; `credential` identifies the key in use."""
        return self._breaker(
            endpoint,
            _upstream_outcome,
            lambda left: UpstreamBreakerOpen(retry_in=left),
            reads_ahead=True,
            credential=credential,
        )

    def models_breaker(self) -> "Breaker":
        return self._breaker(
            Dependency.AI_MODELS.value,
            lambda _: Outcome.FAILURE,
            lambda left: ModelsUnavailable(retry_in=left),
            reads_ahead=True,
        )

    def _breaker(
        self,
        name: str,
        outcome: Callable[[BaseException], Outcome],
        refusal: Callable[[timedelta], Unavailable],
        *,
        reads_ahead: bool,
        credential: Callable[[], str | None] = lambda: None,
    ) -> "Breaker":
        from creator_search.services.breakers import Breaker

        return Breaker(
            name,
            POLICIES[BREAKERS.get(name) or Dependency(name)],
            lambda: self.breaker_store,
            clock=self.clock,
            metrics=self.metrics,
            failures=self.failures("breakers"),
            refusal=refusal,
            outcome=outcome,
            reads_ahead=reads_ahead,
            credential=credential,
        )


def _upstream_outcome(error: BaseException) -> Outcome:
    if isinstance(error, ProfileNotFound | WrongAccount):
        return Outcome.SUCCESS
    return Outcome.FAILURE if isinstance(error, UpstreamError) and error.is_failure else Outcome.NEITHER

"""Watching the system: the figures, and the health with its probes."""

from typing import TYPE_CHECKING

from creator_search.bootstrap.reading import Reading
from creator_search.bootstrap.stores import PRIORITY_QUEUES
from creator_search.catalogue import OPERATIONS, PROVIDERS, WORKERS, Bucket, Items, Queue, Table, caption_models
from creator_search.domain.breakers import UPSTREAM_ENDPOINTS
from creator_search.domain.health import ServiceName
from creator_search.environment import dead_letter_url, resource_name
from creator_search.parts import Part

if TYPE_CHECKING:
    from collections.abc import Mapping

    from creator_search.services import ports
    from creator_search.services.ports.watching import Probe, QueueDepths, WatchStore
    from creator_search.services.watching.figures import FigureReader
    from creator_search.services.watching.health import HealthReader
    from creator_search.services.watching.measure import SystemMeasurer

UNKNOWN_OPERATION = "unknown"
"""The operation of requests to paths that do not exist (http/measured.py)."""


class Watching(Reading):
    @Part
    def watch_store(self) -> "WatchStore":
        from creator_search.adapters.dynamodb.watching import DynamoDBWatchStore

        return DynamoDBWatchStore(lambda: self.breaker_dynamodb, control=resource_name(Table.CONTROL), clock=self.clock)

    @Part
    def queue_depths(self) -> "QueueDepths":
        from creator_search.adapters.aws.depths import SqsQueueDepths

        urls = {queue.value: (resource_name(queue), dead_letter_url(queue)) for queue in Queue}
        return SqsQueueDepths(lambda: self.sqs, urls)

    @Part
    def resource_meter(self) -> "ports.ResourceMeter":
        from creator_search.adapters.process import ProcessResources

        settings = self.config
        return ProcessResources(memory_limit_mb=settings.aws_lambda_function_memory_size, disk=settings.local_state)

    @Part
    def system_measurer(self) -> "SystemMeasurer":
        from creator_search.services.watching.measure import Names, SystemMeasurer

        names = Names(
            operations=[*(operation.name for operation in OPERATIONS), UNKNOWN_OPERATION],
            workers=[row.name for row in WORKERS],
            endpoints=UPSTREAM_ENDPOINTS,
        )
        return SystemMeasurer(
            self.metrics_reader,
            self.queue_depths,
            self.queue_status_reader,
            self.breaker_store,
            self.clock,
            names,
            {priority: queue.value for priority, queue in PRIORITY_QUEUES.items()},
        )

    @Part
    def figure_reader(self) -> "FigureReader":
        from creator_search.services.watching.figures import FigureReader

        return FigureReader(self.watch_store, self.system_measurer, self.resource_meter, self.single_flight, self.clock)

    @Part
    def health_reader(self) -> "HealthReader":
        from creator_search.services.watching.health import HealthReader

        return HealthReader(
            self.probes, self.breaker_store, self.figure_reader, self.watch_store, self.clock, self.failures("health")
        )

    @Part
    def probes(self) -> "Mapping[ServiceName, Probe]":
        """The probes, with their clients already created: that takes longer than a probe may."""
        from creator_search.adapters import probes
        from creator_search.adapters.aws.sqs import SqsJobQueue
        from creator_search.adapters.dynamodb.jobs import DynamoDBJobStore

        settings = self.config
        dynamodb, sqs, s3 = (probes.create_probe_client(service) for service in ("dynamodb", "sqs", "s3"))
        jobs = DynamoDBJobStore(
            dynamodb,
            jobs=lambda: resource_name(Table.JOBS),
            profiles=lambda: resource_name(Table.PROFILES),
            control=lambda: resource_name(Table.CONTROL),
            erasures=lambda: resource_name(Table.ERASURES),
            clock=self.clock,
        )
        queue = SqsJobQueue(
            sqs,
            url=lambda priority: resource_name(PRIORITY_QUEUES[priority]),
            dead_letter_url=lambda priority: dead_letter_url(PRIORITY_QUEUES[priority]),
        )
        providers = {
            provider.name: (getattr(settings, provider.base_url.lower()), provider.key) for provider in PROVIDERS
        }
        absent = f"{Items.FIGURES.prefix}health"
        return {
            ServiceName.DATABASE: probes.read_item(dynamodb, resource_name(Table.CONTROL), id=absent),
            ServiceName.CACHE: probes.read_item(dynamodb, resource_name(Table.SIMILAR), username="health"),
            ServiceName.QUEUE: probes.read_queue(sqs, resource_name(Queue.PROFILE_HIGH)),
            ServiceName.STORAGE: probes.write_object(
                s3, resource_name(Bucket.IMAGES), settings.cdn_base_url, settings.local_state
            ),
            ServiceName.UPSTREAM_API: probes.connect_providers(providers, self.provider_keys.load_key),
            ServiceName.AI_MODELS: probes.find_models(
                settings.model_dir, caption_models(english_only=settings.sentiment_english_only)
            ),
            ServiceName.WORKERS: probes.find_waiting_jobs(jobs, queue, self.clock),
        }

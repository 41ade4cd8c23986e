"""The workers and the schedules, generated from the catalogue."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda_event_sources as event_sources
from constructs import Construct
from creator_search.catalogue import SCHEDULES, WORKERS

from infra.constructs.functions import RECOGNIZE_LAYER_VERSION, Functions
from infra.constructs.packaging import Platform
from infra.data_stack import DataStack


class WorkersStack(Stack):
    """The functions that consume the queues of `data`, and those that run at intervals. `settings` are environment
    variables of every function. Its layers are its own: a layer that the API's stack exported could not be changed
    while this stack uses it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        production: bool,
        platform: Platform,
        settings: Mapping[str, str],
        data: DataStack,
        namespace: str,
        reserved: Mapping[str, int],
        **stack: Any,
    ) -> None:
        super().__init__(scope, construct_id, **stack)
        self.node.set_context(RECOGNIZE_LAYER_VERSION, True)
        self.storage = data.storage
        self.functions = Functions(
            self,
            "Workers",
            rows=(*WORKERS, *SCHEDULES),
            storage=data.storage,
            secrets=data.secrets,
            production=production,
            platform=platform,
            settings=settings,
            namespace=namespace,
            reserved=reserved,
        )
        self._add_event_sources()
        self._add_schedules()

    def _add_event_sources(self) -> None:
        for worker in (w for w in WORKERS if w.name in self.functions.live):
            for queue, concurrency in worker.concurrency.items():
                self.functions.live[worker.name].add_event_source(
                    event_sources.SqsEventSource(
                        self.storage.queues[queue],
                        batch_size=worker.batch_size,
                        max_concurrency=concurrency,
                        report_batch_item_failures=True,
                    )
                )

    def _add_schedules(self) -> None:
        for schedule in SCHEDULES:
            events.Rule(
                self,
                f"Schedule{schedule.name.title().replace('_', '')}",
                description=schedule.summary,
                schedule=events.Schedule.rate(Duration.minutes(schedule.every_minutes)),
                targets=[targets.LambdaFunction(self.functions.live[schedule.name])],
            )

"""The functions and the API, generated from the catalogue."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda_event_sources as event_sources
from constructs import Construct
from creator_search.catalogue import SCHEDULES, WORKERS

from infra.constructs.functions import Functions
from infra.constructs.gateway import Gateway
from infra.constructs.identity import Issuer
from infra.constructs.packaging import Platform
from infra.data_stack import DataStack

_RECOGNIZE_LAYER_VERSION = "@aws-cdk/aws-lambda:recognizeLayerVersion"


class ServiceStack(Stack):
    """The functions over the resources of `data`, and the API in front of them. `settings` are environment variables of
    every function (see README, "Configure")."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        production: bool,
        platform: Platform,
        settings: Mapping[str, str],
        data: DataStack,
        issuer: Issuer,
        **stack: Any,
    ) -> None:
        super().__init__(scope, construct_id, **stack)
        # Without this flag a change of a layer publishes no function versions, and `live` stays on the old layer.
        self.node.set_context(_RECOGNIZE_LAYER_VERSION, True)
        self.data = data
        self.storage = data.storage
        self.functions = Functions(
            self,
            "Functions",
            storage=data.storage,
            secrets=data.secrets,
            production=production,
            platform=platform,
            settings=settings,
            issuer=issuer,
        )
        self.gateway = Gateway(
            self, "Gateway", functions=self.functions, production=production, has_edge=platform.has_edge
        )
        self._add_event_sources()
        self._add_schedules()
        self._add_outputs()

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

    def _add_outputs(self) -> None:
        CfnOutput(self, "ApiUrl", value=self.gateway.api.url)

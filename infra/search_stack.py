"""The search engine, and the functions that keep its index equal to the table of profiles."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_logs as logs
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct
from creator_search.adapters.dynamodb.schema.profiles import PROFILE_ITEM
from creator_search.catalogue import INDEXERS, OPTIONAL_FUNCTIONS, Table

from infra.constructs.collection import Collection
from infra.constructs.findings import MANAGED_KEY, acknowledge
from infra.constructs.functions import RECOGNIZE_LAYER_VERSION, Functions
from infra.constructs.packaging import Platform
from infra.data_stack import DataStack

REPAIR_DAYS = 7
"""The interval of the repairs, after which a lost change is corrected at the latest."""
_BATCH = 500
_WAIT = Duration.seconds(2)
"""How long changes are collected before they are written."""
_REPAIR_LIMIT = Duration.days(2)


class SearchStack(Stack):
    """A search engine with two functions: one applies the changes in the stream of the table to the index, the other
    compares the index with the table every week (docs/decisions/0031-search-engine.md)."""

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
        **stack: Any,
    ) -> None:
        super().__init__(scope, construct_id, **stack)
        self.node.set_context(RECOGNIZE_LAYER_VERSION, True)
        self.collection = Collection(self, "Search", production=production)
        self.functions = Functions(
            self,
            "Indexers",
            rows=INDEXERS,
            storage=data.storage,
            secrets=data.secrets,
            production=production,
            platform=platform,
            settings=settings,
            namespace=namespace,
            reserved={},
            collection=self.collection,
        )
        self._add_stream(data)
        self.machine = self._state_machine()
        why = "The actions of X-Ray and of the delivery of logs have no resource types"
        acknowledge(self.machine.role, {"AwsSolutions-IAM5[Resource::*]": why})
        scheduler.Schedule(
            self,
            "Weekly",
            description="Compares the index of the search engine with the table of profiles",
            schedule=scheduler.ScheduleExpression.rate(Duration.days(REPAIR_DAYS)),
            target=targets.StepFunctionsStartExecution(
                self.machine, input=scheduler.ScheduleTargetInput.from_object({})
            ),
        )
        CfnOutput(self, "SearchRepairStateMachine", value=self.machine.state_machine_arn)

    def _add_stream(self, data: DataStack) -> None:
        """A batch is retried until it succeeds, or until the stream drops it after a day."""
        live = self.functions.live["index_creators"]
        is_profile = {"dynamodb": {"Keys": {"item": {"S": lambda_.FilterRule.is_equal(PROFILE_ITEM)}}}}
        live.add_event_source(
            event_sources.DynamoEventSource(
                data.storage.tables[Table.PROFILES],
                starting_position=lambda_.StartingPosition.TRIM_HORIZON,
                batch_size=_BATCH,
                max_batching_window=_WAIT,
                filters=[lambda_.FilterCriteria.filter(is_profile)],
            )
        )

    def _state_machine(self) -> sfn.StateMachine:
        row = OPTIONAL_FUNCTIONS["repair_creator_index"]
        step = tasks.LambdaInvoke(
            self,
            "Step",
            comment="Continues where the last step ended",
            lambda_function=self.functions.live[row.name],
            payload_response_only=True,
            retry_on_service_exceptions=False,
            task_timeout=sfn.Timeout.duration(Duration.seconds(row.timeout_seconds)),
        )
        step.add_retry(errors=["States.ALL"], interval=Duration.minutes(1), max_attempts=8, backoff_rate=2)
        has_ended, has_refused = sfn.Condition.is_null("$.part"), sfn.Condition.number_greater_than("$.refused", 0)
        refused = sfn.Fail(
            self, "Refused", cause="The search engine refuses documents; the function's log has their number"
        )
        loop = (
            sfn.Choice(self, "Repaired?")
            .when(sfn.Condition.and_(has_ended, has_refused), refused)
            .when(has_ended, sfn.Succeed(self, "Done"))
        )
        log = logs.LogGroup(self, "Log", retention=logs.RetentionDays.ONE_MONTH, removal_policy=RemovalPolicy.DESTROY)
        acknowledge(log, {"CKV_AWS_158": MANAGED_KEY})
        return sfn.StateMachine(
            self,
            "Repair",
            comment="Compares the index of the search engine with the table of profiles",
            definition_body=sfn.DefinitionBody.from_chainable(step.next(loop.otherwise(step))),
            timeout=_REPAIR_LIMIT,
            tracing_enabled=True,
            logs=sfn.LogOptions(destination=log, level=sfn.LogLevel.ALL),
        )

"""The alarms, the topic that they notify and the dashboard of one deployment, generated from the catalogue.

A stack of its own: the AWS stand-in of the rehearsal has neither alarms on metric math nor anomaly detection of costs.
"""

from typing import Any

from aws_cdk import Annotations, Aws, CfnOutput, CrossStackReferences, ReferenceStrength, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct
from creator_search.catalogue import FUNCTIONS, Queue, Table

from infra.constructs.alarms import Alarms
from infra.constructs.costs import CostAlarm
from infra.constructs.crashes import CrashFilters
from infra.constructs.topic import AlarmTopic
from infra.monitoring.alarms import COSTS_SECTION, all_alarms
from infra.monitoring.dashboard import dashboard_body
from infra.monitoring.rows import Deployed, DeployedSearch
from infra.reports_stack import ReportsStack
from infra.search_stack import SearchStack
from infra.service_stack import ServiceStack
from infra.workers_stack import WorkersStack


class MonitoringStack(Stack):
    """`alarm_email` receives a message whenever an alarm fires or ends; it has to confirm the subscription."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        service: ServiceStack,
        workers: WorkersStack,
        reports: ReportsStack | None,
        search: SearchStack | None,
        alarm_email: str | None,
        **stack: Any,
    ) -> None:
        super().__init__(scope, construct_id, **stack)
        # Exports would block every update of the service that removes a function or a queue (docs/decisions/0018).
        CrossStackReferences.of(self).consume(ReferenceStrength.WEAK)
        self.add_stack_dependency(service)
        self.add_stack_dependency(workers)
        for option in filter(None, (reports, search)):
            self.add_stack_dependency(option)
        name = service.stack_name
        deployed = _deployed(service, workers, reports, search)
        topic = AlarmTopic(self, "Alarms", email=alarm_email).topic.topic_arn
        alarms = Alarms(self, "Metrics", rows=all_alarms(deployed), prefix=name, topic=topic)
        groups = {**service.functions.log_groups, **workers.functions.log_groups}
        CrashFilters(
            self,
            "Crashes",
            log_groups={name: group.log_group_name for name, group in groups.items()},
            namespace=deployed.namespace,
        )
        CostAlarm(self, "Costs", name=f"{name}-{COSTS_SECTION}", topic=topic)
        body = dashboard_body(deployed, list(alarms.arns.values()), Aws.REGION)
        cloudwatch.CfnDashboard(self, "Dashboard", dashboard_name=name, dashboard_body=self.to_json_string(body))
        CfnOutput(self, "AlarmTopicArn", value=topic)
        if not alarm_email:
            why = "The topic of the alarms has no subscriber: pass -c alarm_email=ADDRESS, or subscribe to it"
            Annotations.of(self).add_warning_v2("creator-search:noAlarmEmail", why)


def _deployed(
    service: ServiceStack, workers: WorkersStack, reports: ReportsStack | None, search: SearchStack | None
) -> Deployed:
    storage, live = service.storage, {**service.functions.live, **workers.functions.live}
    return Deployed(
        namespace=service.functions.metrics_namespace,
        api=service.gateway.name,
        functions={name: live[name].lambda_.function_name for name in FUNCTIONS},
        queues={queue: storage.queues[queue].queue_name for queue in Queue},
        dead_letters={queue: storage.dead_letters[queue].queue_name for queue in Queue},
        tables={table: storage.tables[table].table_name for table in Table},
        reports=reports.machine.state_machine_arn if reports else None,
        search=_deployed_search(search) if search else None,
    )


def _deployed_search(search: SearchStack) -> DeployedSearch:
    indexer = search.functions.live["index_creators"].lambda_.function_name
    return DeployedSearch(indexer, search.machine.state_machine_arn)

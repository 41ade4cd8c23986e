"""All alarms on metrics. The alarm on costs is a resource of its own (see infra/constructs/costs.py)."""

from infra.monitoring.dependencies import dependency_alarms
from infra.monitoring.functions import function_alarms
from infra.monitoring.reports import report_alarms
from infra.monitoring.rows import Alarm, Deployed
from infra.monitoring.search import search_alarms

COSTS_SECTION = "cost-anomaly"
"""The section of the runbook about the alarm on costs."""


def all_alarms(deployed: Deployed) -> tuple[Alarm, ...]:
    of_options = (*report_alarms(deployed), *search_alarms(deployed))
    return (*function_alarms(deployed), *dependency_alarms(deployed), *of_options)

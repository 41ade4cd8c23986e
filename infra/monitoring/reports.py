"""The alarm of a stage that has reports."""

from collections.abc import Iterator

from infra.monitoring.machines import ends_without_success
from infra.monitoring.rows import Alarm, Deployed


def report_alarms(deployed: Deployed) -> Iterator[Alarm]:
    if deployed.reports is not None:
        yield ends_without_success(
            deployed.reports,
            name="reports-failures",
            summary="The daily export of the profiles, or its conversion for the reports, has not succeeded",
        )

"""The alarm of a stage that has reports."""

from collections.abc import Iterator

from infra.monitoring.rows import Alarm, Deployed, Series

_ENDED = {"failed": "ExecutionsFailed", "timed_out": "ExecutionsTimedOut", "aborted": "ExecutionsAborted"}
"""How an execution ends without success."""


def report_alarms(deployed: Deployed) -> Iterator[Alarm]:
    if deployed.reports is None:
        return
    machine = {"StateMachineArn": deployed.reports}
    yield Alarm(
        name="reports-failures",
        section="reports-failures",
        summary="The daily export of the profiles, or its conversion for the reports, has not succeeded",
        series={name: Series("AWS/States", metric, "Sum", machine) for name, metric in _ENDED.items()},
        expression=" + ".join(f"FILL({name}, 0)" for name in _ENDED),
        threshold=0,
        minutes=60,
    )

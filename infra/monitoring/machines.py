"""The alarm on a state machine."""

from infra.monitoring.rows import Alarm, Series

_ENDED = {"failed": "ExecutionsFailed", "timed_out": "ExecutionsTimedOut", "aborted": "ExecutionsAborted"}
"""The metrics of executions that ended without success."""


def ends_without_success(machine: str, *, name: str, summary: str) -> Alarm:
    """Return an alarm on executions that end without success. `machine` is the ARN; `name` is also the section in the
    runbook."""
    return Alarm(
        name=name,
        section=name,
        summary=summary,
        series={
            each: Series("AWS/States", metric, "Sum", {"StateMachineArn": machine}) for each, metric in _ENDED.items()
        },
        expression=" + ".join(f"FILL({each}, 0)" for each in _ENDED),
        threshold=0,
        minutes=60,
    )

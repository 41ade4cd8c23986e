"""CloudWatch alarms of the rows in infra.monitoring."""

from collections.abc import Sequence
from typing import Any

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.monitoring.rows import Alarm, Series

_Query = cloudwatch.CfnAlarm.MetricDataQueryProperty


class Alarms(Construct):
    """`arns` are those of the alarms by the name of their row. The deployed name of an alarm starts with `prefix`."""

    def __init__(self, scope: Construct, construct_id: str, *, rows: Sequence[Alarm], prefix: str, topic: str) -> None:
        super().__init__(scope, construct_id)
        self.arns = {row.name: self._alarm(row, prefix, topic).attr_arn for row in rows}

    def _alarm(self, row: Alarm, prefix: str, topic: str) -> cloudwatch.CfnAlarm:
        return cloudwatch.CfnAlarm(
            self,
            _pascal(row.name),
            alarm_name=f"{prefix}-{row.name}",
            alarm_description=row.description,
            threshold=row.threshold,
            comparison_operator="LessThanThreshold" if row.below else "GreaterThanThreshold",
            evaluation_periods=row.periods,
            datapoints_to_alarm=row.periods,
            treat_missing_data="breaching" if row.silence_fires else "notBreaching",
            alarm_actions=[topic],
            ok_actions=[topic],
            **_watched(row),
        )


def _watched(row: Alarm) -> dict[str, Any]:
    if row.expression is not None:
        read = [_query(key, series, row.minutes) for key, series in row.series.items()]
        return {"metrics": [_Query(id="value", expression=row.expression, label=row.name, return_data=True), *read]}
    [series] = row.series.values()
    return {
        "namespace": series.namespace,
        "metric_name": series.metric,
        "extended_statistic" if series.statistic.startswith("p") else "statistic": series.statistic,
        "period": 60 * row.minutes,
        "dimensions": _dimensions(series),
    }


def _dimensions(series: Series) -> list[cloudwatch.CfnAlarm.DimensionProperty]:
    return [cloudwatch.CfnAlarm.DimensionProperty(name=name, value=value) for name, value in series.dimensions.items()]


def _query(key: str, series: Series, minutes: int) -> _Query:
    return _Query(
        id=key,
        return_data=False,
        metric_stat=cloudwatch.CfnAlarm.MetricStatProperty(
            metric=cloudwatch.CfnAlarm.MetricProperty(
                namespace=series.namespace, metric_name=series.metric, dimensions=_dimensions(series)
            ),
            period=60 * minutes,
            stat=series.statistic,
        ),
    )


def _pascal(name: str) -> str:
    return "".join(word.title() for word in name.replace("_", "-").split("-"))

"""The alarm on costs."""

import json

from aws_cdk import aws_ce as ce
from constructs import Construct

_TAG = ("service", "creator-search")
_DOLLARS = 20
_PERCENT = 40


class CostAlarm(Construct):
    """AWS compares the daily costs with the usual ones. It watches the resources with the tag `service`: an account can
    have only one monitor of all services, and many have it already.
    """

    def __init__(self, scope: Construct, construct_id: str, *, name: str, topic: str) -> None:
        super().__init__(scope, construct_id)
        key, value = _TAG
        monitor = ce.CfnAnomalyMonitor(
            self,
            "Monitor",
            monitor_name=name,
            monitor_type="CUSTOM",
            monitor_specification=json.dumps({"Tags": {"Key": key, "MatchOptions": ["EQUALS"], "Values": [value]}}),
        )
        over = [
            {"Dimensions": {"Key": kind, "MatchOptions": ["GREATER_THAN_OR_EQUAL"], "Values": [str(limit)]}}
            for kind, limit in (
                ("ANOMALY_TOTAL_IMPACT_ABSOLUTE", _DOLLARS),
                ("ANOMALY_TOTAL_IMPACT_PERCENTAGE", _PERCENT),
            )
        ]
        ce.CfnAnomalySubscription(
            self,
            "Subscription",
            subscription_name=name,
            frequency="IMMEDIATE",  # the only one for topics
            monitor_arn_list=[monitor.attr_monitor_arn],
            subscribers=[ce.CfnAnomalySubscription.SubscriberProperty(type="SNS", address=topic)],
            threshold_expression=json.dumps({"And": over}),
        )

"""The web ACL of the distribution in front. CloudFront takes web ACLs of us-east-1 only."""

from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

WEB_ACL_REGION = "us-east-1"
RATE_LIMIT = 3_000
"""Requests of one address in five minutes. A caller may send 300 reads a minute, and an office has one address."""
_MANAGED = (
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesCommonRuleSet",
)
_COUNTED = {
    # Imports of lists have bodies of more than 8 KB; the API limits bodies itself.
    "AWSManagedRulesCommonRuleSet": ("SizeRestrictions_BODY",),
}


class WebAclStack(Stack):
    """`arn` is that of the web ACL: a rate rule by address, and rules that AWS manages."""

    def __init__(self, scope: Construct, construct_id: str, **stack: Any) -> None:
        super().__init__(scope, construct_id, **stack)
        rules = [_rate_rule(0), *(_managed_rule(at, name) for at, name in enumerate(_MANAGED, start=1))]
        acl = wafv2.CfnWebACL(
            self,
            "WebAcl",
            scope="CLOUDFRONT",
            default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
            visibility_config=_measured("WebAcl"),
            rules=rules,
        )
        self.arn = acl.attr_arn


def _rate_rule(priority: int) -> wafv2.CfnWebACL.RuleProperty:
    rate = wafv2.CfnWebACL.RateBasedStatementProperty(aggregate_key_type="IP", limit=RATE_LIMIT)
    return wafv2.CfnWebACL.RuleProperty(
        name="Rate",
        priority=priority,
        action=wafv2.CfnWebACL.RuleActionProperty(
            block=wafv2.CfnWebACL.BlockActionProperty(
                custom_response=wafv2.CfnWebACL.CustomResponseProperty(
                    response_code=429,
                    response_headers=[wafv2.CfnWebACL.CustomHTTPHeaderProperty(name="Retry-After", value="300")],
                )
            )
        ),
        statement=wafv2.CfnWebACL.StatementProperty(rate_based_statement=rate),
        visibility_config=_measured("Rate"),
    )


def _managed_rule(priority: int, name: str) -> wafv2.CfnWebACL.RuleProperty:
    counted = [
        wafv2.CfnWebACL.RuleActionOverrideProperty(
            name=rule, action_to_use=wafv2.CfnWebACL.RuleActionProperty(count={})
        )
        for rule in _COUNTED.get(name, ())
    ]
    group = wafv2.CfnWebACL.ManagedRuleGroupStatementProperty(
        vendor_name="AWS", name=name, rule_action_overrides=counted or None
    )
    return wafv2.CfnWebACL.RuleProperty(
        name=name,
        priority=priority,
        override_action=wafv2.CfnWebACL.OverrideActionProperty(none={}),
        statement=wafv2.CfnWebACL.StatementProperty(managed_rule_group_statement=group),
        visibility_config=_measured(name),
    )


def _measured(name: str) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    return wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=True
    )

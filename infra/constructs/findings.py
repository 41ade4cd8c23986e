"""Accepted findings of cdk-nag and checkov, each with a reason."""

from collections.abc import Mapping
from typing import cast

from aws_cdk import Acknowledgment, CfnResource, Stack, Validations
from constructs import IConstruct

_OF_CHECKOV = "CKV_"
_SAME_IN_CHECKOV = {
    "AwsSolutions-CFR2": "CKV_AWS_68",
    "AwsSolutions-CFR3": "CKV_AWS_86",
    "AwsSolutions-CFR4": "CKV_AWS_174",
    "AwsSolutions-S1": "CKV_AWS_18",
}
"""Rules of cdk-nag, with the rules of checkov that have the same findings: one reason is used for both."""

MANAGED_KEY = "AWS manages the encryption key: a key of the account would have to be granted to every reader, too"
"""The reason why no key of the account is used, for all rules that require one."""


def acknowledge(construct: IConstruct, reasons: Mapping[str, str]) -> None:
    """Accept the findings of rules of both tools. `reasons` has a reason for each id of a rule."""
    for rule, why in reasons.items():
        if rule.startswith(_OF_CHECKOV):
            _skip(construct, rule, why)
            continue
        Validations.of(construct).acknowledge(Acknowledgment(id=rule, reason=why))
        if rule in _SAME_IN_CHECKOV:
            _skip(construct, _SAME_IN_CHECKOV[rule], why)


def _skip(construct: IConstruct, rule: str, why: str) -> None:
    """Put the reason into the metadata of the resource: checkov reads only the template."""
    resource = construct if isinstance(construct, CfnResource) else cast(CfnResource, construct.node.default_child)
    skipped = (resource.get_metadata("checkov") or {}).get("skip", [])
    resource.add_metadata("checkov", {"skip": [*skipped, {"id": rule, "comment": why}]})


def imported_name(scope: IConstruct, owner: IConstruct, arn: str) -> str:
    """Return the name under which the stack of `owner` exports its ARN; cdk-nag uses this name in other stacks."""
    imported = Stack.of(scope).resolve(Stack.of(owner).export_value(arn))
    return str(imported["Fn::ImportValue"])

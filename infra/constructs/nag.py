"""Accepted findings of cdk-nag, each with a reason."""

from collections.abc import Mapping

from aws_cdk import Acknowledgment, Stack, Validations
from constructs import IConstruct


def acknowledge(construct: IConstruct, reasons: Mapping[str, str]) -> None:
    Validations.of(construct).acknowledge(*(Acknowledgment(id=rule, reason=why) for rule, why in reasons.items()))


def imported_name(scope: IConstruct, owner: IConstruct, arn: str) -> str:
    """Return the name under which the stack of `owner` exports its ARN, by which cdk-nag calls it in other stacks."""
    imported = Stack.of(scope).resolve(Stack.of(owner).export_value(arn))
    return str(imported["Fn::ImportValue"])

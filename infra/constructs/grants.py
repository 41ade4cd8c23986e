"""IAM permissions of a function: those that its catalogue row declares.

The CDK itself grants logging, tracing and reading from event sources.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from creator_search.catalogue import Authorizer, Bucket, Function, IndexName, Queue, Table

from infra.constructs.nag import acknowledge, imported_name
from infra.constructs.secrets import Secrets
from infra.constructs.storage import Storage
from infra.permissions import DeadLetters, Permission, permissions, table_of


@dataclass(frozen=True, slots=True)
class Grants:
    storage: Storage
    secrets: Secrets
    has_edge: bool

    def add(self, function: lambda_.Function, role: iam.Role, row: Function) -> None:
        for permission in permissions(row):
            patterns = [f"{beginning}*" for beginning in permission.leading]
            # No action of the grants comes without a key, for which the condition would be true.
            only = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": patterns}} if patterns else None
            _allow(function, permission.actions, self._arn(permission), conditions=only)
        if row.upstream:
            _allow(function, ("secretsmanager:GetSecretValue",), _secret_arn(function, self.secrets.upstream_keys))
        if row.signs_cursors:
            _allow(function, ("secretsmanager:GetSecretValue",), _secret_arn(function, self.secrets.cursor_key))
        if row.hashes_commenters:
            _allow(function, ("secretsmanager:GetSecretValue",), _secret_arn(function, self.secrets.commenter_key))
        if self.has_edge and isinstance(row, Authorizer):
            _allow(function, ("secretsmanager:GetSecretValue",), _secret_arn(function, self.secrets.origin_key))
        if row.invalidates_cdn:
            stack = Stack.of(function)
            distributions = f"arn:{stack.partition}:cloudfront::{stack.account}:distribution"
            distribution = self.storage.distribution.distribution_id
            _allow(function, ("cloudfront:CreateInvalidation",), f"{distributions}/{distribution}")
        if row.reads_metrics:
            _allow(function, ("cloudwatch:GetMetricData",), "*")
        self._acknowledge(role, row)

    def _arn(self, permission: Permission) -> str:
        match permission.on:
            case IndexName() as index:
                return f"{self.storage.tables[table_of(index)].table_arn}/index/{index}"
            case Table() as table:
                return self.storage.tables[table].table_arn
            case Queue() as queue:
                return self.storage.queues[queue].queue_arn
            case DeadLetters(of=queue):
                return self.storage.dead_letters[queue].queue_arn
            case Bucket() as bucket:
                made = self.storage.buckets[bucket]
                is_bucket = permission.prefix is None
                return made.bucket_arn if is_bucket else made.arn_for_objects(_pattern(permission.prefix))

    def _acknowledge(self, role: iam.Role, row: Function) -> None:
        any_resource = "X-Ray's actions have no resource types"
        if row.reads_metrics:
            any_resource += "; GetMetricData cannot be limited to a namespace"
        acknowledge(role, {"AwsSolutions-IAM5[Resource::*]": any_resource})
        for bucket in row.buckets:
            pattern = _pattern(row.image_prefix if bucket is Bucket.IMAGES else "")
            made = self.storage.buckets[bucket]
            objects = f"{imported_name(role, made, made.bucket_arn)}/{pattern}"
            why = "Object keys are made at run time, so the objects of a bucket are granted together"
            if pattern.endswith("*"):
                acknowledge(role, {f"AwsSolutions-IAM5[Resource::{objects}]": why})


def _pattern(prefix: str | None) -> str:
    """Return the pattern of the keys with a prefix; one that is no folder is a key."""
    return f"{prefix}*" if not prefix or prefix.endswith("/") else prefix


def _secret_arn(function: lambda_.Function, name: str) -> str:
    """Return the ARN pattern of a secret. Secrets Manager appends a hyphen and six random characters to its name."""
    return Stack.of(function).format_arn(
        service="secretsmanager",
        resource="secret",
        resource_name=f"{name}-??????",
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )


def _allow(
    function: lambda_.Function, actions: tuple[str, ...], resource: str, *, conditions: Mapping[str, Any] | None = None
) -> None:
    statement = iam.PolicyStatement(actions=list(actions), resources=[resource], conditions=conditions)
    function.add_to_role_policy(statement)

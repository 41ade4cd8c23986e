"""IAM permissions of a function: those that its catalogue row declares.

The CDK itself grants logging, tracing and reading from event sources.
"""

from dataclasses import dataclass

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from creator_search.catalogue import Bucket, Function, IndexName, Queue, Secret, Table, Use

from infra.constructs.findings import acknowledge, imported_name
from infra.constructs.secrets import Secrets
from infra.constructs.storage import Storage
from infra.permissions import DeadLetters, Elsewhere, Permission, permissions, table_of


@dataclass(frozen=True, slots=True)
class Grants:
    storage: Storage
    secrets: Secrets
    has_edge: bool
    rehearsal: bool
    """Whether the stack is for the AWS stand-in of the rehearsal, which does not support `s3:prefix`: the condition
    would never be true."""

    def add(self, function: lambda_.Function, role: iam.Role, row: Function) -> None:
        for permission in permissions(row):
            if permission.on is Secret.ORIGIN_KEY and not self.has_edge:
                continue  # without an edge, no request contains this key
            statement = iam.PolicyStatement(
                actions=list(permission.actions),
                resources=[self._arn(function, permission)],
                conditions=self._conditions(permission),
            )
            function.add_to_role_policy(statement)
        self._acknowledge(role, row)

    def _arn(self, function: lambda_.Function, permission: Permission) -> str:
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
            case Secret() as secret:
                # Secrets Manager appends a hyphen and six random characters to the name.
                return Stack.of(function).format_arn(
                    service="secretsmanager",
                    resource="secret",
                    resource_name=f"{self.secrets.names[secret]}-??????",
                    arn_format=ArnFormat.COLON_RESOURCE_NAME,
                )
            case Elsewhere.CDN:
                stack = Stack.of(function)
                distributions = f"arn:{stack.partition}:cloudfront::{stack.account}:distribution"
                return f"{distributions}/{self.storage.distribution.distribution_id}"
            case Elsewhere.EVERYTHING:
                return "*"

    def _conditions(self, permission: Permission) -> dict[str, dict[str, list[str]]] | None:
        patterns = [f"{beginning}*" for beginning in permission.leading]
        is_list = isinstance(permission.on, Bucket)
        if not patterns or (is_list and self.rehearsal):
            return None
        if is_list:
            return {"StringLike": {"s3:prefix": patterns}}
        # The condition is true for requests without a key, but every granted action has one.
        return {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": patterns}}

    def _acknowledge(self, role: iam.Role, row: Function) -> None:
        any_resource = "X-Ray's actions have no resource types"
        if row.reads_metrics:
            any_resource += "; GetMetricData cannot be limited to a namespace"
        if row.search and Use.BATCH in row.search:
            any_resource += "; the same applies to listing streams, which Lambda requires"
        acknowledge(role, {"AwsSolutions-IAM5[Resource::*]": any_resource})
        for bucket in row.buckets:
            pattern = _pattern(row.image_prefix if bucket is Bucket.IMAGES else "")
            made = self.storage.buckets[bucket]
            objects = f"{imported_name(role, made, made.bucket_arn)}/{pattern}"
            why = "Object keys are created at run time, so the objects of a bucket are granted together"
            if pattern.endswith("*"):
                acknowledge(role, {f"AwsSolutions-IAM5[Resource::{objects}]": why})


def _pattern(prefix: str | None) -> str:
    """Return the pattern of the keys with a prefix. A prefix that does not end with a slash is a whole key."""
    return f"{prefix}*" if not prefix or prefix.endswith("/") else prefix

"""IAM permissions of a function: those that its catalogue row declares.

The CDK itself grants logging, tracing and reading from event sources.
"""

from dataclasses import dataclass

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from creator_search.adapters.dynamodb.schema import TABLES
from creator_search.catalogue import Authorizer, Bucket, Function, Table, Use, Worker

from infra.constructs.nag import acknowledge
from infra.constructs.secrets import Secrets
from infra.constructs.storage import Storage

_READ_TABLE = ("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query")
_WRITE_TABLE = (
    *("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"),
    "dynamodb:ConditionCheckItem",  # in transactions
)
_SEND = ("sqs:SendMessage",)
_READ_DEPTH = ("sqs:GetQueueAttributes",)
_RECEIVE = ("sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:DeleteMessage")


@dataclass(frozen=True, slots=True)
class Grants:
    storage: Storage
    secrets: Secrets
    has_edge: bool

    def add(self, function: lambda_.Function, role: iam.Role, row: Function) -> None:
        for table, use in row.all_tables.items():
            self._table(function, table, use)
        for bucket, use in row.buckets.items():
            self._bucket(function, bucket, use)
        self._queues(function, row)
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

    def _table(self, function: lambda_.Function, table: Table, use: Use) -> None:
        arn = self.storage.tables[table].table_arn
        if use in (Use.READ, Use.BOTH):
            _allow(function, _READ_TABLE, arn, *(f"{arn}/index/{i.name}" for i in TABLES[table].indexes))
        if use in (Use.WRITE, Use.BOTH):
            _allow(function, _WRITE_TABLE, arn)

    def _bucket(self, function: lambda_.Function, bucket: Bucket, use: Use) -> None:
        made = self.storage.buckets[bucket]
        if use in (Use.READ, Use.BOTH):
            _allow(function, ("s3:GetObject",), made.arn_for_objects("*"))
            _allow(function, ("s3:ListBucket",), made.bucket_arn)
        if use in (Use.WRITE, Use.BOTH):
            _allow(function, ("s3:PutObject", "s3:DeleteObject"), made.arn_for_objects("*"))

    def _queues(self, function: lambda_.Function, row: Function) -> None:
        for queue in row.sends:
            _allow(function, _SEND, self.storage.queues[queue].queue_arn)
        for queue in row.drains:
            _allow(function, _READ_DEPTH, self.storage.queues[queue].queue_arn)
            _allow(function, _RECEIVE, self.storage.dead_letters[queue].queue_arn)
            _allow(function, _SEND, self.storage.dead_letters[queue].queue_arn)
        for queue in row.watches:
            _allow(function, _READ_DEPTH, self.storage.queues[queue].queue_arn)
            _allow(function, _READ_DEPTH, self.storage.dead_letters[queue].queue_arn)
        if isinstance(row, Worker):
            for queue in row.concurrency:
                _allow(function, _SEND, self.storage.dead_letters[queue].queue_arn)

    def _acknowledge(self, role: iam.Role, row: Function) -> None:
        any_resource = "X-Ray's actions have no resource types"
        if row.reads_metrics:
            any_resource += "; GetMetricData cannot be limited to a namespace"
        acknowledge(role, {"AwsSolutions-IAM5[Resource::*]": any_resource})
        for bucket in row.buckets:
            objects = f"{_export(role, self.storage.buckets[bucket])}/*"
            why = "Object keys are made at run time, so the objects of a bucket are granted together"
            acknowledge(role, {f"AwsSolutions-IAM5[Resource::{objects}]": why})


def _export(role: iam.Role, bucket: s3.Bucket) -> str:
    """Return the name under which the stack of the bucket exports its ARN, by which cdk-nag calls it."""
    imported = Stack.of(role).resolve(Stack.of(bucket).export_value(bucket.bucket_arn))
    return str(imported["Fn::ImportValue"])


def _secret_arn(function: lambda_.Function, name: str) -> str:
    """Return the ARN pattern of a secret. Secrets Manager appends a hyphen and six random characters to its name."""
    return Stack.of(function).format_arn(
        service="secretsmanager",
        resource="secret",
        resource_name=f"{name}-??????",
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )


def _allow(function: lambda_.Function, actions: tuple[str, ...], *resources: str) -> None:
    function.add_to_role_policy(iam.PolicyStatement(actions=list(actions), resources=list(resources)))

"""One Lambda for every row of the catalogue, with exactly the grants that its row names."""

from collections.abc import Mapping
from pathlib import Path

from aws_cdk import ArnFormat, CfnElement, Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct
from creator_search import catalogue
from creator_search.catalogue import (
    TABLES,
    Bucket,
    Function,
    Operation,
    Queue,
    Table,
    Use,
    dead_letter_environment_name,
    environment_name,
)

from infra.constructs import bundling
from infra.constructs.nag import acknowledge
from infra.constructs.storage import Storage

_READ = ("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query")
_WRITE = ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem")
_SEND = ("sqs:SendMessage",)
_DRAIN = ("sqs:GetQueueAttributes",)
_TAKE = ("sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:DeleteMessage")

# github.com/aws/aws-lambda-web-adapter, "Zip Packages"
_WEB_ADAPTER_ACCOUNT, _WEB_ADAPTER_LAYER = "753240598075", "LambdaAdapterLayerArm64:27"
_WEB_ADAPTER = {
    "AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap",
    "AWS_LWA_INVOKE_MODE": "response_stream",
    "AWS_LWA_PORT": "8080",
    "AWS_LWA_READINESS_CHECK_PROTOCOL": "tcp",
    "AWS_LAMBDA_HTTP_IGNORE_STAGE_IN_PATH": "true",
}


class Functions(Construct):
    """`live` has an alias a function: its newest published version, started from a snapshot."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        storage: Storage,
        platform: bundling.Platform,
        settings: Mapping[str, str],
    ) -> None:
        super().__init__(scope, construct_id)
        self._storage = storage
        self._platform = platform
        runtime = lambda_.Runtime.PYTHON_3_13
        architecture = lambda_.Architecture.X86_64 if platform.rehearsal else lambda_.Architecture.ARM_64
        self._runtime, self._architecture = runtime, architecture
        self._layers = [
            lambda_.LayerVersion(
                self,
                name,
                code=code,
                compatible_runtimes=[runtime],
                compatible_architectures=[architecture],
                removal_policy=RemovalPolicy.RETAIN,
            )
            for name, code in (
                ("DependenciesLayer", bundling.dependencies(platform)),
                ("SharedLayer", bundling.shared(platform)),
            )
        ]
        adapter = Stack.of(self).format_arn(
            service="lambda",
            account=_WEB_ADAPTER_ACCOUNT,
            resource="layer",
            resource_name=_WEB_ADAPTER_LAYER,
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        self._web_adapter = lambda_.LayerVersion.from_layer_version_arn(self, "WebAdapterLayer", adapter)
        self.secret_name = f"{Stack.of(self).stack_name}/upstream-keys"
        self.cursor_secret_name = f"{Stack.of(self).stack_name}/cursor-key"
        self._upstream_secret()
        self._cursor_secret()
        self._settings = settings
        rows = [row for row in catalogue.FUNCTIONS.values() if not (platform.rehearsal and is_container(row))]
        self.live = {row.name: self._function(row) for row in rows}

    def _upstream_secret(self) -> None:
        secret = secretsmanager.Secret(
            self,
            "UpstreamKeys",
            secret_name=self.secret_name,
            description="JSON with DECODO_API_KEY and RAPIDAPI_KEY; put the real ones in after the first deployment",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                secret_string_template='{"DECODO_API_KEY": "", "RAPIDAPI_KEY": ""}',  # noqa: S106 - empty
                generate_string_key="unused",
            ),
        )
        why = "The providers issue these keys by hand; nothing could rotate them for us"
        acknowledge(secret, {"AwsSolutions-SMG4": why})

    def _cursor_secret(self) -> None:
        secret = secretsmanager.Secret(
            self,
            "CursorKey",
            secret_name=self.cursor_secret_name,
            description="What cursors are signed with; a new one makes the cursors in use invalid",
            generate_secret_string=secretsmanager.SecretStringGenerator(password_length=64, exclude_punctuation=True),
        )
        acknowledge(secret, {"AwsSolutions-SMG4": "Rotating it would break every walk through pages that is under way"})

    def _secret_arn(self, name: str) -> str:
        """With the six characters that Secrets Manager adds to the name."""
        return Stack.of(self).format_arn(
            service="secretsmanager",
            resource="secret",
            resource_name=f"{name}-??????",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )

    def _function(self, row: Function) -> lambda_.Alias:
        name = _pascal(row.name)
        group = logs.LogGroup(
            self, f"{name}Log", retention=logs.RetentionDays.ONE_MONTH, removal_policy=RemovalPolicy.DESTROY
        )
        role = iam.Role(self, f"{name}Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        group.grant_write(role)
        path = bundling.ROOT / catalogue.folder(row)
        streams = self.streams(row)
        environment = {**self._settings, **self._environment(row), **(_WEB_ADAPTER if streams else {})}
        function = (
            self._image(row, name, role, group, environment)
            if is_container(row)
            else self._zip(row, name, role, group, environment, path, streams)
        )
        self._grant(function, row)
        self._acknowledge(function, role, row)
        return lambda_.Alias(self, f"{name}Live", alias_name="live", version=function.current_version)

    def _zip(
        self,
        row: Function,
        name: str,
        role: iam.Role,
        group: logs.LogGroup,
        environment: Mapping[str, str],
        path: Path,
        streams: bool,
    ) -> lambda_.Function:
        return lambda_.Function(
            self,
            name,
            description=row.summary,
            code=bundling.served(path)
            if streams
            else lambda_.Code.from_asset(str(path), exclude=["__pycache__", "**/__pycache__"]),
            handler=bundling.START_SCRIPT if streams else "handler.handler",
            runtime=self._runtime,
            architecture=self._architecture,
            layers=[*self._layers, self._web_adapter] if streams else self._layers,
            memory_size=row.memory_mb,
            timeout=Duration.seconds(row.timeout_seconds),
            role=role,
            log_group=group,
            logging_format=lambda_.LoggingFormat.JSON,
            tracing=lambda_.Tracing.ACTIVE,
            # The adapter's web server is a process of its own: nothing says that it would survive a snapshot.
            snap_start=None if streams else lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS,
            environment=environment,
        )

    def _image(
        self, row: Function, name: str, role: iam.Role, group: logs.LogGroup, environment: Mapping[str, str]
    ) -> lambda_.Function:
        return lambda_.DockerImageFunction(
            self,
            name,
            description=row.summary,
            code=bundling.image(bundling.ROOT / catalogue.folder(row), models=self._platform.models),
            architecture=self._architecture,
            memory_size=row.memory_mb,
            timeout=Duration.seconds(row.timeout_seconds),
            role=role,
            log_group=group,
            logging_format=lambda_.LoggingFormat.JSON,
            tracing=lambda_.Tracing.ACTIVE,
            environment=environment,
        )

    def streams(self, row: Function) -> bool:
        """The stand-in of a rehearsal has no web adapter: there the same routers answer in one piece."""
        return isinstance(row, Operation) and row.streams is not None and not self._platform.rehearsal

    def _environment(self, row: Function) -> dict[str, str]:
        """Only what its row names: a function does not even know of the other resources."""
        storage = self._storage
        found = {environment_name(t): storage.tables[t].table_name for t in row.tables}
        found |= {environment_name(b): storage.buckets[b].bucket_name for b in row.buckets}
        for queue in self._known_queues(row):
            found[environment_name(queue)] = storage.queues[queue].queue_url
            found[dead_letter_environment_name(queue)] = storage.dead_letters[queue].queue_url
        if row.upstream:
            found["UPSTREAM_SECRET"] = self.secret_name
        if row.seals_cursors:
            found["CURSOR_SECRET"] = self.cursor_secret_name
        if row.serves_images:
            found["CDN_BASE_URL"] = f"https://{storage.distribution.distribution_domain_name}"
        if row.invalidates_cdn:
            found["CDN_DISTRIBUTION_ID"] = storage.distribution.distribution_id
        return found

    def _known_queues(self, row: Function) -> tuple[Queue, ...]:
        own = tuple(row.concurrency) if isinstance(row, catalogue.Worker) else ()
        return tuple(dict.fromkeys((*own, *row.sends, *row.drains)))

    def _grant(self, function: lambda_.Function, row: Function) -> None:
        for table, use in row.tables.items():
            self._grant_table(function, table, use)
        for bucket, use in row.buckets.items():
            self._grant_bucket(function, bucket, use)
        for queue in row.sends:
            _allow(function, _SEND, self._storage.queues[queue].queue_arn)
        for queue in row.drains:
            _allow(function, _DRAIN, self._storage.queues[queue].queue_arn)
            _allow(function, _TAKE, self._storage.dead_letters[queue].queue_arn)
            _allow(function, _SEND, self._storage.dead_letters[queue].queue_arn)
        if isinstance(row, catalogue.Worker):
            for queue in row.concurrency:
                _allow(function, _SEND, self._storage.dead_letters[queue].queue_arn)
        if row.upstream:
            _allow(function, ("secretsmanager:GetSecretValue",), self._secret_arn(self.secret_name))
        if row.seals_cursors:
            _allow(function, ("secretsmanager:GetSecretValue",), self._secret_arn(self.cursor_secret_name))
        if row.invalidates_cdn:
            distribution = self._storage.distribution
            arn = f"arn:{Stack.of(self).partition}:cloudfront::{Stack.of(self).account}:distribution"
            _allow(function, ("cloudfront:CreateInvalidation",), f"{arn}/{distribution.distribution_id}")
        if row.reads_metrics:
            _allow(function, ("cloudwatch:GetMetricData",), "*")

    def _acknowledge(self, function: lambda_.Function, role: iam.Role, row: Function) -> None:
        everything = "X-Ray takes traces of any function: it has no resources to name"
        if row.reads_metrics:
            everything += "; GetMetricData cannot be limited to a namespace"
        acknowledge(role, {"AwsSolutions-IAM5[Resource::*]": everything})
        for bucket in row.buckets:
            resource = self._storage.buckets[bucket].node.default_child
            assert isinstance(resource, CfnElement)
            objects = f"<{Stack.of(self).get_logical_id(resource)}.Arn>/*"
            why = "Objects are made at run time: a bucket's can only be named together"
            acknowledge(role, {f"AwsSolutions-IAM5[Resource::{objects}]": why})
        tested = "Python 3.13 is the runtime that the layers are built and tested for"
        published = "Callers reach the alias, which points at a published version"
        acknowledge(
            function,
            {
                "AwsSolutions-L1": tested,
                "Annotation::@aws-cdk/aws-lambda:snapStartRequirePublish": published,
            },
        )

    def _grant_table(self, function: lambda_.Function, table: Table, use: Use) -> None:
        arn = self._storage.tables[table].table_arn
        if use in (Use.READ, Use.BOTH):
            _allow(function, _READ, arn, *(f"{arn}/index/{i.name}" for i in TABLES[table].indexes))
        if use in (Use.WRITE, Use.BOTH):
            _allow(function, _WRITE, arn)

    def _grant_bucket(self, function: lambda_.Function, bucket: Bucket, use: Use) -> None:
        made = self._storage.buckets[bucket]
        if use in (Use.READ, Use.BOTH):
            _allow(function, ("s3:GetObject",), made.arn_for_objects("*"))
            _allow(function, ("s3:ListBucket",), made.bucket_arn)
        if use in (Use.WRITE, Use.BOTH):
            _allow(function, ("s3:PutObject", "s3:DeleteObject"), made.arn_for_objects("*"))


def is_container(row: Function) -> bool:
    return isinstance(row, catalogue.Worker) and row.is_container


def _allow(function: lambda_.Function, actions: tuple[str, ...], *resources: str) -> None:
    function.add_to_role_policy(iam.PolicyStatement(actions=list(actions), resources=list(resources)))


def _pascal(name: str) -> str:
    return "".join(word.title() for word in name.split("_"))

"""One Lambda function, published version and `live` alias for every row of the catalogue."""

from collections.abc import Iterable, Mapping

from aws_cdk import ArnFormat, Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct
from creator_search import catalogue
from creator_search.catalogue import (
    Authorizer,
    Function,
    Operation,
    Queue,
    Secret,
    dead_letter_environment_name,
    environment_name,
    has_snapshot,
)
from creator_search.environment import SNAPSHOT_HOOKS

from infra.constructs import bundling
from infra.constructs.collection import Collection
from infra.constructs.findings import MANAGED_KEY, acknowledge
from infra.constructs.grants import Grants
from infra.constructs.identity import Issuer
from infra.constructs.packaging import START_SCRIPT, Platform
from infra.constructs.secrets import Secrets
from infra.constructs.storage import Storage
from infra.permissions import tables_of

# Version 1.1.0, the first that calls hooks of SnapStart. Source: aws/aws-lambda-web-adapter, pull request 871
_WEB_ADAPTER_ACCOUNT, _WEB_ADAPTER_LAYER = "753240598075", "LambdaAdapterLayerArm64:30"
_WEB_ADAPTER = {
    "AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap",
    "AWS_LWA_INVOKE_MODE": "response_stream",
    "AWS_LWA_PORT": "8080",
    "AWS_LWA_READINESS_CHECK_PROTOCOL": "tcp",
    "AWS_LAMBDA_HTTP_IGNORE_STAGE_IN_PATH": "true",
}
_SNAPSHOT_HOOKS = dict(zip(SNAPSHOT_HOOKS, ("/snapstart/before", "/snapstart/after"), strict=True))

_ANSWERED = "API Gateway waits for the answer: a failed invocation is an answer with an error"
_NO_DEAD_LETTERS: Mapping[type[Function], str] = {
    catalogue.Api: _ANSWERED,
    Operation: _ANSWERED,
    Authorizer: _ANSWERED,
    catalogue.Worker: "A message that fails is delivered again, and then moved to the dead-letter queue of its queue",
    Function: "The stream, or the state machine, repeats what has failed; lateness and failures are alarmed",
    catalogue.Schedule: "A run has no input: the next one does what a failed one left, and failures are alarmed",
}

RECOGNIZE_LAYER_VERSION = "@aws-cdk/aws-lambda:recognizeLayerVersion"
"""A flag of the CDK. Without it a change of a layer publishes no function versions, and `live` stays on the old one."""


class Functions(Construct):
    """The functions of `rows`; `issuer` is needed if the authorizer is one of them. Their metrics are in `namespace`,
    so that stages in one account have separate ones. `live` maps the name of a row to the alias of its function, which
    refers to the newest published version. `reserved` are reserved concurrencies, by the names of rows. `collection` is
    the search engine's, if they use one."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        rows: Iterable[Function],
        storage: Storage,
        secrets: Secrets,
        production: bool,
        platform: Platform,
        settings: Mapping[str, str],
        namespace: str,
        reserved: Mapping[str, int],
        issuer: Issuer | None = None,
        collection: Collection | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._issuer = issuer
        self._collection = collection
        self._storage = storage
        self._secrets = secrets
        self._log_removal = RemovalPolicy.RETAIN if production else RemovalPolicy.DESTROY
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
        self.metrics_namespace = namespace
        self._grants = Grants(storage, secrets, has_edge=platform.has_edge, rehearsal=platform.rehearsal)
        self._settings = settings
        self._reserved = reserved
        built = [row for row in rows if not (platform.rehearsal and is_container(row))]
        self.log_groups: dict[str, logs.LogGroup] = {}
        """By the name of the row."""
        self.live = {row.name: self._function(row) for row in built}

    def _function(self, row: Function) -> lambda_.Alias:
        name = _pascal(row.name)
        group = logs.LogGroup(
            self, f"{name}Log", retention=logs.RetentionDays.ONE_MONTH, removal_policy=self._log_removal
        )
        self.log_groups[row.name] = group
        role = iam.Role(self, f"{name}Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        group.grant_write(role)
        acknowledge(group, {"CKV_AWS_158": MANAGED_KEY})
        environment = {"METRICS_NAMESPACE": self.metrics_namespace, **self._settings, **self._environment(row)}
        build = self._image if is_container(row) else self._zip
        function = build(row, name, role, group, environment)
        self._grants.add(function, role, row)
        if self._collection and row.search:
            self._collection.allow(function, role, row.search)
        self._acknowledge(function, row)
        return lambda_.Alias(self, f"{name}Live", alias_name="live", version=function.current_version)

    def _zip(
        self, row: Function, name: str, role: iam.Role, group: logs.LogGroup, environment: Mapping[str, str]
    ) -> lambda_.Function:
        folder = self._platform.sources / catalogue.folder(row)
        streams = self.streams(row)
        return lambda_.Function(
            self,
            name,
            description=row.summary,
            code=bundling.served(folder) if streams else bundling.zipped(folder),
            handler=START_SCRIPT if streams else "handler.handler",
            runtime=self._runtime,
            architecture=self._architecture,
            layers=[*self._layers, self._web_adapter] if streams else self._layers,
            memory_size=row.memory_mb,
            timeout=Duration.seconds(row.timeout_seconds),
            role=role,
            log_group=group,
            logging_format=lambda_.LoggingFormat.JSON,
            tracing=lambda_.Tracing.ACTIVE,
            reserved_concurrent_executions=self._reserved.get(row.name),
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if has_snapshot(row) else None,
            environment={**environment, **(self._web_adapter_environment(row) if streams else {})},
        )

    def _image(
        self, row: Function, name: str, role: iam.Role, group: logs.LogGroup, environment: Mapping[str, str]
    ) -> lambda_.Function:
        return lambda_.DockerImageFunction(
            self,
            name,
            description=row.summary,
            code=bundling.image(self, self._platform, catalogue.folder(row)),
            architecture=self._architecture,
            memory_size=row.memory_mb,
            timeout=Duration.seconds(row.timeout_seconds),
            role=role,
            log_group=group,
            logging_format=lambda_.LoggingFormat.JSON,
            tracing=lambda_.Tracing.ACTIVE,
            reserved_concurrent_executions=self._reserved.get(row.name),
            environment=environment,
        )

    def streams(self, row: Function) -> bool:
        """Whether the function runs behind the web adapter. The AWS stand-in of the rehearsal has no such layer."""
        return isinstance(row, Operation) and row.streams is not None and not self._platform.rehearsal

    def _web_adapter_environment(self, row: Function) -> dict[str, str]:
        return {**_WEB_ADAPTER, **(_SNAPSHOT_HOOKS if has_snapshot(row) else {})}

    def _environment(self, row: Function) -> dict[str, str]:
        """Names and URLs of the row's resources, and of no others."""
        storage = self._storage
        found = {environment_name(t): storage.tables[t].table_name for t in sorted(tables_of(row))}
        found |= {environment_name(b): storage.buckets[b].bucket_name for b in row.buckets}
        for queue in self._known_queues(row):
            found[environment_name(queue)] = storage.queues[queue].queue_url
            found[dead_letter_environment_name(queue)] = storage.dead_letters[queue].queue_url
        for secret in row.secrets:
            if secret is not Secret.ORIGIN_KEY or self._platform.has_edge:
                found[environment_name(secret)] = self._secrets.names[secret]
        if isinstance(row, Authorizer):
            assert self._issuer
            found |= self._issuer.environment
        if self._collection and row.search:
            found |= self._collection.environment
        if row.serves_images:
            found["CDN_BASE_URL"] = f"https://{storage.distribution.distribution_domain_name}"
        if row.invalidates_cdn:
            found["CDN_DISTRIBUTION_ID"] = storage.distribution.distribution_id
        return found

    def _known_queues(self, row: Function) -> tuple[Queue, ...]:
        own = tuple(row.concurrency) if isinstance(row, catalogue.Worker) else ()
        return tuple(dict.fromkeys((*own, *row.sends, *row.drains, *row.watches, *row.abandons)))

    def _acknowledge(self, function: lambda_.Function, row: Function) -> None:
        reasons = {
            "AwsSolutions-L1": "Python 3.13 is the runtime that the layers are built and tested for",
            "Annotation::@aws-cdk/aws-lambda:snapStartRequirePublish": "Callers invoke the alias of published versions",
            "CKV_AWS_116": _NO_DEAD_LETTERS[type(row)],
            "CKV_AWS_117": "It calls public endpoints only, of AWS and of the upstreams: a VPC would need NAT gateways",
            "CKV_AWS_173": "The variables are names and addresses; the secrets are in Secrets Manager",
        }
        if row.name not in self._reserved:
            reasons["CKV_AWS_115"] = "It shares the concurrency that the account has left (infra/concurrency.py)"
        acknowledge(function, reasons)


def is_container(row: Function) -> bool:
    return isinstance(row, catalogue.Worker) and row.is_container


def _pascal(name: str) -> str:
    return "".join(word.title() for word in name.split("_"))

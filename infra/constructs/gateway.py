"""One regional REST API with the routes of the catalogue."""

import json

from aws_cdk import Duration, RemovalPolicy, Size, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_logs as logs
from constructs import Construct
from creator_search.catalogue import AUTHORIZER, OPERATIONS, Access, function_of

from infra.concurrency import stage_burst
from infra.constructs.findings import MANAGED_KEY, acknowledge
from infra.constructs.functions import Functions

_COMPRESS_FROM = Size.kibibytes(1)
_REFUSED = ("401", "UNAUTHENTICATED", "A valid token or API key is required")
_GATEWAY_RESPONSES = {
    # Responses of the gateway without a function, in the error format of the API.
    "MISSING_AUTHENTICATION_TOKEN": ("404", "NOT_FOUND", "This path does not exist"),
    "UNAUTHORIZED": _REFUSED,
    "ACCESS_DENIED": _REFUSED,  # the authorizer denies only refused credentials; the functions check scopes
    "AUTHORIZER_FAILURE": ("503", "SERVICE_UNAVAILABLE", "The credential cannot be verified now"),
    "INTEGRATION_FAILURE": ("503", "SERVICE_UNAVAILABLE", "The API cannot answer now"),  # a throttled function
    "INTEGRATION_TIMEOUT": ("503", "SERVICE_UNAVAILABLE", "The API did not answer in time"),
    "THROTTLED": ("429", "RATE_LIMITED", "Too many requests"),
    "REQUEST_TOO_LARGE": ("413", "PAYLOAD_TOO_LARGE", "The body is too large"),
    "DEFAULT_4_XX": (None, "INVALID_PARAMETER", "The request could not be read"),
    "DEFAULT_5_XX": (None, "INTERNAL_ERROR", "An internal error occurred"),
}


class Gateway(Construct):
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        functions: Functions,
        production: bool,
        has_edge: bool,
        requests_per_second: int,
    ) -> None:
        super().__init__(scope, construct_id)
        removal = RemovalPolicy.RETAIN if production else RemovalPolicy.DESTROY
        log = logs.LogGroup(self, "AccessLog", retention=logs.RetentionDays.ONE_MONTH, removal_policy=removal)
        acknowledge(log, {"CKV_AWS_158": MANAGED_KEY})
        self.name = Stack.of(self).stack_name
        """The dimension of the gateway's metrics."""
        self.api = apigateway.RestApi(
            self,
            "Api",
            rest_api_name=self.name,
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            min_compression_size=_COMPRESS_FROM,
            cloud_watch_role=False,  # infra/region_stack.py has it
            deploy_options=apigateway.StageOptions(
                stage_name="live",
                tracing_enabled=True,
                metrics_enabled=True,
                logging_level=apigateway.MethodLoggingLevel.ERROR,
                access_log_destination=apigateway.LogGroupLogDestination(log),
                access_log_format=apigateway.AccessLogFormat.json_with_standard_fields(
                    caller=False,
                    http_method=True,
                    ip=True,
                    protocol=True,
                    request_time=True,
                    resource_path=True,
                    response_length=True,
                    status=True,
                    user=False,
                ),
                throttling_rate_limit=requests_per_second,
                throttling_burst_limit=stage_burst(requests_per_second),
            ),
        )
        # Not cached: either header may have the credential, and a cache has one key for both.
        authorizer = apigateway.RequestAuthorizer(
            self,
            "Authorizer",
            handler=functions.live[AUTHORIZER.name],
            identity_sources=[],
            results_cache_ttl=Duration.seconds(0),
        )
        for operation in OPERATIONS:
            resource = self.api.root.resource_for_path(operation.path)
            streams = functions.streams(operation)
            integration = apigateway.LambdaIntegration(
                functions.live[function_of(operation).name],
                # One permission for each function, of which one may serve many methods.
                scope_permission_to_method=False,
                allow_test_invoke=False,
                response_transfer_mode=apigateway.ResponseTransferMode.STREAM if streams else None,
                timeout=Duration.seconds(operation.timeout_seconds) if streams else None,
            )
            # Behind a distribution, the authorizer refuses requests that did not come through it.
            is_open = operation.access is Access.PUBLIC and not has_edge
            resource.add_method(
                operation.method,
                integration,
                operation_name=operation.name,
                authorization_type=apigateway.AuthorizationType.NONE if is_open else None,
                authorizer=None if is_open else authorizer,
            )
        self._add_gateway_responses()
        self._acknowledge()

    def _add_gateway_responses(self) -> None:
        for kind, (status, code, text) in _GATEWAY_RESPONSES.items():
            body = {
                "success": False,
                "detail": text,
                "error": text,
                "error_code": code,
                "troubleshooting": "See /docs for the paths and limits of this API.",
                "timestamp": "$context.requestTime",
                "request_id": "$context.requestId",
            }
            headers = {"X-Request-Id": "context.requestId"}
            if kind == "THROTTLED":
                headers["Retry-After"] = "'1'"
            if status == "503":
                headers["Retry-After"] = "'30'"
            if status == "401":
                headers["WWW-Authenticate"] = "'Bearer'"
            self.api.add_gateway_response(
                f"Refusal{kind.title().replace('_', '')}",
                type=getattr(apigateway.ResponseType, kind),
                status_code=status,
                response_headers=headers,
                templates={"application/json": json.dumps(body)},
            )

    def _acknowledge(self) -> None:
        reasons = {
            "AwsSolutions-APIG2": "The handlers validate requests, because the gateway's errors cannot name the "
            "parameter and its range",
            "AwsSolutions-APIG3": "The web ACL is attached to the distribution, through which all requests come",
            "AwsSolutions-APIG4": "Without a distribution, the documentation and the health have no authorizer",
            "AwsSolutions-COG4": "Any OIDC issuer and API keys are accepted: a Lambda authorizer verifies credentials",
        }
        acknowledge(self, reasons)
        cached = "An answer depends on the caller, and the functions keep stored documents in memory"
        acknowledge(self.api.deployment_stage, {"CKV_AWS_120": cached})

"""The distribution in front of everything: the console at `/`, the API at `/api/*`."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aws_cdk import CfnOutput, Duration, SecretValue, Stack
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from constructs import Construct
from creator_search.catalogue import Secret

from infra.console import BUILT, is_built
from infra.constructs.console import ConsoleFiles
from infra.constructs.findings import acknowledge
from infra.constructs.identity import SignIn
from infra.service_stack import ServiceStack
from infra.toolkit import ROOT

API_PATHS = ("/api/*", "/docs*", "/openapi.json")
ORIGIN_HEADER = "X-Origin-Key"
_SCRIPTS = Path(__file__).parent / "edge"
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_SENT_HEADERS = ("Authorization", "X-Api-Key", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match")
_READ_HEADERS = ("ETag", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id")
_LONGEST_WAIT = Duration.seconds(60)  # the most that CloudFront allows without a raised quota


@dataclass(frozen=True, slots=True)
class Site:
    """`url`: the address under which people open the console, if it is known before the deployment. `certificate`: the
    ARN of a certificate of its host in us-east-1; with it, the host is an alias of the distribution. `cors_origin`: an
    origin whose pages may call the API, besides the console's own."""

    url: str = ""
    certificate: str = ""
    cors_origin: str = ""


class EdgeStack(Stack):
    """The API accepts requests from this distribution only, which sends a secret header with each. The images have a
    distribution of their own, in the stack of the data (docs/decisions/0027-edge.md)."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        production: bool,
        service: ServiceStack,
        site: Site,
        sign_in: SignIn | None,
        web_acl_arn: str | None,
        root: Path = ROOT,
        **stack: Any,
    ) -> None:
        super().__init__(scope, construct_id, **stack)
        self._service = service
        self._site = site
        images = f"https://{service.storage.distribution.distribution_domain_name}"
        console = ConsoleFiles(self, "Console", production=production, images=images, sign_in=sign_in)
        self.distribution = self._distribution(console, web_acl_arn)
        if is_built(root):
            console.upload(root / BUILT, self.distribution)
        CfnOutput(self, "SiteUrl", value=site.url or f"https://{self.distribution.distribution_domain_name}")

    def _distribution(self, console: ConsoleFiles, web_acl_arn: str | None) -> cloudfront.Distribution:
        certificate = self._site.certificate
        api = self._api_behavior()
        distribution = cloudfront.Distribution(
            self,
            "Site",
            comment="Creator Search: the console and the API",
            price_class=cloudfront.PriceClass.PRICE_CLASS_100,
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            domain_names=[str(urlsplit(self._site.url).hostname)] if certificate else None,
            certificate=acm.Certificate.from_certificate_arn(self, "Certificate", certificate) if certificate else None,
            minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
            web_acl_id=web_acl_arn,
            default_root_object="index.html",
            default_behavior=cloudfront.BehaviorOptions(
                origin=origins.S3BucketOrigin.with_origin_access_control(console.bucket),
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                cache_policy=cloudfront.CachePolicy.CACHING_OPTIMIZED,
                response_headers_policy=console.headers,
                function_associations=[self._script("Pages", _script("pages.js"))],
                compress=True,
            ),
            additional_behaviors=dict.fromkeys(API_PATHS, api),
        )
        reasons = {
            "AwsSolutions-CFR1": "Creators and their audiences are in all countries, so none is blocked",
            "AwsSolutions-CFR3": "API Gateway logs each request; the console's files are public",
        }
        if not web_acl_arn:
            reasons["AwsSolutions-CFR2"] = "Production has a web ACL; other stages have no traffic to inspect"
        if not certificate:
            why = "CloudFront's default certificate fixes the minimum TLS version; with -c site and -c certificate "
            reasons["AwsSolutions-CFR4"] = f"{why}the minimum is TLS 1.2"
        acknowledge(distribution, reasons)
        return distribution

    def _api_behavior(self) -> cloudfront.BehaviorOptions:
        """Nothing is cached: an answer depends on the caller (docs/decisions/0023-costs.md)."""
        cors = self._site.cors_origin
        key = SecretValue.secrets_manager(self._service.data.secrets.names[Secret.ORIGIN_KEY])
        return cloudfront.BehaviorOptions(
            origin=origins.RestApiOrigin(
                self._service.gateway.api,
                # A reference that CloudFormation resolves: the template does not contain the key.
                custom_headers={ORIGIN_HEADER: key.unsafe_unwrap()},
                read_timeout=_LONGEST_WAIT,
            ),
            allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
            cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
            origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
            response_headers_policy=self._cors_headers(cors) if cors else None,
            function_associations=[self._script("Preflight", _preflight(cors))] if cors else None,
            compress=False,  # API Gateway compresses
        )

    def _cors_headers(self, origin: str) -> cloudfront.ResponseHeadersPolicy:
        return cloudfront.ResponseHeadersPolicy(
            self,
            "CorsHeaders",
            cors_behavior=cloudfront.ResponseHeadersCorsBehavior(
                access_control_allow_credentials=False,
                access_control_allow_headers=list(_SENT_HEADERS),
                access_control_allow_methods=list(_METHODS),
                access_control_allow_origins=[origin],
                access_control_expose_headers=list(_READ_HEADERS),
                origin_override=True,
            ),
        )

    def _script(self, name: str, code: str) -> cloudfront.FunctionAssociation:
        function = cloudfront.Function(
            self,
            name,
            code=cloudfront.FunctionCode.from_inline(code),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
        )
        return cloudfront.FunctionAssociation(function=function, event_type=cloudfront.FunctionEventType.VIEWER_REQUEST)


def _script(name: str) -> str:
    return (_SCRIPTS / name).read_text()


def _preflight(origin: str) -> str:
    values = {"ORIGIN": origin, "METHODS": ", ".join(_METHODS), "HEADERS": ", ".join(_SENT_HEADERS)}
    constants = "".join(f"var {name} = {json.dumps(value)};\n" for name, value in values.items())
    return constants + _script("preflight.js")

"""The console's files: their bucket, what is uploaded to it, and the headers with which CloudFront serves them."""

from pathlib import Path
from typing import cast

from aws_cdk import Duration, RemovalPolicy, Stack, Token
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_deployment as deployment
from constructs import Construct, IConstruct

from infra.console import security_headers
from infra.constructs.findings import acknowledge
from infra.constructs.identity import SignIn

_LOGS = "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]"
_OF_DEPLOYMENTS = dict.fromkeys(
    ("CKV_AWS_115", "CKV_AWS_116", "CKV_AWS_117"),
    "The CDK chooses it, and it runs during deployments only, which fail if it fails",
)


class ConsoleFiles(Construct):
    """`images` is the origin of the creators' images. Without `sign_in` users cannot sign in."""

    def __init__(
        self, scope: Construct, construct_id: str, *, production: bool, images: str, sign_in: SignIn | None
    ) -> None:
        super().__init__(scope, construct_id)
        self._sign_in = sign_in
        self.bucket = self._bucket(production=production)
        self.headers = self._headers(images)

    def _bucket(self, *, production: bool) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            "Bucket",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=RemovalPolicy.RETAIN if production else RemovalPolicy.DESTROY,
            auto_delete_objects=not production,
        )
        reasons = {
            "AwsSolutions-S1": "It contains public files, whose requests CloudFront counts",
            "CKV_AWS_21": "Its files are built from the sources: a deployment of an earlier version puts them back",
        }
        acknowledge(bucket, reasons)
        if not production:
            remover = self._made_by_the_cdk("Custom::S3AutoDeleteObjects").node.find_child("Handler")
            acknowledge(remover, _OF_DEPLOYMENTS)
        return bucket

    def _headers(self, images: str) -> cloudfront.ResponseHeadersPolicy:
        headers = security_headers(images, self._sign_in.origin if self._sign_in else "")
        referrer = cloudfront.HeadersReferrerPolicy(headers.pop("Referrer-Policy").upper().replace("-", "_"))
        del headers["X-Content-Type-Options"]  # it has one value
        return cloudfront.ResponseHeadersPolicy(
            self,
            "Headers",
            security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
                content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                    content_security_policy=headers.pop("Content-Security-Policy"), override=True
                ),
                content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
                referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(referrer_policy=referrer, override=True),
                strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                    access_control_max_age=Duration.days(365), include_subdomains=False, override=True
                ),
            ),
            custom_headers_behavior=cloudfront.ResponseCustomHeadersBehavior(
                custom_headers=[
                    cloudfront.ResponseCustomHeader(header=name, value=value, override=True)
                    for name, value in headers.items()
                ]
            ),
        )

    def upload(self, built: Path, distribution: cloudfront.Distribution) -> None:
        """Upload the hashed assets, which are kept for open pages, then what refers to them."""
        assets = deployment.BucketDeployment(
            self,
            "DeployedAssets",
            destination_bucket=self.bucket,
            sources=[deployment.Source.asset(str(built), exclude=["*", "!assets/**"])],
            cache_control=[deployment.CacheControl.from_string("public, max-age=31536000, immutable")],
            prune=False,
        )
        pages = deployment.BucketDeployment(
            self,
            "DeployedPages",
            destination_bucket=self.bucket,
            sources=[
                deployment.Source.asset(str(built), exclude=["assets/**", ".*"]),
                deployment.Source.json_data("config.json", dict(self._sign_in.configuration) if self._sign_in else {}),
            ],
            cache_control=[deployment.CacheControl.from_string("no-cache")],
            prune=False,
            distribution=distribution,
            distribution_paths=["/index.html", "/config.json"],
        )
        pages.node.add_dependency(assets)
        self._acknowledge_uploader()

    def _acknowledge_uploader(self) -> None:
        """The CDK makes one function for all deployments of files, with permissions that it chooses."""
        stack = Stack.of(self)
        uploader = self._made_by_the_cdk("Custom::CDKBucketDeployment")
        account = "<AWS::AccountId>" if Token.is_unresolved(stack.account) else stack.account
        region = "<AWS::Region>" if Token.is_unresolved(stack.region) else stack.region
        files = f"cdk-hnb659fds-assets-{account}-{region}/*"
        own = f"<{stack.get_logical_id(cast(s3.CfnBucket, self.bucket.node.default_child))}.Arn>/*"
        reasons = {
            "AwsSolutions-L1": "The CDK chooses the runtime",
            _LOGS: "The CDK chooses the policy, which allows writing logs",
            "AwsSolutions-IAM5[Resource::*]": "The CDK grants invalidations of all distributions",
            f"AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::{files}]": "It reads the assets of the deployment",
            f"AwsSolutions-IAM5[Resource::{own}]": "It writes the console's files",
        }
        actions = ("GetObject", "GetBucket", "List", "DeleteObject", "Abort")
        reasons |= {f"AwsSolutions-IAM5[Action::s3:{action}*]": "The CDK chooses the actions" for action in actions}
        of_function = _OF_DEPLOYMENTS | {"CKV_AWS_173": "The variables are not secret"}
        acknowledge(uploader, reasons | of_function)
        policy = uploader.node.find_child("ServiceRole").node.find_child("DefaultPolicy")
        acknowledge(policy, {"CKV_AWS_111": reasons["AwsSolutions-IAM5[Resource::*]"]})

    def _made_by_the_cdk(self, name: str) -> IConstruct:
        [found] = [child for child in Stack.of(self).node.children if child.node.id.startswith(name)]
        return found

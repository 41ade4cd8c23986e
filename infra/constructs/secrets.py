"""The secrets: keys of the upstreams, which an operator fills, and keys that are generated."""

import json

from aws_cdk import RemovalPolicy
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct
from creator_search.catalogue import PROVIDERS, Secret

from infra.constructs.findings import MANAGED_KEY, acknowledge


class Secrets(Construct):
    """The functions refer to secrets by name, so that a template contains neither a secret nor its ARN."""

    def __init__(self, scope: Construct, construct_id: str, *, prefix: str, production: bool) -> None:
        super().__init__(scope, construct_id)
        self._removal = RemovalPolicy.RETAIN if production else RemovalPolicy.DESTROY
        self.names = {secret: f"{prefix}/{secret}" for secret in Secret}
        empty = {provider.key: "" for provider in PROVIDERS}
        self._secret(
            "UpstreamKeys",
            self.names[Secret.UPSTREAM_KEYS],
            secretsmanager.SecretStringGenerator(
                secret_string_template=json.dumps(empty), generate_string_key="unused"
            ),
            description=f"JSON with {', '.join(empty)}; set the values after the first deployment",
            not_rotated="The providers issue these keys manually, and this stack cannot rotate them",
        )
        generated = secretsmanager.SecretStringGenerator(password_length=64, exclude_punctuation=True)
        self._secret(
            "CursorKey",
            self.names[Secret.CURSOR_KEY],
            generated,
            description="The key for signing cursors; replacing it invalidates cursors in use",
            not_rotated="Rotation would invalidate the cursors that clients hold",
        )
        self._secret(
            "CommenterKey",
            self.names[Secret.COMMENTER_KEY],
            generated,
            description="The key of the commenters' hashes; after a replacement, stored hashes match no new ones",
            not_rotated="Rotation would make hashes of one commenter differ; comments are deleted after 90 days",
        )

        self._secret(
            "OriginKey",
            self.names[Secret.ORIGIN_KEY],
            generated,
            description="What the distribution in front sends with each request, so that the API refuses others",
            not_rotated="CloudFront has a copy that only a deployment replaces",
        )

    def _secret(
        self,
        construct_id: str,
        name: str,
        initial: secretsmanager.SecretStringGenerator,
        *,
        description: str,
        not_rotated: str,
    ) -> None:
        secret = secretsmanager.Secret(
            self,
            construct_id,
            secret_name=name,
            description=description,
            generate_secret_string=initial,
            removal_policy=self._removal,
        )
        acknowledge(secret, {"AwsSolutions-SMG4": not_rotated, "CKV_AWS_149": MANAGED_KEY})

"""What must outlive a deployment of the service: tables, buckets, queues, secrets, users."""

from typing import Any

from aws_cdk import Stack
from constructs import Construct

from infra.constructs.identity import UserPool
from infra.constructs.secrets import Secrets
from infra.constructs.storage import Storage


class DataStack(Stack):
    """In production, everything in it is retained when the stack is deleted. `has_users`: whether it has a Cognito user
    pool, whose keys are fetched from `jwks_url` if it is given. The names of the secrets start with `prefix`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        production: bool,
        prefix: str,
        has_users: bool,
        jwks_url: str = "",
        **stack: Any,
    ) -> None:
        super().__init__(scope, construct_id, **stack)
        self.storage = Storage(self, "Storage", production=production)
        self.secrets = Secrets(self, "Secrets", prefix=prefix, production=production)
        self.users = UserPool(self, "Users", production=production, jwks_url=jwks_url) if has_users else None

"""What must outlive a deployment of the service: tables, buckets, queues, secrets, users."""

from typing import Any

from aws_cdk import CfnOutput, Stack
from constructs import Construct
from creator_search.catalogue import Bucket, Queue, Secret

from infra.constructs.identity import UserPool
from infra.constructs.secrets import Secrets
from infra.constructs.storage import Storage


class DataStack(Stack):
    """In production, everything in it is retained when the stack is deleted. `has_users`: whether it has a Cognito user
    pool, whose keys are fetched from `jwks_url` if it is given, and with which people sign in at `site`. The names of
    secrets and queues start with `prefix`. `has_stream`: whether the table of profiles has a stream."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        production: bool,
        prefix: str,
        has_users: bool,
        jwks_url: str = "",
        site: str = "",
        has_stream: bool = False,
        **stack: Any,
    ) -> None:
        super().__init__(scope, construct_id, **stack)
        self.storage = Storage(self, "Storage", prefix=prefix, production=production, has_stream=has_stream)
        self.secrets = Secrets(self, "Secrets", prefix=prefix, production=production)
        self.users: UserPool | None = None
        if has_users:
            self.users = UserPool(
                self, "Users", production=production, prefix=prefix.lower(), site=site, jwks_url=jwks_url
            )
        self._add_outputs()

    def _add_outputs(self) -> None:
        outputs = {
            "ImagesUrl": f"https://{self.storage.distribution.distribution_domain_name}",
            "ImagesBucket": self.storage.buckets[Bucket.IMAGES].bucket_name,
            "UpstreamKeysSecret": self.secrets.names[Secret.UPSTREAM_KEYS],
        }
        if self.users:
            outputs |= {"UserPoolId": self.users.pool_id, "UserPoolClientId": self.users.client_id}
        for queue in Queue:
            name = "".join(word.title() for word in queue.value.split("-"))
            outputs[f"Queue{name}Url"] = self.storage.queues[queue].queue_url
            outputs[f"Queue{name}DeadLetterUrl"] = self.storage.dead_letters[queue].queue_url
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)

"""The API and its functions, generated from the catalogue."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import CfnOutput, Stack
from constructs import Construct
from creator_search.catalogue import API_FUNCTIONS, AUTHORIZER

from infra.concurrency import needed_concurrency
from infra.constructs.collection import Collection
from infra.constructs.functions import RECOGNIZE_LAYER_VERSION, Functions
from infra.constructs.gateway import Gateway
from infra.constructs.identity import Issuer
from infra.constructs.packaging import Platform
from infra.data_stack import DataStack


class ServiceStack(Stack):
    """The functions over the resources of `data`, and the API in front of them. `settings` are environment variables of
    every function (docs/configuration.md). `collection` is the search engine that is used instead of the indexes of the
    table."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        production: bool,
        platform: Platform,
        settings: Mapping[str, str],
        data: DataStack,
        issuer: Issuer,
        reserved: Mapping[str, int],
        requests_per_second: int,
        collection: Collection | None = None,
        **stack: Any,
    ) -> None:
        super().__init__(scope, construct_id, **stack)
        self.node.set_context(RECOGNIZE_LAYER_VERSION, True)
        self.data = data
        self.storage = data.storage
        self.functions = Functions(
            self,
            "Functions",
            rows=(*API_FUNCTIONS, AUTHORIZER),
            storage=data.storage,
            secrets=data.secrets,
            production=production,
            platform=platform,
            settings=settings,
            namespace=self.stack_name,
            reserved=reserved,
            issuer=issuer,
            collection=collection,
        )
        self.gateway = Gateway(
            self,
            "Gateway",
            functions=self.functions,
            production=production,
            has_edge=platform.has_edge,
            requests_per_second=requests_per_second,
        )
        self._add_outputs(needed_concurrency(requests_per_second))

    def _add_outputs(self, concurrency: int) -> None:
        CfnOutput(self, "ApiUrl", value=self.gateway.api.url)
        CfnOutput(self, "ConcurrencyNeeded", value=str(concurrency))

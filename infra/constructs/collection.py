"""The collection of the search engine, and who may use its index."""

import json
from collections.abc import Mapping
from typing import Any

from aws_cdk import Names
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_opensearchserverless as aoss
from constructs import Construct
from creator_search.catalogue import SEARCH_ENDPOINT, SEARCH_INDEX, Use

_PERMISSIONS: Mapping[Use, tuple[str, ...]] = {
    Use.READ: ("aoss:ReadDocument",),
    Use.WRITE: ("aoss:WriteDocument",),
    # Only who compares it with the table makes the index: a write would make one that cannot be searched.
    Use.BOTH: ("aoss:CreateIndex", "aoss:ReadDocument", "aoss:WriteDocument"),
}


class Collection(Construct):
    """Its endpoint is public, as DynamoDB's is: requests are signed, and only the roles of functions are allowed."""

    def __init__(self, scope: Construct, construct_id: str, *, production: bool) -> None:
        super().__init__(scope, construct_id)
        self.name = policy_name(self)
        rules = [{"ResourceType": "collection", "Resource": [f"collection/{self.name}"]}]
        policies: Mapping[str, Any] = {
            "encryption": {"Rules": rules, "AWSOwnedKey": True},
            "network": [{"Rules": rules, "AllowFromPublic": True}],
        }
        collection = aoss.CfnCollection(
            self,
            "Collection",
            name=self.name,
            type="SEARCH",
            description="What searches of creators find",
            standby_replicas="ENABLED" if production else "DISABLED",
        )
        for kind, policy in policies.items():
            made = aoss.CfnSecurityPolicy(self, kind.title(), name=self.name, type=kind, policy=json.dumps(policy))
            collection.add_resource_dependency(made)
        self._arn = collection.attr_arn
        self._endpoint = collection.attr_collection_endpoint

    @property
    def environment(self) -> dict[str, str]:
        return {SEARCH_ENDPOINT: self._endpoint}

    def allow(self, function: lambda_.Function, role: iam.IRole, use: Use) -> None:
        """Let a function, which may be of another stack, use the index: IAM and the collection both must allow it."""
        function.add_to_role_policy(iam.PolicyStatement(actions=["aoss:APIAccessAll"], resources=[self._arn]))
        rule = {
            "ResourceType": "index",
            "Resource": [f"index/{self.name}/{SEARCH_INDEX}"],
            "Permission": list(_PERMISSIONS[use]),
        }
        policy = [{"Rules": [rule], "Principal": [role.role_arn]}]
        aoss.CfnAccessPolicy(
            function,
            "SearchAccess",
            name=policy_name(function),
            type="data",
            policy=function.stack.to_json_string(policy),
        )


def policy_name(construct: Construct) -> str:
    """A name that the service allows, and nothing else in the account has: up to 28 small letters, digits, hyphens."""
    return Names.unique_resource_name(construct, max_length=28, separator="-").lower()

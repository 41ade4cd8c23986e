"""The collection of the search engine, and the access to its index."""

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
    # Only the function that compares the index with the table may create it: a write would create one without the
    # mapping.
    Use.BOTH: ("aoss:CreateIndex", "aoss:ReadDocument", "aoss:WriteDocument"),
}


class Collection(Construct):
    """A collection with a public endpoint, like DynamoDB's: requests are signed, and only the roles of functions are
    allowed."""

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
            description="The creators that searches find",
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
        """Allow a function, which may be in another stack, to use the index. Both IAM and the collection must allow
        it."""
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
    """Return a unique name that the service accepts: up to 28 lower-case letters, digits and hyphens."""
    return Names.unique_resource_name(construct, max_length=28, separator="-").lower()

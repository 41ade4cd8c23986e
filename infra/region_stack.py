"""What an account has once in a region, whatever its stages."""

from typing import Any

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.constructs.findings import acknowledge

_POLICY = "service-role/AmazonAPIGatewayPushToCloudWatchLogs"


class RegionStack(Stack):
    """The role with which API Gateway writes logs. It is retained when the stack is deleted: all REST APIs of the
    region use it, those of other systems too."""

    def __init__(self, scope: Construct, construct_id: str, **stack: Any) -> None:
        super().__init__(scope, construct_id, **stack)
        role = iam.Role(
            self,
            "GatewayLogRole",
            assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"),
            managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name(_POLICY)],
        )
        role.apply_removal_policy(RemovalPolicy.RETAIN)
        account = apigateway.CfnAccount(self, "GatewayAccount", cloud_watch_role_arn=role.role_arn)
        account.apply_removal_policy(RemovalPolicy.RETAIN)
        policy = f"AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{_POLICY}]"
        acknowledge(role, {policy: "AWS documents this managed policy for the logs of API Gateway"})

"""The topic to which alarms are sent."""

from aws_cdk import Aws, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

_SENDERS = ("cloudwatch.amazonaws.com", "costalerts.amazonaws.com")


class AlarmTopic(Construct):
    """Encrypted with a key of its own: CloudWatch cannot send to a topic with the key that AWS manages."""

    def __init__(self, scope: Construct, construct_id: str, *, email: str | None) -> None:
        super().__init__(scope, construct_id)
        key = kms.Key(
            self,
            "Key",
            description="Encrypts the alarms of Creator Search",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.DESTROY,  # it encrypts messages in transit only
        )
        self.topic = sns.Topic(self, "Topic", display_name="Creator Search alarms", master_key=key, enforce_ssl=True)
        for sender in _SENDERS:
            key.add_to_resource_policy(_granted(sender, "*", "kms:Decrypt", "kms:GenerateDataKey*"))
            self.topic.add_to_resource_policy(_granted(sender, self.topic.topic_arn, "sns:Publish"))
        if email:
            self.topic.add_subscription(subscriptions.EmailSubscription(email))


def _granted(service: str, resource: str, *actions: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        actions=list(actions),
        resources=[resource],
        principals=[iam.ServicePrincipal(service)],
        conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
    )

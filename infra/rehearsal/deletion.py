"""Checks which resources remain when the production stacks are deleted."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from botocore.exceptions import ClientError
from creator_search.adapters.dynamodb.schema import TTL_ATTRIBUTE

from infra.rehearsal.system import STACKS, Rehearsal, step

LOOK_UPS: Mapping[str, tuple[str, str, str]] = {
    "AWS::DynamoDB::Table": ("dynamodb", "describe_table", "TableName"),
    "AWS::S3::Bucket": ("s3", "head_bucket", "Bucket"),
    "AWS::SQS::Queue": ("sqs", "get_queue_attributes", "QueueUrl"),
    "AWS::SecretsManager::Secret": ("secretsmanager", "get_secret_value", "SecretId"),
    "AWS::Logs::LogGroup": ("logs", "describe_log_streams", "logGroupName"),
    "AWS::Cognito::UserPool": ("cognito-idp", "describe_user_pool", "UserPoolId"),
    "AWS::Lambda::Function": ("lambda", "get_function", "FunctionName"),
    "AWS::ApiGateway::RestApi": ("apigateway", "get_rest_api", "restApiId"),
    "AWS::CloudFormation::Stack": ("cloudformation", "describe_stacks", "StackName"),
}
"""The call that finds a resource, and its parameter for the physical id. It raises an error if there is none."""
RETAINED = {
    "AWS::DynamoDB::Table",
    "AWS::S3::Bucket",
    "AWS::SQS::Queue",
    "AWS::SecretsManager::Secret",
    "AWS::Logs::LogGroup",
    "AWS::Cognito::UserPool",
}
"""Resources that cannot be created again: data, messages, keys of signatures that clients hold, logs, users."""


def check_deletion(rehearsal: Rehearsal, outputs: Mapping[str, str]) -> None:
    """Delete the stacks. Raises AssertionError if they can be deleted while they are protected, if a retained resource
    is gone, or if another one is left."""
    step("The stacks are protected: none can be deleted")
    cloudformation = rehearsal.client("cloudformation")
    for stack in STACKS:
        refused = _refusal(lambda name=stack: cloudformation.delete_stack(StackName=name))  # type: ignore[misc]
        assert "TerminationProtection" in refused, f"{stack} can be deleted: {refused}"
    made = set(_resources(rehearsal))
    rows = _kept_rows(rehearsal, made)
    queue = outputs["QueueProfileLowDeadLetterUrl"]
    rehearsal.client("sqs").send_message(QueueUrl=queue, MessageBody="kept")
    step("Without the protection they are deleted")
    for stack in STACKS:
        cloudformation.update_termination_protection(StackName=stack, EnableTerminationProtection=False)
    rehearsal.destroy()
    step("Tables, buckets, queues, secrets, logs and users remain, with what is in them; functions and the API do not")
    left = {resource for resource in made if _exists(rehearsal, *resource)}
    must = {(kind, name) for kind, name in made if kind in RETAINED}
    assert left == must, {"lost": must - left, "left": left - must}
    assert {kind for kind, _ in must} == RETAINED, must
    assert rows and _kept_rows(rehearsal, made) == rows, "rows are lost"
    assert rehearsal.client("s3").list_objects_v2(Bucket=outputs["ImagesBucket"])["KeyCount"] > 0, "no image is left"
    received = rehearsal.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    assert "kept" in {message["Body"] for message in received}, received


def _resources(rehearsal: Rehearsal) -> Iterator[tuple[str, str]]:
    """Yield the type and the physical id of the stacks, and of each of their resources that can be looked up."""
    pages = rehearsal.client("cloudformation").get_paginator("list_stack_resources")
    for stack in STACKS:
        yield "AWS::CloudFormation::Stack", stack
        for page in pages.paginate(StackName=stack):
            for each in page["StackResourceSummaries"]:
                if each["ResourceType"] in LOOK_UPS:
                    yield each["ResourceType"], each["PhysicalResourceId"]


def _kept_rows(rehearsal: Rehearsal, made: Iterable[tuple[str, str]]) -> set[tuple[str, ...]]:
    """Return the tables and keys of all rows that do not expire."""
    dynamodb = rehearsal.client("dynamodb")
    found = set()
    for table in (name for kind, name in made if kind == "AWS::DynamoDB::Table"):
        keys = [key["AttributeName"] for key in dynamodb.describe_table(TableName=table)["Table"]["KeySchema"]]
        for page in dynamodb.get_paginator("scan").paginate(TableName=table):
            found |= {(table, *(item[key]["S"] for key in keys)) for item in page["Items"] if TTL_ATTRIBUTE not in item}
    return found


def _exists(rehearsal: Rehearsal, kind: str, name: str) -> bool:
    service, method, parameter = LOOK_UPS[kind]
    refused = _refusal(lambda: getattr(rehearsal.client(service), method)(**{parameter: name}))
    assert not refused or re.search("not ?found|no ?such|non ?existent|404|not exist", refused, re.IGNORECASE), refused
    return not refused


def _refusal(call: Callable[[], object]) -> str:
    """Return the error of a call, or an empty text."""
    try:
        call()
    except ClientError as error:
        return str(error)
    return ""

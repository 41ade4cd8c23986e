"""Events as API Gateway and Lambda's event sources send them."""

import json
from typing import Any

from creator_search import catalogue
from creator_search.catalogue import Queue

ACCOUNT = "123456789012"


def gateway_event(operation: str, *, username: str = "", **query: str) -> dict[str, Any]:
    """Return the event of a request by an identified caller."""
    row = catalogue.operation(operation)
    path = row.path.format(username=username)
    return {
        "resource": row.path,
        "path": path,
        "httpMethod": row.method,
        "headers": {"Accept": "*/*", "Host": "api.test"},
        "multiValueHeaders": {},
        "queryStringParameters": query or None,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} or None,
        "pathParameters": {"username": username},
        "stageVariables": None,
        "requestContext": {
            "resourcePath": row.path,
            "httpMethod": row.method,
            "path": f"/live{path}",
            "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
            "stage": "live",
            "identity": {"sourceIp": "192.0.2.1"},
            "authorizer": {"subject": "8f14e45f-ceea-467f-a5c4-4d8f2c6f1a11", "kind": "user", "scopes": "read"},
        },
        "body": None,
        "isBase64Encoded": False,
    }


def authorizer_event(token: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"}
    return {
        "type": "REQUEST",
        "methodArn": f"arn:aws:execute-api:us-east-1:{ACCOUNT}:api/live/GET/api/me",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "requestContext": {"requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"},
    }


def queue_event(queue: Queue, message: Any) -> dict[str, Any]:
    """Return the event of one message, as received from the queue."""
    record = {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:us-east-1:{ACCOUNT}:{queue.value}",
        "awsRegion": "us-east-1",
    }
    return {"Records": [record]}


def message_of(username: str) -> str:
    return json.dumps({"username": username})

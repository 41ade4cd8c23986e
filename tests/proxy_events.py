"""The events that a REST API sends to the function of an operation."""

import json
from typing import Any

from creator_search.catalogue import Operation


def proxy_event(row: Operation) -> dict[str, Any]:
    """Return the event that a REST API sends for the operation."""
    given = {"username": "ada", "id": "7", "shortcode": "x", "delivery": "7", "list": "7"}
    path = row.path.format(**given)
    body = json.dumps({"usernames": ["ada", "ben"]}) if row.name == "request_profiles" else None
    return {
        "resource": row.path,
        "path": path,
        "httpMethod": row.method,
        "headers": {"Accept": "*/*", "Content-Type": "application/json", "Host": "api.test"},
        "multiValueHeaders": {"Content-Type": ["application/json"]},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": given,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": row.path,
            "httpMethod": row.method,
            "path": f"/live{path}",
            "requestId": "from-the-gateway",
            "stage": "live",
            "identity": {"sourceIp": "192.0.2.1"},
            "authorizer": {"subject": "alice", "kind": "user", "scopes": "admin read", "integrationLatency": 3},
        },
        "body": body,
        "isBase64Encoded": False,
    }

"""The data of a request that API Gateway adds."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from starlette.types import Scope

from creator_search.environment import in_lambda


def is_behind_gateway(scope: Scope) -> bool:
    return "aws.event" in scope or in_lambda()


def gateway_context(scope: Scope) -> Mapping[str, Any]:
    """Return `requestContext` of the event; empty if the request did not come through the gateway."""
    if "aws.event" in scope:
        return dict(scope["aws.event"].get("requestContext", {}))
    if in_lambda():
        # The Lambda Web Adapter passes it in a header, and replaces the header if a client sends it.
        headers = dict(scope["headers"])
        with suppress(ValueError):
            return dict(json.loads(headers.get(b"x-amzn-request-context", b"{}")))
    return {}


def gateway_request_id(scope: Scope) -> str | None:
    """Return API Gateway's request id, so that both logs have the same one."""
    found = gateway_context(scope).get("requestId")
    return str(found) if found else None

"""Lambda handler of a request authorizer of API Gateway.

It verifies the credential, and passes the caller on to the function, which decides whether the caller may use the
operation (http/callers.py). Behind CloudFront, it refuses requests that were sent to the gateway's own address.
"""

import hmac
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from creator_search import catalogue, current
from creator_search.bootstrap.process import prepare_snapshot, process_container
from creator_search.domain.caller_errors import Unauthenticated
from creator_search.domain.callers import context_of

LambdaEvent = Mapping[str, Any]
REFUSED, ANYBODY = "refused", "anybody"
"""The principals of a request without a valid credential, and of a request of a public operation."""
ORIGIN_HEADER = "x-origin-key"


def authorizer(name: str) -> Callable[[LambdaEvent, Any], dict[str, Any]]:
    """Return the Lambda handler of the authorizer in the catalogue.

    It answers with a policy that allows or denies this one request; the gateway turns a denial into 401, and an error
    into 503.
    """
    assert isinstance(catalogue.FUNCTIONS[name], catalogue.Authorizer)
    prepare_snapshot()

    def handler(event: LambdaEvent, _context: Any) -> dict[str, Any]:
        container = process_container()
        headers = {key.lower(): values for key, values in (event.get("multiValueHeaders") or {}).items()}
        resource = str(event["methodArn"])
        with current.handling((event.get("requestContext") or {}).get("requestId"), deadline=None):
            try:
                _require_origin(container.origin_key, headers.get(ORIGIN_HEADER, ()))
                if _is_public(event):
                    return _answer(ANYBODY, "Allow", resource, {})
                caller = container.authenticator.authenticate(
                    headers.get("authorization", ()), headers.get("x-api-key", ())
                )
            except Unauthenticated as error:
                container.logger(name).warning("the request was refused", extra={"reason": error.reason})
                return _answer(REFUSED, "Deny", resource, {})
        return _answer(caller.subject, "Allow", resource, context_of(caller))

    return handler


def _require_origin(key: str | None, sent: Sequence[str]) -> None:
    """Raises Unauthenticated unless the request has the key, or none is needed."""
    if key is not None and not (len(sent) == 1 and hmac.compare_digest(sent[0].encode(), key.encode())):
        raise Unauthenticated("the request did not come through the CDN")


def _is_public(event: LambdaEvent) -> bool:
    row = catalogue.operation_at(str(event.get("httpMethod")), str(event.get("resource")))
    return row is not None and row.access is catalogue.Access.PUBLIC


def _answer(principal: str, effect: str, resource: str, context: Mapping[str, str]) -> dict[str, Any]:
    """Return the answer that API Gateway expects of an authorizer."""
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    return {"principalId": principal, "policyDocument": policy, "context": dict(context)}

"""Calls of an index of an OpenSearch Serverless collection: JSON over HTTPS, signed and sent by botocore."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

_SERVICE = "aoss"
_JSON, _LINES = "application/json", "application/x-ndjson"
_BUSY = {429: "TooManyRequestsException", 408: "RequestTimeout"}
ALREADY_EXISTS = "resource_already_exists_exception"


class _Meta:
    """The part of a boto3 client's `meta` that the guard reads."""

    method_to_api_mapping: Mapping[str, str] = {"search": "Search", "bulk": "Bulk", "create": "CreateIndex"}


class SearchEngine:
    """A client of one index that raises the errors of a boto3 client: ClientError for an error status, BotoCoreError
    without an answer. It does not retry. Credentials and region are those of boto3's session."""

    meta = _Meta()

    def __init__(self, endpoint: str, index: str, *, connect_timeout: float = 2, read_timeout: float = 5) -> None:
        import boto3
        from botocore.httpsession import URLLib3Session

        found = boto3.DEFAULT_SESSION or boto3.session.Session()
        self._credentials, self._region = found.get_credentials(), found.region_name
        self._url = f"{endpoint}/{index}"
        timeouts: Any = (connect_timeout, read_timeout)  # as botocore's own clients pass them
        self._session = URLLib3Session(timeout=timeouts, max_pool_connections=64)

    def search(self, *, body: Mapping[str, Any]) -> Mapping[str, Any]:
        return self._send("Search", "POST", "/_search", json.dumps(body).encode(), _JSON)

    def bulk(self, *, lines: list[Mapping[str, Any]]) -> Mapping[str, Any]:
        body = "".join(f"{json.dumps(line)}\n" for line in lines).encode()
        return self._send("Bulk", "POST", "/_bulk", body, _LINES)

    def create(self, *, body: Mapping[str, Any]) -> Mapping[str, Any]:
        return self._send("CreateIndex", "PUT", "", json.dumps(body).encode(), _JSON)

    def _send(self, operation: str, method: str, path: str, body: bytes, content_type: str) -> Mapping[str, Any]:
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.exceptions import ClientError, NoCredentialsError, ResponseStreamingError

        if self._credentials is None:
            raise NoCredentialsError
        # The service refuses a request without the digest of its body as a header, which the signer does not add.
        headers = {"Content-Type": content_type, "X-Amz-Content-SHA256": hashlib.sha256(body).hexdigest()}
        request = AWSRequest(method, f"{self._url}{path}", headers, body)
        SigV4Auth(self._credentials.get_frozen_credentials(), _SERVICE, self._region).add_auth(request)
        answer = self._session.send(request.prepare())
        if 200 <= answer.status_code < 300:
            try:
                found = json.loads(answer.content)
            except ValueError as error:
                raise ResponseStreamingError(error=error) from error
            if not isinstance(found, dict):
                raise ResponseStreamingError(error="the answer is no object")
            return found
        code, message = _error(answer.status_code, answer.content)
        described: Any = {
            "Error": {"Code": code, "Message": message},
            "ResponseMetadata": {"HTTPStatusCode": answer.status_code},
        }
        raise ClientError(described, operation)


def _error(status: int, content: bytes) -> tuple[str, str]:
    """Return the code that AWS would use for the error, and its message. A request that the engine cannot parse is a
    bug in this code."""
    try:
        error = json.loads(content)["error"]
        kind, reason = str(error["type"]), str(error.get("reason", ""))
    except (ValueError, LookupError, TypeError):  # from a proxy, or refused before it reached the engine
        kind, reason = "Unknown", content[:200].decode(errors="replace")
    if status == 400 and kind != ALREADY_EXISTS:
        return "ValidationException", f"{kind}: {reason}"
    return _BUSY.get(status, kind), reason

"""GetItem without the layers of boto3's client that a plain read does not need.

The client builds every request from a model of the service: parameters are validated and serialized, an endpoint is
resolved, a User-Agent is composed, and some ten events are emitted, which takes more CPU time than the read itself.
Here the request is written directly, and signed and sent with the signer and the connections of the same client, so
that credentials, TLS and time-outs are its own. Whatever is unusual is left to the client, which repeats the read.
"""

import json
from typing import Any

_ALLOWED = frozenset({"TableName", "Key", "ConsistentRead"})
_KEY_TYPES = frozenset({"S", "N"})
_HEADERS = {"X-Amz-Target": "DynamoDB_20120810.GetItem", "Content-Type": "application/x-amz-json-1.0"}
_BINARY = (b'"B":', b'"BS":')
"""What an answer with binary values contains; in texts, the quotes are escaped."""


class LeanReads:
    """A DynamoDB client of boto3 whose `get_item` is lean. Everything else is that of the client.

    The exceptions of `get_item` are those of the client: a connection that fails raises the same one, and an answer
    other than 200 is not interpreted, but the client asked.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        # Not public: without them, everything is left to the client.
        self._signer: Any = getattr(client, "_request_signer", None)
        self._session: Any = getattr(getattr(client, "_endpoint", None), "http_session", None)
        self._model = client.meta.service_model.operation_model("GetItem")
        self._url = f"{client.meta.endpoint_url.rstrip('/')}/"

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def get_item(self, **arguments: Any) -> Any:
        found = self._read(arguments) if self._is_plain(arguments) else None
        return self._client.get_item(**arguments) if found is None else found

    def _is_plain(self, arguments: dict[str, Any]) -> bool:
        if self._session is None or self._signer is None or not arguments.keys() <= _ALLOWED:
            return False
        values = (arguments.get("Key") or {}).values()
        return all(len(value) == 1 and value.keys() <= _KEY_TYPES for value in values)

    def _read(self, arguments: dict[str, Any]) -> dict[str, Any] | None:
        """Return the answer, or None if the client has to be asked. Raises the errors of its connections."""
        from botocore.awsrequest import AWSRequest

        request = AWSRequest("POST", self._url, dict(_HEADERS), json.dumps(arguments).encode())
        if not self._emit("before-call", model=self._model, params=self._described(request)):
            return None
        self._signer.get_auth_instance("dynamodb", self._client.meta.region_name).add_auth(request)
        prepared = request.prepare()
        replaced = self._client.meta.events.emit("before-send.dynamodb.GetItem", request=prepared)
        answer = next((given for _, given in replaced if given is not None), None) or self._session.send(prepared)
        content = answer.content
        if answer.status_code != 200 or any(mark in content for mark in _BINARY):
            return None
        found: dict[str, Any] = json.loads(content)
        return found

    def _emit(self, event: str, **details: Any) -> bool:
        """Emit an event of the client, whose handlers see every call; return whether none of them answered."""
        answers = self._client.meta.events.emit(f"{event}.dynamodb.GetItem", **details)
        return all(answer is None for _, answer in answers)

    def _described(self, request: Any) -> dict[str, Any]:
        return {"headers": request.headers, "body": request.data, "url": self._url, "method": "POST", "context": {}}

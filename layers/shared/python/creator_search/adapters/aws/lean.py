"""Calls of DynamoDB without the layers of boto3's client that they do not need.

The client builds every request from a model of the service: parameters are validated and serialized, an endpoint is
resolved, a User-Agent is composed, and some ten events are emitted, which takes more CPU time than the call itself.
DynamoDB's JSON is what the client takes and returns, binary values excepted. So a request is written directly, and
signed and sent with the signer and the connections of the same client: credentials, TLS and time-outs are its own. An
answer that is not plain JSON of status 200 is parsed by botocore.
"""

import functools
import json
from typing import Any

_OPERATIONS = frozenset(
    {
        *("get_item", "put_item", "update_item", "delete_item", "query", "scan"),
        *("batch_get_item", "batch_write_item"),
    }
)
"""Not the transactions, to which the client adds a token."""
_CONTENT_TYPE = "application/x-amz-json-1.0"
_BINARY = (b'"B":', b'"BS":')
"""What an answer with binary values contains; in texts, the quotes are escaped."""


class LeanClient:
    """A DynamoDB client of boto3 whose calls of items are lean, and never repeated. Everything else is that of the
    client.

    The exceptions are those of the client, except that parameters are validated by DynamoDB alone.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        # Not public: without them, everything is left to the client.
        self._signer: Any = getattr(client, "_request_signer", None)
        self._session: Any = getattr(getattr(client, "_endpoint", None), "http_session", None)
        self._url = f"{client.meta.endpoint_url.rstrip('/')}/"

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if name in _OPERATIONS and self._signer is not None and self._session is not None:
            model = self._client.meta.service_model.operation_model(self._client.meta.method_to_api_mapping[name])
            found = functools.partial(self._call, found, model)
            self.__dict__[name] = found  # found there the next time
        return found

    def _call(self, operation: Any, model: Any, /, **arguments: Any) -> Any:
        from botocore.awsrequest import AWSRequest
        from botocore.exceptions import ResponseStreamingError

        try:
            body = json.dumps(arguments).encode()
        except TypeError:  # bytes, or sets of Python
            return operation(**arguments)
        headers = {"X-Amz-Target": f"DynamoDB_20120810.{model.name}", "Content-Type": _CONTENT_TYPE}
        request = AWSRequest("POST", self._url, headers, body)
        described = {"headers": request.headers, "body": body, "url": self._url, "method": "POST", "context": {}}
        if self._emit("before-call", model, model=model, params=described) is not None:
            return operation(**arguments)
        self._signer.get_auth_instance("dynamodb", self._client.meta.region_name).add_auth(request)
        prepared = request.prepare()
        answer = self._emit("before-send", model, request=prepared) or self._session.send(prepared)
        if answer.status_code == 200 and not any(mark in answer.content for mark in _BINARY):
            try:
                return json.loads(answer.content)
            except ValueError as error:  # botocore would take it for an empty answer
                raise ResponseStreamingError(error=error) from error
        return self._parsed(answer, model)

    def _emit(self, event: str, model: Any, /, **details: Any) -> Any:
        """Emit an event of the client, whose handlers see every call; return the first answer of one, or None."""
        answers = self._client.meta.events.emit(f"{event}.dynamodb.{model.name}", **details)
        return next((answer for _, answer in answers if answer is not None), None)

    def _parsed(self, answer: Any, model: Any) -> Any:
        """Return the answer as botocore parses it. Raises the client's exception of an error."""
        from botocore.endpoint import convert_to_response_dict
        from botocore.parsers import create_parser

        parser, described = create_parser("json"), convert_to_response_dict(answer, model)
        parsed = parser.parse(described, model.output_shape)
        if answer.status_code < 300:
            return parsed
        code = parsed.get("Error", {}).get("Code")
        if shape := model.service_model.shape_for_error_code(code):
            parsed.update(parser.parse(described, shape))
        raise self._client.exceptions.from_code(code)(parsed, model.name)

"""Lean calls of DynamoDB's items: its JSON is what the client takes and returns, binary values excepted."""

import json
from typing import Any, ClassVar

from creator_search.adapters.aws.lean import LeanClient

_CONTENT_TYPE = "application/x-amz-json-1.0"
_BINARY = (b'"B":', b'"BS":')
"""What an answer with binary values contains; in texts, the quotes are escaped."""


class LeanItems(LeanClient):
    """A DynamoDB client of boto3 whose calls of items are lean."""

    # Not the transactions, to which the client adds a token.
    lean: ClassVar[frozenset[str]] = frozenset(
        {
            *("get_item", "put_item", "update_item", "delete_item", "query", "scan"),
            *("batch_get_item", "batch_write_item"),
        }
    )

    def __init__(self, client: Any) -> None:
        super().__init__(client)
        self._url = f"{client.meta.endpoint_url.rstrip('/')}/"

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
        answer = self._send(request, model)
        if answer.status_code == 200 and not any(mark in answer.content for mark in _BINARY):
            try:
                return json.loads(answer.content)
            except ValueError as error:  # botocore would take it for an empty answer
                raise ResponseStreamingError(error=error) from error
        return self._parsed(answer, model)

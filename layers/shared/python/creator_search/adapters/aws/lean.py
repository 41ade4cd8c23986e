"""Calls of AWS without the layers of boto3's client that they do not need.

The client builds every request from a model of the service: parameters are validated and serialized, an endpoint is
resolved, a User-Agent is composed, and some ten events are emitted, which takes more CPU time than the call itself. So
a request is written directly, and signed and sent with the signer and the connections of the same client: credentials,
TLS and time-outs are its own. An answer that is not a plain success is parsed by botocore. `lean_items` does this for
DynamoDB, `lean_objects` for S3.
"""

import functools
from abc import ABC, abstractmethod
from typing import Any, ClassVar


class LeanClient(ABC):
    """A client of boto3, some of whose calls are lean, and never repeated. Everything else is that of the client.

    The exceptions are those of the client, except that parameters are validated by the service alone. Handlers of the
    client's events see lean calls.
    """

    lean: ClassVar[frozenset[str]]
    """The methods whose calls are lean."""

    def __init__(self, client: Any) -> None:
        self._client = client
        # Not public: without them, everything is left to the client.
        self._signer: Any = getattr(client, "_request_signer", None)
        self._session: Any = getattr(getattr(client, "_endpoint", None), "http_session", None)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if name in self.lean and self._signer is not None and self._session is not None:
            model = self._client.meta.service_model.operation_model(self._client.meta.method_to_api_mapping[name])
            found = functools.partial(self._call, found, model)
            self.__dict__[name] = found  # found there the next time
        return found

    @abstractmethod
    def _call(self, operation: Any, model: Any, /, **arguments: Any) -> Any:
        """Call the service; `operation` is the method of the client, for what is not lean."""

    def _send(self, request: Any, model: Any) -> Any:
        """Send a signed request, unless a handler of the client's events has the answer."""
        prepared = request.prepare()
        return self._emit("before-send", model, request=prepared) or self._session.send(prepared)

    def _emit(self, event: str, model: Any, /, **details: Any) -> Any:
        """Emit an event of the client; return the first answer of a handler, or None."""
        name = f"{event}.{model.service_model.service_id.hyphenize()}.{model.name}"
        answers = self._client.meta.events.emit(name, **details)
        return next((answer for _, answer in answers if answer is not None), None)

    def _parsed(self, answer: Any, model: Any) -> Any:
        """Return the answer as botocore parses it. Raises the client's exception of an error."""
        from botocore.endpoint import convert_to_response_dict
        from botocore.parsers import create_parser

        parser = create_parser(model.service_model.resolved_protocol)
        described = convert_to_response_dict(answer, model)
        # An error of S3 may have the status of a success: a handler of botocore changes it.
        self._emit("before-parse", model, operation_model=model, response_dict=described, customized_response_dict={})
        parsed = parser.parse(described, model.output_shape)
        if described["status_code"] < 300:
            return parsed
        code = parsed.get("Error", {}).get("Code")
        if shape := model.service_model.shape_for_error_code(code):
            parsed.update(parser.parse(described, shape))
        raise self._client.exceptions.from_code(code)(parsed, model.name)

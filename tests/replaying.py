"""A client of AWS that makes each call once."""

import json
from typing import Any


class ReplayingClient:
    """The same call later has the same answer, from memory: what remains is what the caller executes. The values of
    expressions, which contain times, do not count as a difference. `calls` are the names of all calls."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._answers: dict[str, str] = {}
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if name not in self._client.meta.method_to_api_mapping:
            return found

        def call(**arguments: Any) -> Any:
            self.calls.append(name)
            key = repr((name, {n: v for n, v in arguments.items() if n != "ExpressionAttributeValues"}))
            if key not in self._answers:
                self._answers[key] = json.dumps(
                    {n: v for n, v in found(**arguments).items() if n != "ResponseMetadata"}
                )
            return json.loads(self._answers[key])

        return call

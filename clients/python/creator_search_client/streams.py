"""Server-Sent Events."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
from httpx_sse import EventSource

from creator_search_client.connection import Call, Connection, Parameters, wait_to_retry
from creator_search_client.errors import ClientError, StreamFailed, UnexpectedAnswer
from creator_search_client.retries import NO_RETRIES, Attempts

SILENCE_SECONDS = 30
"""A stream that sends nothing for this long, not even a comment, is broken."""
_TIMEOUT = httpx.Timeout(10, read=SILENCE_SECONDS)
_COMPLETED = "stream_completed"


@dataclass(frozen=True, slots=True)
class Event:
    """`id` is the position from which the stream continues after this event."""

    data: dict[str, Any]
    id: str

    @property
    def is_last(self) -> bool:
        """Whether it only tells that the stream is complete."""
        return _COMPLETED in self.data


def read_events(connection: Connection, path: str, parameters: Parameters, position: str = "") -> Iterator[Event]:
    """Yield the events of one connection, without retries, until the last one, which is yielded too.

    Returns also when the server closes the connection before that. What is not a JSON object is left out. Raises
    StreamFailed if the last event says why the stream is incomplete.
    """
    headers = {"Accept": "text/event-stream", "Cache-Control": "no-store"}
    if position:
        headers["Last-Event-ID"] = position
    with connection.opened(Call("GET", path, parameters, headers), NO_RETRIES, _TIMEOUT) as response:
        if not response.headers.get("content-type", "").startswith("text/event-stream"):
            raise UnexpectedAnswer(f"{connection.base_url} did not answer with events")
        for sent in EventSource(response).iter_sse():
            try:
                data = json.loads(sent.data)
            except ValueError:
                continue
            if not isinstance(data, dict):
                continue
            if data.get(_COMPLETED) is False:
                code = data.get("error_code")
                raise StreamFailed(str(data.get("detail") or code), code, data.get("request_id"))
            event = Event(data, sent.id)
            yield event
            if event.is_last:
                return


def read_whole_stream(connection: Connection, path: str, parameters: Parameters) -> Iterator[Event]:
    """Yield the events of a stream until it is complete, without the last one.

    When the connection is lost, it continues after the last position, and repeats the events that follow without a
    position of their own. Raises ClientError after several failures without a new position between them.
    """
    position = ""
    attempts = Attempts(connection.retries, connection.clock)
    while True:
        failure: ClientError = StreamFailed("The stream ended before it was complete")
        try:
            for event in read_events(connection, path, parameters, position):
                if event.is_last:
                    return
                yield event
                if event.id and event.id != position:
                    position = event.id
                    attempts = Attempts(connection.retries, connection.clock)
        except ClientError as error:
            failure = error
        if not wait_to_retry(failure, attempts):
            raise failure

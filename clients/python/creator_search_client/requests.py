"""Requests for profiles, and their queues."""

from collections.abc import Callable, Iterable

from creator_search_client.answers import Answer
from creator_search_client.connection import Connection, segment
from creator_search_client.creator_types import ProfileStatus, QueueStatus, RequestedRow, RequestResult

_OVER = ("completed", "failed", "not_found")


class Requests:
    _connection: Connection

    def request(self, username: str, *, source: str = "api", refresh: bool = False) -> Answer[RequestResult]:
        """Request a full profile. `source` determines its priority: crawler LOW, api and bulk MEDIUM, others HIGH.

        `refresh` asks for an existing profile to be built again, at most once an hour.
        """
        path = f"/api/profile/{segment(username)}/request"
        return self._connection.post(path, source=source, refresh=True if refresh else None)

    def request_many(self, usernames: Iterable[str], *, source: str = "bulk") -> Answer[list[RequestedRow]]:
        """Request 1 to 100 profiles. The rows are in the order given, each with its own result."""
        return self._connection.post("/api/profiles/request", {"usernames": [*usernames], "source": source})

    def status(self, username: str) -> Answer[ProfileStatus]:
        return self._connection.get(f"/api/profile/{segment(username)}/status")

    def wait(
        self,
        username: str,
        *,
        timeout: float = 300,
        poll_seconds: float = 0.5,
        on_change: Callable[[ProfileStatus], None] | None = None,
    ) -> Answer[ProfileStatus]:
        """Read the status until the job has ended or `timeout` seconds are over, and return the last one.

        `on_change` is called with the first status and with each that differs from the one before.
        """
        clock = self._connection.clock
        end = clock.monotonic() + timeout
        before: object = None
        while True:
            answer = self.status(username)
            status = answer.data
            shown = (status["status"], status.get("queue_position"), status.get("attempts"))
            if on_change and shown != before:
                on_change(status)
            before = shown
            if status["status"] in _OVER or clock.monotonic() >= end:
                return answer
            clock.sleep(poll_seconds)

    def queue(self) -> Answer[QueueStatus]:
        return self._connection.get("/api/viral-ideas/queue-status")

"""The state of the system, and what its administrators do."""

from collections.abc import Iterator, Sequence
from typing import Any

from creator_search_client.answers import Answer
from creator_search_client.caller_types import AuditEntry, LocalToken
from creator_search_client.connection import Call, Connection, segment
from creator_search_client.creator_types import Health
from creator_search_client.errors import StreamFailed, UnexpectedAnswer
from creator_search_client.retries import NO_RETRIES
from creator_search_client.streams import read_events

PAGE_SIZE = 100


class Operating:
    _connection: Connection

    def health(self) -> Answer[Health]:
        """Get the health, also of a system that is unhealthy, which answers 503. It is not retried."""
        answer = self._connection.call(Call("GET", "/api/health", allowed=(503,)), NO_RETRIES)
        if not isinstance(answer.body.get("status"), str):
            raise UnexpectedAnswer(f"{self._connection.base_url} did not answer with its health")
        return answer

    def metrics(self) -> Answer[dict[str, Any]]:
        return self._connection.get("/api/metrics")

    def metrics_text(self) -> str:
        """Get the metrics in the text format of Prometheus."""
        return self._connection.text(Call("GET", "/api/metrics", headers={"Accept": "text/plain"}))

    def snapshots(self) -> Iterator[dict[str, Any]]:
        """Yield the metrics that one connection streams, every five seconds, until it ends. It is not retried."""
        try:
            for event in read_events(self._connection, "/api/streaming/metrics", {}):
                if not event.is_last:
                    yield event.data
        except StreamFailed as error:
            if error.error_code != "TIME_LIMIT":
                raise

    def process_pending(self, *, redrive: bool = False) -> Answer[dict[str, int]]:
        """Dispatch all due jobs; with `redrive`, also turn dead letters into jobs again. Requires the scope admin, as
        do the following methods."""
        return self._connection.post("/api/viral-ideas/process-pending", redrive=redrive)

    def clear_similar_cache(self, username: str) -> Answer[dict[str, Any]]:
        return self._connection.delete(f"/api/profile/{segment(username)}/similar-cache")

    def similar_cache_statistics(self) -> Answer[dict[str, Any]]:
        return self._connection.get("/api/similar-cache/stats")

    def erase(self, username: str) -> Answer[dict[str, Any]]:
        """Erase all data of a creator, who is not collected again."""
        return self._connection.delete(f"/api/profile/{segment(username)}/data")

    def erase_by_id(self, id: str) -> Answer[dict[str, Any]]:
        """Erase all data of a creator by the platform's account id."""
        return self._connection.delete(f"/api/profile/by-id/{segment(id)}/data")

    def audit(self, *, month: str | None = None) -> Iterator[AuditEntry]:
        """Yield the entries of the audit log of a month ("2026-01"), newest first."""
        return self._connection.pages("/api/audit", {"month": month, "limit": PAGE_SIZE})

    def create_local_token(
        self, subject: str, *, scopes: Sequence[str] = (), expires_in: int = 3600
    ) -> Answer[LocalToken]:
        """Get a token of the issuer of a local system; NotFound of a deployed one. A negative `expires_in` gives an
        expired token."""
        body = {"subject": subject, "scopes": [*scopes], "expires_in": expires_in}
        return self._connection.call(Call("POST", "/_local/tokens", json=body, is_anonymous=True))

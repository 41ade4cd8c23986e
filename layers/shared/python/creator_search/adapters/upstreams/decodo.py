"""Decodo: a creator's profile, the first page of posts, and related accounts."""

import base64
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from creator_search.adapters.upstreams.endpoint import UpstreamEndpoint
from creator_search.adapters.upstreams.http import (
    HttpUpstream,
    UpstreamResponse,
    cleaned,
    raise_for_404,
    raise_for_status,
    reported_failure,
    says_absent,
    says_other_failure,
)
from creator_search.adapters.upstreams.instagram import parse_profile
from creator_search.adapters.upstreams.shapes import is_position
from creator_search.domain.errors import ProfileNotFound
from creator_search.domain.profiles import FetchedProfile, RelatedAccount
from creator_search.domain.upstream_errors import UpstreamError, UpstreamNotConfigured, UpstreamPayloadInvalid

DECODO = "decodo"
"""The name of this provider in answers."""
TARGET = "instagram_graphql_profile"


class DecodoSource:
    """Implements ProfileSource, and SimilarSource from the related accounts.

    `key` returns the Basic token or a `user:password` pair; it is called for every request, so that a rotated key is
    used.
    """

    def __init__(
        self,
        http: HttpUpstream,
        *,
        base_url: str,
        key: Callable[[], str | None],
        endpoint: UpstreamEndpoint,
    ) -> None:
        self._http = http
        self._url = f"{base_url}/v2/scrape"
        self._key = key
        self._endpoint = endpoint

    def fetch_profile(self, username: str, deadline: datetime) -> FetchedProfile:
        self.require_key()
        return self._endpoint.run(lambda: self._profile(username, deadline), username, deadline)

    def require_key(self) -> None:
        self._headers()

    def fetch_similar(self, username: str, deadline: datetime) -> tuple[RelatedAccount, ...]:
        found = self._endpoint.run(lambda: self._profile(username, deadline), username, deadline, is_retried=False)
        return found.related

    def _headers(self) -> dict[str, str]:
        """Raises UpstreamNotConfigured without a key."""
        key = self._key()
        if not key:
            raise UpstreamNotConfigured("No profile provider is configured")
        token = base64.b64encode(key.encode()).decode() if ":" in key else key.removeprefix("Basic ")
        return {"Authorization": f"Basic {token}", "Accept": "application/json"}

    def _profile(self, username: str, deadline: datetime) -> FetchedProfile:
        answer = self._http.send(
            "POST",
            self._url,
            json={"target": TARGET, "query": username},
            headers=self._headers(),
            deadline=deadline,
        )
        return parse_profile(self._data(answer, username), username, DECODO)

    def _data(self, answer: UpstreamResponse, username: str) -> Any:
        """Return `results[0].content.data`. A failure can be reported with HTTP status 200."""
        if answer.status == 404:
            raise_for_404(answer, username)
        body = answer.json()
        if not isinstance(body, dict):
            raise UpstreamPayloadInvalid("results")
        _raise_if_failed(body)
        results = body.get("results")
        if not (isinstance(results, list) and results and isinstance(results[0], dict)):
            raise UpstreamPayloadInvalid("results[0]")
        result = results[0]
        if _status_code(result) == 404:
            # Of the page of the user, unless the text states something else.
            if says_other_failure(json.dumps(result)[:2000]):
                raise UpstreamError()
            raise ProfileNotFound(username)
        _raise_if_failed(result)
        content = _content(result.get("content"))
        data = content.get("data")
        if isinstance(data, dict) and "user" in data and data["user"] is None:
            # An explicit null; a missing field would not be evidence, and beside a failure it is a part of it.
            text = reported_failure(content) or str(content.get("message") or "")
            if text and not says_absent(text):
                raise UpstreamError()
            raise ProfileNotFound(username)
        if not isinstance(data, dict):
            if says_absent(str(content.get("message", ""))):
                raise ProfileNotFound(username)
            raise UpstreamPayloadInvalid("results[0].content.data")
        return cleaned(data)


def _content(content: Any) -> dict[str, Any]:
    if isinstance(content, str) and content.strip():
        try:
            content = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise UpstreamPayloadInvalid("results[0].content") from error
    if not isinstance(content, dict) or not content:
        raise UpstreamPayloadInvalid("results[0].content")
    return content


def _status_code(part: dict[str, Any]) -> int:
    """The status that an answer with HTTP status 200 reports, which may be a text; 200 if it reports none."""
    reported = str(part.get("status_code"))
    return int(reported) if is_position(reported) else 200


def _raise_if_failed(part: dict[str, Any]) -> None:
    if part.get("status") == "failed":
        raise UpstreamError()
    status = _status_code(part)
    if status >= 300:
        raise_for_status(status, json.dumps(part)[:2000].encode(), {}, datetime.min)
        raise UpstreamError()

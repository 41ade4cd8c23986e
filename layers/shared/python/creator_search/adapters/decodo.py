"""Decodo: a creator's profile, the first page of posts, and related accounts."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from creator_search.adapters.instagram import parse_profile
from creator_search.adapters.upstream import (
    Answer,
    HttpUpstream,
    cleaned,
    is_word_of_absence,
    raise_for_status,
    retrying,
)
from creator_search.domain.answers import Clock
from creator_search.domain.errors import ProfileNotFound, UpstreamError, UpstreamPayloadInvalid
from creator_search.domain.profiles import RelatedAccount, UpstreamProfile

TARGET = "instagram_graphql_profile"


class DecodoSource:
    """Implements ProfileSource, and SimilarSource from the related accounts."""

    def __init__(
        self,
        http: HttpUpstream,
        *,
        base_url: str,
        token: str,
        clock: Clock,
        sleep: Callable[[float], None],
    ) -> None:
        self._http = http
        self._url = f"{base_url}/v2/scrape"
        self._headers = {"Authorization": f"Basic {token.removeprefix('Basic ')}", "Accept": "application/json"}
        self._clock = clock
        self._sleep = sleep

    def profile(self, username: str, deadline: datetime) -> UpstreamProfile:
        return retrying(
            lambda: self._profile(username, deadline), deadline=deadline, clock=self._clock, sleep=self._sleep
        )

    def similar(self, username: str, deadline: datetime) -> tuple[RelatedAccount, ...]:
        return self._profile(username, deadline).related

    def _profile(self, username: str, deadline: datetime) -> UpstreamProfile:
        answer = self._http.send(
            "POST",
            self._url,
            json={"target": TARGET, "query": username},
            headers=self._headers,
            deadline=deadline,
        )
        return parse_profile(self._data(answer, username), username)

    def _data(self, answer: Answer, username: str) -> Any:
        """`results[0].content.data`; a failure can hide under HTTP 200."""
        if answer.status == 404:
            if "html" in answer.content_type:
                raise UpstreamError()  # some server's page, not the provider's word
            raise ProfileNotFound(username)
        body = answer.json()
        if not isinstance(body, dict):
            raise UpstreamPayloadInvalid("results")
        _raise_if_failed(body)
        results = body.get("results")
        if not (isinstance(results, list) and results and isinstance(results[0], dict)):
            raise UpstreamPayloadInvalid("results[0]")
        result = results[0]
        if result.get("status_code") == 404:
            raise ProfileNotFound(username)
        _raise_if_failed(result)
        content = _content(result.get("content"))
        data = content.get("data")
        if isinstance(data, dict) and "user" in data and data["user"] is None:
            raise ProfileNotFound(username)  # said outright, where a mere absence would prove nothing
        if not isinstance(data, dict):
            if is_word_of_absence(str(content.get("message", ""))):
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


def _raise_if_failed(part: dict[str, Any]) -> None:
    if part.get("status") == "failed":
        raise UpstreamError()
    status = part.get("status_code", 200)
    if isinstance(status, int) and status >= 300:
        raise_for_status(status, json.dumps(part)[:2000].encode(), None, datetime.min)
        raise UpstreamError()

"""RapidAPI's Instagram scraper: similar accounts, and reels page by page."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from creator_search.adapters.instagram import media_nodes, parse_posts, parse_related
from creator_search.adapters.upstream import (
    Answer,
    HttpUpstream,
    cleaned,
    is_word_of_absence,
    retrying,
    throttled,
)
from creator_search.domain.answers import Clock
from creator_search.domain.errors import ProfileNotFound, UpstreamError, UpstreamPayloadInvalid
from creator_search.domain.profiles import Post, RelatedAccount

MAX_PAGES = 20


class RapidApiSource:
    """Implements SimilarSource (one attempt; its caller retries) and ReelSource."""

    def __init__(
        self,
        http: HttpUpstream,
        *,
        base_url: str,
        host: str,
        key: str,
        clock: Clock,
        sleep: Callable[[float], None],
    ) -> None:
        self._http = http
        self._base_url = base_url
        self._headers = {"x-rapidapi-key": key, "x-rapidapi-host": host or urlsplit(base_url).netloc}
        self._clock = clock
        self._sleep = sleep

    def similar(self, username: str, deadline: datetime) -> tuple[RelatedAccount, ...]:
        answer = self._http.send(
            "GET",
            f"{self._base_url}/get_ig_similar_accounts.php",
            params={"username_or_url": username},
            headers=self._headers,
            deadline=deadline,
        )
        return parse_related(_entries(_body(answer, username)), excluding=username)

    def reels(self, username: str, limit: int, deadline: datetime) -> tuple[Post, ...]:
        found: dict[str, Post] = {}
        token, seen = "", set[str]()
        for _ in range(MAX_PAGES):
            asked = token
            page = retrying(
                lambda asked=asked: self._page(username, asked, deadline),  # type: ignore[misc]
                deadline=deadline,
                clock=self._clock,
                sleep=self._sleep,
            )
            edges = page.get("reels")
            if not isinstance(edges, list):
                raise UpstreamPayloadInvalid("reels")
            for post in parse_posts(media_nodes(edges)):
                found.setdefault(post.shortcode, post)
            token = str(page.get("pagination_token") or "")
            if not token or token in seen or len(found) >= limit:
                break
            seen.add(token)
        return tuple(found.values())[:limit]

    def _page(self, username: str, token: str, deadline: datetime) -> dict[str, Any]:
        answer = self._http.send(
            "POST",
            f"{self._base_url}/get_ig_user_reels.php",
            data={"username_or_url": username, "pagination_token": token},
            headers=self._headers,
            deadline=deadline,
        )
        body = _body(answer, username)
        if not isinstance(body, dict):
            raise UpstreamPayloadInvalid("reels")
        return body


def _body(answer: Answer, username: str) -> Any:
    """Raises what the body says, when it says an error."""
    if answer.status == 404:
        if "html" in answer.content_type:
            raise UpstreamError()
        raise ProfileNotFound(username)
    body = cleaned(answer.json())
    if isinstance(body, dict) and body.get("error"):
        text = str(body["error"])
        if is_word_of_absence(text):
            raise ProfileNotFound(username)
        if "quota" in text.lower() or "rate limit" in text.lower():
            raise throttled(text)
        raise UpstreamError()
    return body


def _entries(body: Any) -> list[Any]:
    """A list, `{"data": [...]}`, or a dict whose keys are positions."""
    if isinstance(body, dict) and "data" in body:
        body = body["data"]
    if isinstance(body, list):
        return body
    if isinstance(body, dict):
        positions = sorted((int(key), value) for key, value in body.items() if key.isdigit())
        if positions or not body:
            return [value for _, value in positions]
    raise UpstreamPayloadInvalid("data")

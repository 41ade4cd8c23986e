"""RapidAPI's Instagram scraper: similar accounts, and reels page by page."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from creator_search.adapters.upstreams.http import (
    HttpUpstream,
    UpstreamResponse,
    cleaned,
    raise_for_404,
    reported,
    retrying,
    says_absent,
)
from creator_search.adapters.upstreams.instagram import parse_related
from creator_search.adapters.upstreams.posts import parse_posts
from creator_search.adapters.upstreams.shapes import nodes_of
from creator_search.domain.clock import Clock
from creator_search.domain.errors import ProfileNotFound, UpstreamNotConfigured, UpstreamPayloadInvalid
from creator_search.domain.fetched_posts import FetchedPosts, Owner
from creator_search.domain.posts import Post
from creator_search.domain.profiles import RelatedAccount

MAX_PAGES = 20


class RapidApiSource:
    """Implements SimilarSource (one attempt: the caller retries) and ReelSource.

    `key` is called for every request, so that a rotated key is used.
    """

    def __init__(
        self,
        http: HttpUpstream,
        *,
        base_url: str,
        host: str,
        key: Callable[[], str | None],
        clock: Clock,
        sleep: Callable[[float], None],
    ) -> None:
        self._http = http
        self._base_url = base_url
        self._host = host or urlsplit(base_url).netloc
        self._key = key
        self._clock = clock
        self._sleep = sleep

    def require_key(self) -> None:
        self._headers()

    def fetch_similar(self, username: str, deadline: datetime) -> tuple[RelatedAccount, ...]:
        answer = self._http.send(
            "GET",
            f"{self._base_url}/get_ig_similar_accounts.php",
            params={"username_or_url": username},
            headers=self._headers(),
            deadline=deadline,
        )
        return parse_related(_entries(_body(answer, username)), excluding=username)

    def fetch_reels(self, owner: Owner, limit: int, deadline: datetime) -> FetchedPosts:
        self.require_key()
        found: dict[str, Post] = {}
        foreign = set[str]()
        token, seen = "", set[str]()
        for _ in range(MAX_PAGES):
            asked = token
            page = retrying(
                lambda asked=asked: self._page(owner.username, asked, deadline),  # type: ignore[misc]
                deadline=deadline,
                clock=self._clock,
                sleep=self._sleep,
            )
            edges = page.get("reels")
            if not isinstance(edges, list):
                raise UpstreamPayloadInvalid("reels")
            parsed = parse_posts(nodes_of(page, "reels"), owner)
            foreign |= parsed.foreign
            for post in parsed.posts:
                found.setdefault(post.shortcode, post)
            token = str(page.get("pagination_token") or "")
            if not token or token in seen or len(found) >= limit:
                break
            seen.add(token)
        return FetchedPosts(tuple(found.values())[:limit], frozenset(foreign))

    def _headers(self) -> dict[str, str]:
        """Raises UpstreamNotConfigured without a key."""
        key = self._key()
        if not key:
            raise UpstreamNotConfigured("no reels provider is configured, so only the first page of posts is stored")
        return {"x-rapidapi-key": key, "x-rapidapi-host": self._host}

    def _page(self, username: str, token: str, deadline: datetime) -> dict[str, Any]:
        answer = self._http.send(
            "POST",
            f"{self._base_url}/get_ig_user_reels.php",
            data={"username_or_url": username, "pagination_token": token},
            headers=self._headers(),
            deadline=deadline,
        )
        body = _body(answer, username)
        if not isinstance(body, dict):
            raise UpstreamPayloadInvalid("reels")
        return body


def _body(answer: UpstreamResponse, username: str) -> Any:
    """Return the parsed body. Raises the error that the body reports, if any."""
    if answer.status == 404:
        raise_for_404(answer, username)
    body = cleaned(answer.json())
    if isinstance(body, dict) and body.get("error"):
        text = str(body["error"])
        if says_absent(text):
            raise ProfileNotFound(username)
        raise reported(text)
    return body


def _entries(body: Any) -> list[Any]:
    """Return the entries of a list, of `{"data": [...]}`, or of a dict whose keys are positions."""
    if isinstance(body, dict) and "data" in body:
        body = body["data"]
    if isinstance(body, list):
        return body
    if isinstance(body, dict):
        positions = sorted((int(key), value) for key, value in body.items() if key.isdigit())
        if positions or not body:
            return [value for _, value in positions]
    raise UpstreamPayloadInvalid("data")

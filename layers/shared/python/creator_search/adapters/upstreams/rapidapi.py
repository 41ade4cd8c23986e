"""RapidAPI's Instagram scraper: similar accounts, posts and reels page by page, and profiles."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from creator_search.adapters.upstreams.endpoint import UpstreamEndpoint
from creator_search.adapters.upstreams.http import (
    HttpUpstream,
    UpstreamResponse,
    cleaned,
    raise_for_404,
    reported,
    reported_failure,
    says_absent,
)
from creator_search.adapters.upstreams.instagram import parse_profile, parse_related
from creator_search.adapters.upstreams.posts import end_of_sequence, parse_posts
from creator_search.adapters.upstreams.shapes import is_position, nodes_of
from creator_search.domain.errors import ProfileNotFound
from creator_search.domain.fetched_posts import FetchedPosts, Owner
from creator_search.domain.posts import Post
from creator_search.domain.profiles import FetchedProfile, RelatedAccount
from creator_search.domain.upstream_errors import UpstreamError, UpstreamNotConfigured, UpstreamPayloadInvalid

RAPIDAPI = "rapidapi"
"""The name of this provider in answers."""
MAX_PAGES = 50
"""Of one list: more than the settings need at 12 posts a page."""


class RapidApiSource:
    """Implements SimilarSource (one attempt: the caller retries), ProfileSource, PostSource and ReelSource.

    `key` is called for every request, so that a rotated key is used; `endpoints` returns the endpoint named profile,
    posts, reels or similar.
    """

    def __init__(
        self,
        http: HttpUpstream,
        *,
        base_url: str,
        host: str,
        key: Callable[[], str | None],
        endpoints: Callable[[str], UpstreamEndpoint],
    ) -> None:
        self._http = http
        self._base_url = base_url
        self._host = host or urlsplit(base_url).netloc
        self._key = key
        self._endpoints = endpoints

    def require_key(self) -> None:
        self._headers()

    def fetch_similar(self, username: str, deadline: datetime) -> tuple[RelatedAccount, ...]:
        self.require_key()
        endpoint = self._endpoints("similar")
        return endpoint.run(lambda: self._similar(username, deadline), username, deadline, is_retried=False)

    def fetch_profile(self, username: str, deadline: datetime) -> FetchedProfile:
        """Return the profile, without posts and related accounts."""
        self.require_key()
        return self._endpoints("profile").run(lambda: self._profile(username, deadline), username, deadline)

    def fetch_posts(self, owner: Owner, limit: int, deadline: datetime) -> FetchedPosts:
        return self._read_pages("posts", owner, limit, deadline)

    def fetch_reels(self, owner: Owner, limit: int, deadline: datetime) -> FetchedPosts:
        # The page of reels is no timeline: posts of other kinds are missing.
        return replace(self._read_pages("reels", owner, limit, deadline), complete_since=None)

    def _similar(self, username: str, deadline: datetime) -> tuple[RelatedAccount, ...]:
        answer = self._http.send(
            "GET",
            f"{self._base_url}/get_ig_similar_accounts.php",
            params={"username_or_url": username},
            headers=self._headers(),
            deadline=deadline,
        )
        # Nulls are removed afterwards: null in place of the list is not an empty one.
        entries = cleaned(_entries(_body(answer, username)))
        if entries and not parse_related(entries, excluding=""):
            # A new shape, which must not be kept as "none similar".
            raise UpstreamPayloadInvalid("username")
        return parse_related(entries, excluding=username)

    def _profile(self, username: str, deadline: datetime) -> FetchedProfile:
        form = {"username_or_url": username, "data": "basic"}
        user = _user(self._post("ig_get_fb_profile", form, username, deadline))
        if not isinstance(user.get("is_private"), bool):
            # Without it, what a private account hides would be shown.
            raise UpstreamPayloadInvalid("is_private")
        return parse_profile({"user": user}, username, RAPIDAPI)

    def _read_pages(self, what: str, owner: Owner, limit: int, deadline: datetime) -> FetchedPosts:
        self.require_key()
        nodes: list[Any] = []
        found: dict[str, Post] = {}
        foreign = set[str]()
        failure, token, seen = None, "", set[str]()
        for page_number in range(MAX_PAGES):
            form = {"username_or_url": owner.username, "pagination_token": token}
            if what == "posts":
                form["amount"] = str(limit - len(found))
            try:
                page = self._endpoints(what).run(
                    lambda form=form: self._page(what, form, owner.username, deadline),  # type: ignore[misc]
                    owner.username,
                    deadline,
                )
                parsed = parse_posts(page.nodes, owner)
            except (UpstreamError, ProfileNotFound) as error:
                if not page_number:
                    raise
                failure = error.message
                break
            before = len(found), len(foreign)
            nodes += page.nodes
            foreign |= parsed.foreign
            for post in parsed.posts:
                found.setdefault(post.shortcode, post)
            token = page.token
            is_new = (len(found), len(foreign)) != before
            # A provider may name a further page for ever; each of them is a call that is paid for.
            if not token or token in seen or not is_new or len(found) >= limit:
                break
            seen.add(token)
        kept = tuple(found.values())[:limit]
        return FetchedPosts(kept, frozenset(foreign), end_of_sequence(nodes, kept), failure)

    def _page(self, what: str, form: dict[str, str], username: str, deadline: datetime) -> "_Page":
        return _page(self._post(f"get_ig_user_{what}", form, username, deadline), what)

    def _post(self, name: str, form: dict[str, str], username: str, deadline: datetime) -> Any:
        answer = self._http.send(
            "POST", f"{self._base_url}/{name}.php", data=form, headers=self._headers(), deadline=deadline
        )
        return cleaned(_body(answer, username))

    def _headers(self) -> dict[str, str]:
        """Raises UpstreamNotConfigured without a key."""
        key = self._key()
        if not key:
            raise UpstreamNotConfigured("no provider of further posts is configured")
        return {"x-rapidapi-key": key, "x-rapidapi-host": self._host}


@dataclass(frozen=True, slots=True)
class _Page:
    nodes: list[Any]
    token: str


def _body(answer: UpstreamResponse, username: str) -> Any:
    """Return the parsed body. Raises the error that the body reports, if any."""
    if answer.status == 404:
        raise_for_404(answer, username)
    body = answer.json()
    if isinstance(body, dict) and (text := reported_failure(body)):
        if says_absent(text):
            raise ProfileNotFound(username)
        raise reported(text)
    return body


def _page(body: Any, what: str) -> _Page:
    """Return the page of the list `what`, which may be under `data`."""
    if isinstance(body, dict) and isinstance(body.get("data"), dict):
        body = body["data"]
    if not isinstance(body, dict) or not isinstance(body.get(what), list):
        raise UpstreamPayloadInvalid(what, can_pass=False)
    token = body.get("pagination_token")
    is_token = isinstance(token, (str, int)) and not isinstance(token, bool)
    return _Page(list(nodes_of(body, what)), str(token or "") if is_token else "")


def _user(body: Any) -> dict[str, Any]:
    """Return the user of a flat answer, or of one that has it as `data` or `user`."""
    for name in ("data", "user"):
        if isinstance(body, dict) and isinstance(body.get(name), dict):
            body = body[name]
    if not isinstance(body, dict) or not body:
        raise UpstreamPayloadInvalid("data")
    return body


def _entries(body: Any) -> list[Any]:
    """Return the entries of a list, of `{"data": [...]}`, or of a dict whose keys are positions."""
    if isinstance(body, dict) and "data" in body:
        body = body["data"]
    if isinstance(body, list):
        return body
    if isinstance(body, dict):
        positions = sorted((int(key), value) for key, value in body.items() if is_position(key))
        if positions or not body:
            return [value for _, value in positions]
    raise UpstreamPayloadInvalid("data")

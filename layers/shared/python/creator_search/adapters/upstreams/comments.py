"""Comments of posts, from RapidAPI's Instagram scraper."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from creator_search.adapters.upstreams.endpoint import UpstreamEndpoint
from creator_search.adapters.upstreams.http import (
    HttpUpstream,
    UpstreamResponse,
    cleaned,
    reported,
    reported_failure,
    says_other_failure,
)
from creator_search.adapters.upstreams.payloads import CommentPayload, validated
from creator_search.adapters.upstreams.shapes import is_position
from creator_search.domain.comments import FetchedComment, FetchedComments
from creator_search.domain.upstream_errors import UpstreamMisconfigured, UpstreamNotConfigured, UpstreamPayloadInvalid

_LISTS = ("comments", "data", "items", "edges")
"""Fields that hold the comments, or an object with one of these fields."""
_DEPTH = 4
_POST = r"\b(?:post|media|shortcode)\b"
_ABSENT_POST = re.compile(
    rf"{_POST}.{{0,60}}?\b(?:not (?:be )?found|not exist|n't exist|deleted|removed)|\bno such {_POST}"
)


class RapidApiCommentSource:
    """Implements CommentSource. `key` is called for every request, so that a rotated key is used."""

    def __init__(
        self,
        http: HttpUpstream,
        *,
        base_url: str,
        host: str,
        key: Callable[[], str | None],
        endpoint: UpstreamEndpoint,
    ) -> None:
        self._http = http
        self._base_url = base_url
        self._host = host or urlsplit(base_url).netloc
        self._key = key
        self._endpoint = endpoint

    def fetch_comments(self, shortcode: str, limit: int, deadline: datetime) -> FetchedComments:
        return self._endpoint.run(
            lambda: parse_comments(self._entries(shortcode, deadline), limit), shortcode, deadline
        )

    def _entries(self, shortcode: str, deadline: datetime) -> list[Any]:
        key = self._key()
        if not key:
            raise UpstreamNotConfigured("no comments provider is configured")
        answer = self._http.send(
            "GET",
            f"{self._base_url}/get_post_comments.php",
            params={"media_code": shortcode, "sort_order": "recent"},
            headers={"x-rapidapi-key": key, "x-rapidapi-host": self._host},
            deadline=deadline,
        )
        return _listed(answer)


def parse_comments(entries: list[Any], limit: int) -> FetchedComments:
    """Return the comments that have a text. Raises UpstreamPayloadInvalid if there are entries and none has one."""
    found: list[FetchedComment] = []
    failure: UpstreamPayloadInvalid | None = None
    for entry in entries:
        try:
            parsed = validated(CommentPayload, cleaned(_node(entry)))
        except UpstreamPayloadInvalid as error:
            failure = failure or UpstreamPayloadInvalid(f"comments.{error.field}")
            continue
        if text := parsed.text.strip():
            found.append(
                FetchedComment(
                    text=text,
                    written_at=parsed.created_at,
                    account_id=parsed.account_id,
                    username=parsed.username,
                )
            )
    if failure and not found:
        raise failure
    given = {
        "created_at": any(comment.written_at for comment in found),
        "owner": any(comment.account_id or comment.username for comment in found),
    }
    missing = tuple(name for name, is_given in given.items() if found and not is_given)
    return FetchedComments(tuple(found[:limit]), missing)


def _node(entry: Any) -> Any:
    return entry.get("node", entry) if isinstance(entry, dict) else entry


def _listed(answer: UpstreamResponse) -> list[Any]:
    """Return the entries of an answer of any known shape: a list, an object whose keys are positions, or one of both
    in a field of _LISTS. None for a post that does not exist."""
    if answer.status == 404:
        if "html" not in answer.content_type and _says_absent(answer.body[:2000].decode(errors="replace")):
            return []
        raise UpstreamMisconfigured()
    body = answer.json()
    if isinstance(body, dict) and (text := reported_failure(body)):
        if _says_absent(text):
            return []
        raise reported(text)
    for _ in range(_DEPTH):
        if isinstance(body, list):
            return body
        field = next((name for name in _LISTS if isinstance(body, dict) and name in body), None)
        if field is None:
            break
        body = body[field]
    if isinstance(body, dict) and body and all(map(is_position, body)):
        return [body[position] for position in sorted(body, key=int)]
    raise UpstreamPayloadInvalid("comments")


def _says_absent(text: str) -> bool:
    """Whether an error text says explicitly that there is no such post."""
    return bool(_ABSENT_POST.search(text.lower())) and not says_other_failure(text)

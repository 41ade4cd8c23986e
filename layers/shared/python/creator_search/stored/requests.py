"""Requests that are answered without the web framework: those without anything that could change the answer."""

import functools
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from creator_search.answers.ready import Subject
from creator_search.catalogue import Operation
from creator_search.domain.callers import Caller, caller_of
from creator_search.domain.errors import CreatorSearchError
from creator_search.domain.usernames import parse_username

_PARAMETERS = {"{username}": r"(?P<username>@?[A-Za-z0-9._]+)", "{id}": r"(?P<id>[0-9]{1,32})"}
_PORT = re.compile(r"[0-9]{1,5}")
_PLAIN_HOST = re.compile(r"[^:]*(:[0-9]+)?")
_EVENTS = "text/event-stream"


@dataclass(frozen=True, slots=True)
class PlainRequest:
    """A request of a caller for what is stored of a creator, without anything else that could change the answer."""

    id: str
    method: str
    path: str
    subject: Subject
    caller: Caller
    if_none_match: str


def plain_request(event: Any, row: Operation) -> PlainRequest | None:
    """Return the request of a proxy event, or None if it is anything but plain."""
    try:
        return _plain_request(event, row)
    except (AttributeError, KeyError, TypeError, ValueError, CreatorSearchError):
        return None


def _plain_request(event: Mapping[str, Any], row: Operation) -> PlainRequest | None:
    about, path = event["requestContext"], event["path"]
    is_other = "version" in event or "elb" in about or "resource" not in event
    asks_more = event.get("body") or event.get("queryStringParameters") or event.get("multiValueQueryStringParameters")
    given = path_pattern(row.path).fullmatch(path)
    if is_other or asks_more or event["httpMethod"] != row.method or given is None:
        return None
    about.get("identity", {}).get("sourceIp")
    headers = _headers(event)
    if not _PLAIN_HOST.fullmatch(headers.get("host", "")) or not _PORT.fullmatch(headers.get("x-forwarded-port", "80")):
        return None
    if_none_match = headers.get("if-none-match", "")
    if not if_none_match.isascii() or (row.streams and _EVENTS in headers.get("accept", "")):
        return None
    return PlainRequest(
        id=str(about.get("requestId") or uuid.uuid4()),
        method=row.method,
        path=path,
        subject=subject_of(given),
        caller=caller_of(about.get("authorizer") or {}),
        if_none_match=if_none_match,
    )


def _headers(event: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the headers with lower-case names; values of repeated ones are joined, as by Mangum."""
    single = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    repeated = {name.lower(): values for name, values in (event.get("multiValueHeaders") or {}).items()}
    if not all(isinstance(values, list) for values in repeated.values()):
        raise TypeError("a header's values are not a list")
    return {**single, **{name: ", ".join(values) for name, values in repeated.items()}}


@functools.cache
def path_pattern(path: str) -> re.Pattern[str]:
    """Return the pattern of plain paths of an operation, by its path in the catalogue."""
    pattern = re.escape(path)
    for name, parameter in _PARAMETERS.items():
        pattern = pattern.replace(re.escape(name), parameter)
    return re.compile(pattern)


def subject_of(given: re.Match[str]) -> Subject:
    """Raises CreatorSearchError if the username is not one."""
    found = given.groupdict()
    name = found.get("username")
    return Subject(None if name is None else parse_username(name), found.get("id"))

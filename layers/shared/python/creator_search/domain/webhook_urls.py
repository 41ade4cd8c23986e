"""The URLs that webhooks may have.

They are parsed as browsers do (WHATWG URL): the decimal, octal and hexadecimal forms of an IPv4 address become the
usual one. What a name resolves to is only known when it is connected to (adapters/webhooks.py).
"""

from dataclasses import dataclass

from pydantic_core import Url

from creator_search.domain.addresses import AllowList, is_public, parse_address
from creator_search.domain.errors import InvalidParameter

MAX_URL_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class WebhookUrl:
    """A URL in its normal form. `is_trusted` states whether its host is on the allow-list, so that its address may be
    private."""

    text: str
    host: str
    port: int
    is_trusted: bool


def parse_webhook_url(text: str, allow: AllowList) -> WebhookUrl:
    """Raises InvalidParameter."""
    if not 1 <= len(text) <= MAX_URL_LENGTH:
        raise _refused(f"must have 1 to {MAX_URL_LENGTH} characters")
    if any(c.isspace() or not c.isprintable() or c == "\\" for c in text):
        raise _refused("must not contain white space, backslashes or control characters")
    try:
        url = Url(text)
    except ValueError as error:
        raise _refused("must be an https URL") from error
    host = (url.host or "").removeprefix("[").removesuffix("]").lower().rstrip(".")
    if url.scheme not in ("https", "http") or not host or not url.port:
        raise _refused("must be an https URL")
    if url.username is not None or url.password is not None:
        raise _refused("must not contain a user name or password")
    is_trusted = allow.admits(host, url.port)
    if url.scheme != "https" and not is_trusted:
        raise _refused("must be an https URL")
    normal = str(url).split("#")[0]
    if len(normal) > MAX_URL_LENGTH:
        raise _refused(f"must have 1 to {MAX_URL_LENGTH} characters")
    if not is_trusted:
        _require_public(host)
    return WebhookUrl(normal, host, url.port, is_trusted)


def _require_public(host: str) -> None:
    address = parse_address(host)
    if address is not None and not is_public(address):
        raise _refused("must not be a private address")
    if host == "localhost" or host.endswith(".localhost"):
        raise _refused("must not be a host of this machine")


def _refused(reason: str) -> InvalidParameter:
    return InvalidParameter(f"url: {reason}")

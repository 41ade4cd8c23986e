"""Links that creators publish, and their validation."""

from dataclasses import dataclass
from urllib.parse import urlsplit

MAX_LINK_BYTES = 2000


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a profile, with the title that the creator gave it."""

    url: str
    title: str | None = None


def web_address(text: str | None) -> str | None:
    """Return the URL without surrounding white space if it is http or https with a host, else None.

    URLs that contain white space or control characters are refused: browsers drop some of them, so that an apparent
    path can become another scheme or host.
    """
    address = (text or "").strip()
    if len(address.encode(errors="replace")) > MAX_LINK_BYTES or any(
        c.isspace() or not c.isprintable() for c in address
    ):
        return None
    try:
        parts = urlsplit(address)
        has_host = bool(parts.hostname)
    except ValueError:  # for example, brackets without an IPv6 address
        return None
    return address if has_host and parts.scheme in ("http", "https") else None

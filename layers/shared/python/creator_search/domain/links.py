"""Addresses that creators publish: only what a browser opens as a web page."""

from urllib.parse import urlsplit

MAX_LINK_LENGTH = 2000


def web_address(text: str | None) -> str | None:
    """The address without surrounding white space when it is http or https with a host, else None.

    White space and control characters inside an address are refused: browsers drop some of them, so that what looks
    like a path may turn into another scheme or host.
    """
    address = (text or "").strip()
    if len(address) > MAX_LINK_LENGTH or any(c.isspace() or not c.isprintable() for c in address):
        return None
    try:
        parts = urlsplit(address)
        has_host = bool(parts.hostname)
    except ValueError:  # brackets that hold no IPv6 address, for example
        return None
    return address if has_host and parts.scheme in ("http", "https") else None

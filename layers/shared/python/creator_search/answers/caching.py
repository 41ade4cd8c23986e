"""How clients may cache an answer."""

from collections.abc import Mapping

from creator_search.catalogue import Access, Operation


def cache_headers(row: Operation, etag: str) -> Mapping[str, str]:
    # Answers do not depend on the caller, but only callers may read them: shared caches must not store them.
    scope = "public" if row.access is Access.PUBLIC else "private"
    return {"etag": etag, "cache-control": f"{scope}, max-age={row.cache_seconds}"}


def is_current(etag: str, if_none_match: str) -> bool:
    """Whether the client has this version, according to the value of its `If-None-Match`; empty if it sent none."""
    known = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in known or "*" in known

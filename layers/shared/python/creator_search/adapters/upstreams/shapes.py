"""Access to parts of payloads, whose type is not certain."""

from collections.abc import Iterator
from typing import Any

from creator_search.domain.errors import CreatorSearchError
from creator_search.domain.usernames import parse_username

_POSITION_DIGITS = 9


def as_dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def is_position(key: str) -> bool:
    """Whether a key of an object is the position of an entry: Python's int() refuses some digits, and thousands."""
    return key.isascii() and key.isdigit() and len(key) <= _POSITION_DIGITS


def nodes_of(connection: Any, name: str = "edges") -> Iterator[Any]:
    """Yield the nodes of the list `name` of an object, in any known shape."""
    edges = as_dict(connection).get(name)
    for edge in edges if isinstance(edges, list) else []:
        node = as_dict(edge).get("node", edge)
        yield as_dict(node).get("media", node)


def normal_username(username: Any) -> str:
    """The username in its normal form, or an empty string if it is not valid."""
    try:
        return parse_username(username) if isinstance(username, str) else ""
    except CreatorSearchError:
        return ""

"""The most that a caller may have of something, for requests at the same time too."""

from collections.abc import Callable
from typing import TypeVar

from creator_search.domain.errors import Conflict

T = TypeVar("T")


def add_at_most(
    most: int, count: Callable[[], int], refusal: str, *, add: Callable[[], T], take_back: Callable[[T], object]
) -> T:
    """Return the result of `add`. If `count` is more than `most` after it, undo it with `take_back`, and raise Conflict
    with the text `refusal`: others may have been added since the caller of this function counted.

    Every request counts after its own write, so that at most `most` stay; of requests at the same time that are
    together too many, all may be refused. `count` must read consistently.
    """
    added = add()
    if count() > most:
        take_back(added)
        raise Conflict(refusal)
    return added

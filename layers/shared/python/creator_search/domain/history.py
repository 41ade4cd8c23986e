"""How far back every post of a creator is stored."""

from dataclasses import dataclass
from datetime import UTC, datetime

ALL_POSTS = datetime.fromtimestamp(0, UTC)
"""A time before any post: every post is stored."""


@dataclass(frozen=True, slots=True)
class CompleteSequence:
    """The time of which every post is stored; None if no fetch gave posts."""

    since: datetime | None = None
    until: datetime | None = None

    def shown(self, updated_at: datetime) -> datetime | None:
        """Since when every post is stored; None if posts may be missing because the last fetch gave none."""
        return self.since if self.until == updated_at else None

    def continued(self, page: datetime | None, now: datetime) -> "CompleteSequence":
        """The sequence after a fetch at `now` whose posts are complete since `page`; None if it gave no posts.

        It continues if the new page reaches back to the time of the last one, else it starts with the new page.
        """
        if page is None:
            return self
        if self.since and self.until and page <= self.until:
            return CompleteSequence(min(page, self.since), now)
        return CompleteSequence(page, now)

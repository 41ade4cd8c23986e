"""Posts as fetched from an upstream, and the account that they were asked of."""

from dataclasses import dataclass
from datetime import datetime

from creator_search.domain.posts import Post


@dataclass(frozen=True, slots=True)
class Owner:
    """The account whose posts are asked for. `account_id` is the platform's id, in digits; None if it is not known."""

    username: str
    account_id: str | None = None

    def matches(self, username: str, account_id: str | None) -> bool | None:
        """Whether this is the account of this name and id; None if they do not tell. If both ids are known, they alone
        decide: the name may be an earlier one.
        """
        if self.account_id and account_id:
            return self.account_id == account_id
        return self.username == username if username else None


@dataclass(frozen=True, slots=True)
class FetchedPosts:
    """The posts of an owner. `foreign` has the shortcodes of those that name another owner; they are left out.

    `posts` has every post that the owner took since `complete_since`, except pinned ones; if that is None, posts may be
    missing. `failure` is the reason why later pages are missing, if any are.
    """

    posts: tuple[Post, ...] = ()
    foreign: frozenset[str] = frozenset()
    complete_since: datetime | None = None
    failure: str | None = None

    def notes(self, what: str) -> tuple[str, ...]:
        """A note if the list is incomplete; `what` is the name of the list."""
        count = len(self.foreign)
        foreign = f"{what}: {count} {'name' if count > 1 else 'names'} another owner, left out" if count else None
        failed = f"{what}: {self.failure}, after {len(self.posts)}" if self.failure else None
        return tuple(note for note in (foreign, failed) if note)

"""Accounts of the platform, which outlive their usernames."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

HistoryKey = NewType("HistoryKey", str)
"""The partition that holds the history of one account: its posts, their counts over time, its snapshots and comments.

It never changes, and no other account ever gets it. It is the username under which the account was first stored, unless
that was the key of another account.
"""


ACCOUNT_ID = r"^[0-9]{1,32}$"
"""What the platform's ids look like."""


def account_key(account_id: str) -> HistoryKey:
    """The key of an account that has none of its usernames as key. No username contains a hyphen."""
    return HistoryKey(f"id-{account_id}")


def unidentified_key(username: str) -> str:
    """Where the profile of an account without a known id is kept when another account gets its username."""
    return f"unidentified-{username}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The identity of a creator. `id` is the platform's; `former_usernames` are in the order in which they were given
    up; `first_seen_at` is when the account was first stored."""

    id: str
    former_usernames: tuple[str, ...] = ()
    first_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRecord:
    """What is stored of an account. `username` is None while another account has its last one and its new one is not
    known. `named_at` is the time of the answer that gave it its username.
    """

    account: Account
    history_key: HistoryKey
    username: str | None
    named_at: datetime

    @property
    def profile_key(self) -> str:
        """The partition that holds its profile."""
        return self.username or account_key(self.account.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRecord:
    """What is stored of a username. `account_id` is the last account that had it, and `named_at` the time of the answer
    that said so. `is_history_key` states that the history of some account is in its partition.
    """

    username: str
    account_id: str | None
    named_at: datetime
    is_history_key: bool

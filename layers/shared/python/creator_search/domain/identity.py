"""Which account a username belongs to, and what changes when it gets another one."""

from dataclasses import dataclass, replace
from datetime import datetime

from creator_search.domain.accounts import (
    Account,
    AccountRecord,
    HistoryKey,
    NameRecord,
    account_key,
    unidentified_key,
)
from creator_search.domain.errors import BuildInProgress
from creator_search.domain.profiles import Profile
from creator_search.domain.upstream_errors import UpstreamPayloadInvalid


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredIdentity:
    """The stored data of a username, and of the account that has it according to an upstream, loaded with one read."""

    username: str
    name: NameRecord | None = None
    profile: Profile | None = None
    """The profile under the username."""
    account: AccountRecord | None = None
    is_erased: bool = False
    """The data of the username or of the account was erased and must not be collected again."""

    @property
    def history_key(self) -> HistoryKey:
        """Of a username whose account is not known by id."""
        return self.profile.history_key if self.profile else HistoryKey(self.username)


@dataclass(frozen=True, slots=True, kw_only=True)
class NameChange:
    """All changes when a username gets an account: stored together, or not at all.

    `moved` is the account's profile under its new username, None if it has none yet; it is removed from the partition
    `moved_from`. `parked` is the profile that another account had under the username, None if none was stored, and
    `parked_account` that account, None if its id is not known.
    """

    seen: StoredIdentity
    name: NameRecord
    account: AccountRecord
    moved: Profile | None = None
    moved_from: str | None = None
    parked: Profile | None = None
    parked_account: AccountRecord | None = None

    @property
    def parked_key(self) -> str:
        """The partition to which the profile of the other account moves."""
        return self.parked_account.profile_key if self.parked_account else unidentified_key(self.name.username)


def name_change(
    seen: StoredIdentity,
    account_id: str,
    asked_at: datetime,
    own: Profile | None,
    former: AccountRecord | None = None,
) -> NameChange | None:
    """Return what changes when an answer to a question of `asked_at` says that the account has the username; None if
    nothing changes. `own` is the profile of the account, under whatever name it is stored; `former` is the other
    account that had the username, if no profile of it is stored there.

    The history of an account stays where it is. A profile that is stored without an account id gets the first one that
    is seen, unless that account is already stored. Raises BuildInProgress if a later answer was stored.
    """
    username, known = seen.username, seen.account
    if known and known.username == username:
        return None
    named_at = max((r.named_at for r in (seen.name, known) if r), default=None)
    if named_at and asked_at < named_at:
        raise BuildInProgress()
    adopted = seen.profile if known is None and seen.profile and seen.profile.account is None else None
    account = _named(seen, account_id, asked_at, adopted)
    parked = None if adopted else seen.profile
    other = _without_name(username, asked_at, parked, former)
    moved = adopted or (own if known else None)
    return NameChange(
        seen=seen,
        name=NameRecord(
            username=username,
            account_id=account_id,
            named_at=asked_at,
            is_history_key=_is_history_key(seen) or account.history_key == username,
        ),
        account=account,
        moved=replace(moved, username=username, account=account.account, holds_username=True) if moved else None,
        moved_from=known.profile_key if known and own else None,
        parked=replace(parked, account=other.account if other else None, holds_username=False) if parked else None,
        parked_account=other,
    )


def history_key_without_id(seen: StoredIdentity) -> HistoryKey:
    """Return the history key for an answer without an account id. Raises UpstreamPayloadInvalid if the id is needed,
    because it cannot be decided whether the answer is about the stored account."""
    has_account = seen.name is not None or (seen.profile is not None and seen.profile.account is not None)
    if has_account:
        raise UpstreamPayloadInvalid("user.id")
    return seen.history_key


def _named(seen: StoredIdentity, account_id: str, at: datetime, adopted: Profile | None) -> AccountRecord:
    """The account with the username."""
    known, username = seen.account, seen.username
    if known:
        former = (*known.account.former_usernames, *([known.username] if known.username else []))
        renamed = replace(known.account, former_usernames=_distinct(former, username))
        return replace(known, account=renamed, username=username, named_at=at)
    unused_key = account_key(account_id) if _is_history_key(seen) else HistoryKey(username)
    key = adopted.history_key if adopted else unused_key
    account = Account(id=account_id, first_seen_at=adopted.created_at if adopted else at)
    return AccountRecord(account=account, history_key=key, username=username, named_at=at)


def _is_history_key(seen: StoredIdentity) -> bool:
    """Whether the history of some account is in the partition of the username."""
    stored = seen.profile is not None and seen.profile.history_key == seen.username
    return stored or (seen.name is not None and seen.name.is_history_key)


def _without_name(
    username: str, at: datetime, parked: Profile | None, former: AccountRecord | None
) -> AccountRecord | None:
    """The account that lost the username: that of the profile, else the former one."""
    if parked and parked.account:
        account, key = parked.account, parked.history_key
    elif former and former.username == username:
        account, key = former.account, former.history_key
    else:
        return None
    lost = replace(account, former_usernames=_distinct((*account.former_usernames, username)))
    return AccountRecord(account=lost, history_key=key, username=None, named_at=at)


def _distinct(usernames: tuple[str, ...], current: str | None = None) -> tuple[str, ...]:
    """The usernames without the current one, each at its last position."""
    last_first = dict.fromkeys(reversed(usernames))
    return tuple(name for name in reversed(last_first) if name != current)

"""Which account a username belongs to, checked against every answer of a profile provider."""

from dataclasses import dataclass
from datetime import datetime

from creator_search.domain.accounts import Account, AccountRecord, HistoryKey, NameRecord
from creator_search.domain.errors import BuildInProgress, ProfileErased
from creator_search.domain.identity import NameChange, StoredIdentity, history_key_without_id, name_change
from creator_search.domain.upstream_errors import WrongAccount
from creator_search.services.ports import AccountStore, ProfileStore

_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Holder:
    """The account that has a username, None if its id is not known, and the key of its history. `has_profile` states
    that its profile is stored under the username."""

    account: Account | None
    history_key: HistoryKey
    has_profile: bool = False


@dataclass(frozen=True, slots=True)
class MovedName:
    """`named_at` is when the account was first seen under its new username."""

    new_username: str
    named_at: datetime


class AccountRegistry:
    def __init__(self, accounts: AccountStore, profiles: ProfileStore) -> None:
        self._accounts = accounts
        self._profiles = profiles

    def assign(self, username: str, account_id: str | None, asked_at: datetime) -> Holder:
        """Store that the account has the username, according to an answer to a question of `asked_at`.

        Nothing of a profile may be stored before, because this decides where. If the username had another account, the
        profile of that one is kept under its id; if the account had another username, its profile moves. One call if
        the account had the username already. Raises ProfileErased; UpstreamPayloadInvalid if there is no id, but the
        stored account has one; BuildInProgress if others change the same names; StoreUnavailable.
        """
        for _ in range(_ATTEMPTS):
            seen = self._accounts.load_identity(username, account_id)
            if seen.is_erased:
                raise ProfileErased(username)
            if account_id is None:
                return Holder(None, history_key_without_id(seen), has_profile=seen.profile is not None)
            change = self._change(seen, account_id, asked_at)
            if change is None or self._accounts.apply(change):
                record = change.account if change else seen.account
                assert record is not None  # an account without a record gets one by the change
                has_profile = (change.moved if change else seen.profile) is not None
                return Holder(record.account, record.history_key, has_profile)
        raise BuildInProgress()

    def _change(self, seen: StoredIdentity, account_id: str, asked_at: datetime) -> NameChange | None:
        known = seen.account
        is_elsewhere = known is not None and known.username != seen.username
        own = self._profiles.load_profile(known.profile_key) if known and is_elsewhere else None
        return name_change(seen, account_id, asked_at, own, self._former(seen, account_id))

    def _former(self, seen: StoredIdentity, account_id: str) -> AccountRecord | None:
        """The other account that had the username, if its profile is not stored there: a build failed, or has not ended
        yet."""
        former = seen.name.account_id if seen.name else None
        if former in (None, account_id) or (seen.profile and seen.profile.account):
            return None
        return self._accounts.load_account(str(former))

    def follow(self, answer: WrongAccount, asked_at: datetime) -> str | None:
        """Return the new username if the answer is of the account that had the one asked for, and store the change;
        None if it is of any other account. Raises as `assign` does."""
        if answer.username is None or answer.account_id is None:
            return None
        record = self._accounts.load_account(answer.account_id)
        if record is None or record.username != answer.asked:
            return None
        self.assign(answer.username, answer.account_id, asked_at)
        return answer.username

    def find_moved(self, username: str) -> MovedName | None:
        """Return the present username of the account that last had this one; None if that is this one or not known.
        Two calls."""
        name = self.load_name(username)
        record = self.load_account(name.account_id) if name and name.account_id else None
        if record is None or record.username in (None, username):
            return None
        return MovedName(str(record.username), record.named_at)

    def load_name(self, username: str) -> NameRecord | None:
        return self._accounts.load_name(username)

    def list_usernames(self, record: AccountRecord) -> set[str]:
        """Return the usernames of the account, present and former, that it was the last to have."""
        names = {record.username, *record.account.former_usernames} - {None}
        stored = (self._accounts.load_name(str(name)) for name in names)
        return {name.username for name in stored if name and name.account_id == record.account.id}

    def load_account(self, account_id: str) -> AccountRecord | None:
        return self._accounts.load_account(account_id)

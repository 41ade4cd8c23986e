"""Accounts and usernames, beside the profiles of the same table."""

from dataclasses import dataclass

from creator_search.domain.accounts import AccountRecord, HistoryKey, NameRecord, account_key
from creator_search.domain.identity import NameChange, StoredIdentity

from tests.fakes.control import FakeTombstones
from tests.fakes.profiles import FakeDocumentStore, FakeProfileStore


@dataclass
class FakeAccountStore:
    profiles: FakeProfileStore
    documents: FakeDocumentStore
    tombstones: FakeTombstones

    def load_identity(self, username: str, account_id: str | None) -> StoredIdentity:
        subjects = [username, *([account_key(account_id)] if account_id else [])]
        return StoredIdentity(
            username=username,
            name=self.load_name(username),
            profile=self.profiles.load_profile(username),
            account=self.load_account(account_id) if account_id else None,
            is_erased=bool(self.tombstones.erased_among(subjects)),
        )

    def load_account(self, account_id: str) -> AccountRecord | None:
        return self.profiles.accounts.get(account_id)

    def load_name(self, username: str) -> NameRecord | None:
        return self.profiles.names.get(username)

    def apply(self, change: NameChange) -> bool:
        username, rows = change.name.username, self.profiles.rows
        now = self.load_identity(username, change.account.account.id)
        if now != change.seen:
            return False
        if change.parked_account:
            loser = self.load_account(change.parked_account.account.id)
            if loser is None or loser.username != username:
                return False
        leaving = rows.get(change.moved_from) if change.moved_from else None
        if change.moved and change.moved_from:
            if leaving is None or leaving[0].updated_at != change.moved.updated_at:
                return False
            del rows[change.moved_from]
            self.documents.delete_documents(change.moved_from)
        self.profiles.accounts[change.account.account.id] = change.account
        self.profiles.names[username] = change.name
        if change.seen.profile:
            self.documents.delete_documents(username)
            del rows[username]
        if change.moved:
            rows[username] = (change.moved, None)
        if change.parked:
            rows[change.parked_key] = (change.parked, None)
        if change.parked_account:
            self.profiles.accounts[change.parked_account.account.id] = change.parked_account
        return True

    def forget_name(self, username: str, account_id: str, key: HistoryKey) -> int:
        name = self.load_name(username)
        if name is None or name.account_id != account_id:
            return 0
        if name.is_history_key and key != username:
            self.profiles.names[username] = NameRecord(
                username=username, account_id=None, named_at=name.named_at, is_history_key=True
            )
        else:
            del self.profiles.names[username]
        return 1

    def forget_account(self, account_id: str) -> int:
        return 1 if self.profiles.accounts.pop(account_id, None) else 0

"""Accounts and their usernames: what AccountStore promises."""

from datetime import datetime, timedelta

import pytest
from creator_search.domain.accounts import Account, AccountRecord, HistoryKey
from creator_search.domain.documents import DocumentName, document
from creator_search.domain.errors import BuildInProgress, LeaseLost, ProfileErased
from creator_search.domain.identity import name_change
from creator_search.services.accounts import AccountRegistry
from creator_search.services.ports import AccountStore

from tests.fakes import START, stored_profile
from tests.ports.conftest import Ports

LATER = START + timedelta(hours=1)


@pytest.fixture
def accounts(ports: Ports) -> AccountStore:
    return ports.container.account_store


@pytest.fixture
def registry(ports: Ports) -> AccountRegistry:
    return ports.container.account_registry


def store(ports: Ports, username: str, account_id: str, at: datetime = START) -> None:
    """The profile of a build, with a document."""
    holder = ports.container.account_registry.assign(username, account_id, at)
    profile = stored_profile(username, account=holder.account, history_key=holder.history_key, refresh_due_at=START)
    ports.container.profile_store.save_profile(profile, fence=1, over=None)
    body = document(DocumentName.PROFILE, "{}", START, START, "0%")
    ports.container.document_store.save_document(username, DocumentName.PROFILE, body)


def test_a_new_account_uses_its_username_as_history_key(registry: AccountRegistry, accounts: AccountStore) -> None:
    holder = registry.assign("ada", "7", START)
    assert (holder.account, holder.history_key) == (Account(id="7", first_seen_at=START), "ada")
    assert accounts.load_account("7") == AccountRecord(
        account=Account(id="7", first_seen_at=START), history_key=HistoryKey("ada"), username="ada", named_at=START
    )
    name = accounts.load_name("ada")
    assert name and (name.account_id, name.is_history_key) == ("7", True)
    assert accounts.load_account("8") is None and accounts.load_name("ben") is None


def test_a_profile_moves_with_its_account(ports: Ports, registry: AccountRegistry) -> None:
    store(ports, "ada", "7")
    holder = registry.assign("ben", "7", LATER)
    parts = ports.container
    moved = parts.profile_store.load_profile("ben")
    assert moved and moved.account == Account(id="7", former_usernames=("ada",), first_seen_at=START)
    assert (moved.history_key, holder.history_key, holder.has_profile) == ("ada", "ada", True)
    assert parts.profile_store.load_profile("ada") is None
    assert parts.document_store.load_document("ada", DocumentName.PROFILE) is None
    found = registry.find_moved("ada")
    assert found and (found.new_username, found.named_at) == ("ben", LATER)


def test_a_profile_is_kept_under_its_id_when_another_account_gets_its_username(
    ports: Ports, registry: AccountRegistry
) -> None:
    store(ports, "ada", "7")
    assert registry.assign("ada", "8", LATER).history_key == "id-8"
    parts = ports.container
    assert parts.profile_store.load_profile("ada") is None
    kept = parts.profile_store.load_profile("id-7")
    assert kept and (kept.username, kept.history_key, kept.holds_username) == ("ada", "ada", False)
    assert parts.document_store.load_document("ada", DocumentName.PROFILE) is None
    assert registry.find_moved("ada") is None
    assert registry.assign("ada", "7", LATER).has_profile
    again = parts.profile_store.load_profile("ada")
    assert again and again.holds_username and parts.profile_store.load_profile("id-7") is None


def test_a_profile_is_not_deleted_as_that_of_another_account(ports: Ports, registry: AccountRegistry) -> None:
    store(ports, "ada", "7")
    for other in ("8", None):
        assert ports.container.profile_store.delete_profile("ada", other) == 0
    assert ports.container.profile_store.delete_profile("ada", "7") == 2


def test_accounts_can_swap_usernames(ports: Ports, registry: AccountRegistry) -> None:
    store(ports, "ada", "7")
    store(ports, "ben", "8")
    registry.assign("ada", "8", LATER)
    registry.assign("ben", "7", LATER)
    for username, account_id, key in (("ada", "8", "ben"), ("ben", "7", "ada")):
        found = ports.container.profile_store.load_profile(username)
        assert found and found.account and (found.account.id, found.history_key) == (account_id, key)


def test_an_account_without_a_profile_loses_its_username_too(
    ports: Ports, registry: AccountRegistry, accounts: AccountStore
) -> None:
    registry.assign("ada", "7", START)  # its profile is not stored, because the build failed
    store(ports, "ada", "8", LATER)
    lost = accounts.load_account("7")
    assert lost and (lost.username, lost.account.former_usernames, lost.history_key) == (None, ("ada",), "ada")
    holder = registry.assign("ben", "7", LATER)
    assert (holder.history_key, holder.has_profile) == ("ada", False)
    parts = ports.container
    kept = parts.profile_store.load_profile("ada")
    assert kept and kept.account and (kept.account.id, kept.history_key) == ("8", "id-8")
    assert parts.profile_store.load_profile("ben") is None


def test_a_profile_that_is_not_listed_under_its_username_is_not_refreshed(
    ports: Ports, registry: AccountRegistry
) -> None:
    store(ports, "ada", "7")
    profiles = ports.container.profile_store
    assert profiles.refreshes_due(START, LATER, 10) == ["ada"]
    registry.assign("ada", "8", LATER)
    assert profiles.refreshes_due(START, LATER, 10) == []


def test_a_change_computed_from_an_earlier_state_is_refused(ports: Ports, accounts: AccountStore) -> None:
    store(ports, "ada", "7")
    changes = []
    for account_id in ("8", "9"):
        seen = accounts.load_identity("ada", account_id)
        changes.append(name_change(seen, account_id, LATER, None))
    first, second = changes
    assert first and second
    assert accounts.apply(first) is True
    assert accounts.apply(second) is False
    name = accounts.load_name("ada")
    assert name and name.account_id == "8"
    assert accounts.load_account("9") is None


def test_a_profile_that_was_rebuilt_meanwhile_is_not_parked(ports: Ports, accounts: AccountStore) -> None:
    store(ports, "ada", "7")
    seen = accounts.load_identity("ada", "8")
    change = name_change(seen, "8", LATER, None)
    assert seen.profile and change
    rebuilt = stored_profile(account=seen.profile.account, updated_at=LATER)
    ports.container.profile_store.save_profile(rebuilt, fence=2, over=seen.profile)
    assert accounts.apply(change) is False
    assert ports.container.profile_store.load_profile("ada") == rebuilt


def test_an_answer_older_than_the_stored_one_changes_nothing(ports: Ports, registry: AccountRegistry) -> None:
    store(ports, "ada", "7")
    registry.assign("ada", "8", LATER)
    with pytest.raises(BuildInProgress):
        registry.assign("ada", "7", START)


def test_a_worker_cannot_store_a_profile_under_a_username_that_its_account_lost(
    ports: Ports, registry: AccountRegistry
) -> None:
    store(ports, "ada", "7")
    profiles = ports.container.profile_store
    mine = profiles.load_profile("ada")
    assert mine
    registry.assign("ben", "7", LATER)
    with pytest.raises(LeaseLost):
        profiles.save_profile(mine, fence=2, over=mine)
    for username in ("ada", "cleo"):
        with pytest.raises(LeaseLost):
            profiles.save_profile(stored_profile(username, account=mine.account), fence=2, over=None)
        with pytest.raises(LeaseLost):
            profiles.add_profile(stored_profile(username, account=mine.account))
    registry.assign("ada", "8", LATER)
    with pytest.raises(LeaseLost):
        profiles.save_profile(mine, fence=2, over=None)
    with pytest.raises(LeaseLost):
        profiles.add_profile(mine)
    profiles.set_analysis_result(mine, "en", LATER)
    assert profiles.load_profile("ada") is None


def test_the_tombstone_of_an_account_refuses_every_username(ports: Ports, registry: AccountRegistry) -> None:
    ports.container.tombstones.add_tombstone("id-7")
    with pytest.raises(ProfileErased):
        registry.assign("ada", "7", START)
    assert registry.assign("ada", "8", START).history_key == "ada"


def test_the_partition_of_another_history_stays_taken(
    ports: Ports, registry: AccountRegistry, accounts: AccountStore
) -> None:
    store(ports, "ada", "7")
    registry.assign("ada", "8", LATER)
    assert accounts.forget_name("ada", "8", HistoryKey("id-8")) == 1
    name = accounts.load_name("ada")
    assert name and (name.account_id, name.is_history_key) == (None, True)
    assert registry.assign("ada", "9", LATER).history_key == "id-9"


def test_what_is_known_of_an_account_is_forgotten(ports: Ports, accounts: AccountStore) -> None:
    store(ports, "ada", "7")
    ada = HistoryKey("ada")
    assert accounts.forget_name("ada", "8", ada) == 0
    assert accounts.forget_name("ada", "7", ada) == 1
    assert accounts.load_name("ada") is None
    assert accounts.forget_account("7") == 1
    assert accounts.load_account("7") is None

"""Rows of the profiles table from before histories belonged to accounts: a build of two days by commit 23eefdd."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from creator_search.bootstrap import Container
from creator_search.catalogue import Table
from creator_search.config import resource_name
from creator_search.domain.documents import DocumentName
from creator_search.domain.post_queries import PostQuery
from creator_search.domain.profile_types import ProfileType
from creator_search.services.pipeline.write import BuiltProfile

from tests.fakes import START, FakeClock, fetched_profile, post

ROWS = json.loads((Path(__file__).parents[1] / "data/rows_before_accounts.json").read_text(encoding="utf-8"))
LATER = START + timedelta(days=3)
CODES = ["Cx0", "Cx1", "Cx2", "Cx3"]


@pytest.fixture
def parts(aws: dict[str, str]) -> Container:
    made = Container.for_tests(clock=FakeClock())
    for item in ROWS:
        made.dynamodb.put_item(TableName=resource_name(Table.PROFILES), Item=item)
    return made


def codes(parts: Container, username: str) -> list[str]:
    return [found.shortcode for found in parts.post_store.load_first_page(username, PostQuery(), 10).posts]


def followers(parts: Container, username: str) -> list[int]:
    profile = parts.profile_store.load_profile(username)
    assert profile
    return [day.followers for day in parts.profile_store.load_snapshots(profile.history_key, date(2026, 1, 1))]


def test_a_creator_without_an_account_is_read(parts: Container) -> None:
    profile = parts.profile_store.load_profile("ada")
    assert profile and (profile.account, profile.history_key, profile.holds_username) == (None, "ada", True)
    assert (codes(parts, "ada"), followers(parts, "ada")) == (CODES, [1000, 1010])
    assert parts.document_store.load_document("ada", DocumentName.PROFILE)
    assert parts.account_store.load_name("ada") is None
    assert parts.post_history_store.load_points(profile.history_key, START - timedelta(days=30)) == {}


def test_a_build_gives_the_creator_the_first_id_that_is_seen(parts: Container) -> None:
    before = parts.profile_store.load_profile("ada")
    holder = parts.account_registry.assign("ada", "7", LATER)
    assert before and (holder.history_key, holder.has_profile) == ("ada", True)
    fetched = fetched_profile("ada", account_id="7", followers=1020, posts=(post("Cx4"),))
    built = BuiltProfile(fetched=fetched, holder=holder, profile_type=ProfileType.PRIMARY, posts=(post("Cx4"),))
    parts.profile_writer.replace(built, fence=9, checkpoint=lambda: None)
    stored = parts.profile_store.load_profile("ada")
    assert stored and stored.account and stored.account.id == "7"
    assert (stored.account.first_seen_at, stored.created_at) == (before.created_at, before.created_at)
    assert set(codes(parts, "ada")) == {*CODES, "Cx4"}
    assert followers(parts, "ada") == [1020, 1010]


def test_a_creator_that_is_renamed_keeps_what_was_stored_before(parts: Container) -> None:
    parts.account_registry.assign("ada", "7", LATER)
    parts.account_registry.assign("ben", "7", LATER + timedelta(hours=1))
    assert (codes(parts, "ben"), followers(parts, "ben")) == (CODES, [1000, 1010])
    assert parts.profile_store.load_profile("ada") is None
    assert parts.document_store.load_document("ada", DocumentName.PROFILE) is None


def test_a_creator_without_an_id_is_kept_apart_from_a_known_account(parts: Container) -> None:
    parts.account_registry.assign("ben", "7", LATER)
    holder = parts.account_registry.assign("ada", "7", LATER + timedelta(hours=1))
    assert (holder.history_key, holder.has_profile) == ("ben", False)
    kept = parts.profile_store.load_profile("unidentified-ada")
    assert kept and (kept.username, kept.history_key, kept.holds_username) == ("ada", "ada", False)
    assert parts.account_registry.assign("ada", "8", LATER + timedelta(hours=2)).history_key == "id-8"

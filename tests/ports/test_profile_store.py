"""ProfileStore: profiles."""

from dataclasses import replace
from datetime import timedelta

import pytest
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.analytics.engagement import Engagement
from creator_search.domain.analytics.growth import Snapshot
from creator_search.domain.contacts import Contact, ContactSource
from creator_search.domain.documents import DocumentName, document
from creator_search.domain.errors import LeaseLost
from creator_search.domain.images import Image
from creator_search.domain.links import Link
from creator_search.domain.profile_types import ProfileType
from creator_search.domain.profiles import Profile
from creator_search.services.ports import ProfileStore

from tests.fakes import START, post, stored_profile
from tests.fakes.values import erased
from tests.ports.conftest import Ports

LATER = START + timedelta(days=7)
FULL = stored_profile(
    full_name="Ada Lopez 🌲",
    biography="Forests\nand birds",
    following=0,
    posts_count=8,
    is_verified=True,
    is_business=True,
    category="Nature & Outdoors",
    external_url="https://ada.example/",
    is_professional=True,
    contact=Contact("ada@shop.example", ContactSource.BUSINESS),
    links=(Link("https://ada.example/shop", "Shop"), Link("https://ada.example/blog")),
    source_image_url="https://images.test/ada.jpg",
    created_at=START - timedelta(days=3, microseconds=5),
    updated_at=START + timedelta(milliseconds=250),
    posts_stored=8,
    complete_since=START - timedelta(days=20),
    engagement=Engagement(sample_size=6, engagement_rate=4.1389, avg_likes=43.33, median_likes=43.0, notes=("a", "b")),
    image=Image("profiles/ada/profile.jpg", "1a2b3c4d5e6f"),
    language="en",
    notes=("reels: The upstream API is busy",),
    analysis_due_at=LATER,
)
BARE = replace(
    FULL,
    full_name="",
    biography="",
    following=None,
    posts_count=None,
    category=None,
    external_url=None,
    is_professional=None,
    complete_since=None,
    contact=None,
    links=(),
    source_image_url=None,
    is_private=True,
    engagement=Engagement(),
    image=None,
    language=None,
    notes=(),
    analysis_due_at=None,
    profile_type=ProfileType.SECONDARY,
)
PRIMARY = stored_profile()
SECONDARY = stored_profile(profile_type=ProfileType.SECONDARY)


@pytest.fixture
def profiles(ports: Ports) -> ProfileStore:
    return ports.container.profile_store


@pytest.mark.parametrize("profile", [FULL, BARE], ids=["full", "bare"])
def test_a_profile_is_read_as_it_was_saved(profiles: ProfileStore, profile: Profile) -> None:
    profiles.save_profile(profile, fence=1, over=None)
    assert profiles.load_profile("ada") == profile
    profiles.add_profile(replace(profile, username="ben"))
    assert profiles.load_profile("ben") == replace(profile, username="ben")


def test_there_is_no_profile_where_none_was_saved(profiles: ProfileStore) -> None:
    assert profiles.load_profile("nobody") is None


def test_many_profiles_are_read_at_once_without_those_that_are_not_stored(profiles: ProfileStore) -> None:
    for name in ("ada", "ben", "cleo"):
        profiles.save_profile(stored_profile(name), fence=1, over=None)
    found = profiles.load_profiles(["ben", "ada", "nobody", "ben"])
    assert found == {"ada": stored_profile("ada"), "ben": stored_profile("ben")}
    assert profiles.load_profiles([]) == {}


def test_more_than_a_hundred_profiles_can_be_loaded(profiles: ProfileStore) -> None:
    for name in ("n0", "n99", "n100", "n129"):
        profiles.save_profile(stored_profile(name), fence=1, over=None)
    assert set(profiles.load_profiles([f"n{number}" for number in range(130)])) == {"n0", "n99", "n100", "n129"}


@pytest.mark.parametrize("fence", [5, 6])
def test_a_profile_is_replaced_by_a_fence_that_is_not_lower(profiles: ProfileStore, fence: int) -> None:
    profiles.save_profile(PRIMARY, fence=5, over=None)
    profiles.save_profile(FULL, fence=fence, over=None)
    assert profiles.load_profile("ada") == FULL
    with pytest.raises(LeaseLost):
        profiles.save_profile(PRIMARY, fence=fence - 1, over=None)


def test_a_profile_with_a_higher_fence_is_kept(profiles: ProfileStore) -> None:
    profiles.save_profile(FULL, fence=5, over=None)
    with pytest.raises(LeaseLost):
        profiles.save_profile(PRIMARY, fence=4, over=None)
    assert profiles.load_profile("ada") == FULL


def test_updates_of_a_profile_keep_its_fence(profiles: ProfileStore) -> None:
    profiles.save_profile(PRIMARY, fence=5, over=None)
    profiles.set_profile_image(stored_profile("ada"), Image("k", "v"))
    profiles.postpone_analysis("ada", LATER)
    with pytest.raises(LeaseLost):
        profiles.save_profile(PRIMARY, fence=4, over=None)
    profiles.save_profile(PRIMARY, fence=5, over=None)
    assert profiles.load_profile("ada") == PRIMARY


def test_a_primary_profile_never_becomes_secondary(profiles: ProfileStore) -> None:
    profiles.save_profile(SECONDARY, fence=1, over=None)
    profiles.save_profile(SECONDARY, fence=2, over=None)
    profiles.save_profile(PRIMARY, fence=3, over=None)
    with pytest.raises(LeaseLost):
        profiles.save_profile(SECONDARY, fence=9, over=None)
    assert profiles.load_profile("ada") == PRIMARY


@pytest.mark.parametrize("stored", [PRIMARY, SECONDARY], ids=["primary", "secondary"])
def test_a_profile_is_not_added_if_one_is_stored(profiles: ProfileStore, stored: Profile) -> None:
    profiles.save_profile(stored, fence=1, over=None)
    for added in (FULL, stored):
        with pytest.raises(LeaseLost):
            profiles.add_profile(added)
    assert profiles.load_profile("ada") == stored


def test_a_profile_that_was_added_is_not_added_again(profiles: ProfileStore) -> None:
    profiles.add_profile(SECONDARY)
    with pytest.raises(LeaseLost):
        profiles.add_profile(replace(SECONDARY, updated_at=LATER))
    assert profiles.load_profile("ada") == SECONDARY


def test_an_added_profile_that_is_sent_twice_counts_as_added(profiles: ProfileStore) -> None:
    """The response to the first write may have been lost."""
    profiles.add_profile(SECONDARY)
    profiles.add_profile(SECONDARY)
    assert profiles.load_profile("ada") == SECONDARY


def test_an_added_profile_is_replaced_by_any_fence(profiles: ProfileStore) -> None:
    profiles.add_profile(SECONDARY)
    profiles.save_profile(PRIMARY, fence=0, over=None)
    assert profiles.load_profile("ada") == PRIMARY


def test_the_result_of_an_analysis_is_stored(profiles: ProfileStore) -> None:
    profiles.save_profile(PRIMARY, fence=1, over=None)
    profiles.set_analysis_result(stored_profile("ada"), "tr", LATER)
    assert profiles.load_profile("ada") == replace(PRIMARY, language="tr", analysis_due_at=LATER)
    profiles.set_analysis_result(stored_profile("ada"), None, START)
    assert profiles.load_profile("ada") == replace(PRIMARY, language=None, analysis_due_at=START)


def test_a_postponed_analysis_changes_nothing_else(profiles: ProfileStore) -> None:
    profiles.save_profile(FULL, fence=1, over=None)
    profiles.postpone_analysis("ada", LATER + timedelta(days=1))
    assert profiles.load_profile("ada") == replace(FULL, analysis_due_at=LATER + timedelta(days=1))


def test_the_image_of_a_profile_is_stored(profiles: ProfileStore) -> None:
    profiles.save_profile(FULL, fence=1, over=None)
    profiles.set_profile_image(stored_profile("ada"), Image("profiles/ada/profile.jpg", "v2"))
    assert profiles.load_profile("ada") == replace(FULL, image=Image("profiles/ada/profile.jpg", "v2"))


def test_nothing_is_set_on_a_profile_that_is_not_stored(profiles: ProfileStore) -> None:
    profiles.set_analysis_result(stored_profile("ada"), "tr", START)
    profiles.postpone_analysis("ada", START)
    profiles.set_profile_image(stored_profile("ada"), Image("k", "v"))
    assert profiles.load_profile("ada") is None
    assert profiles.analyses_due(LATER, 10) == []
    profiles.add_profile(PRIMARY)


def test_everything_of_a_creator_is_deleted_and_nothing_of_others(ports: Ports) -> None:
    parts = ports.container
    for name in ("ada", "ada2"):
        parts.profile_store.save_profile(stored_profile(name), fence=1, over=None)
        parts.profile_store.save_snapshot(HistoryKey(name), Snapshot(day=START.date(), followers=1), fence=1)
        parts.post_store.save_posts(HistoryKey(name), [post(f"p{number}") for number in range(30)])
        parts.document_store.save_document(
            name, DocumentName.PROFILE, document(DocumentName.PROFILE, "{}", START, START, "0%")
        )
    # The profile, the item of its full name, a snapshot, the posts.
    assert erased(parts.profile_store, "ada") == 2 + 1 + 30
    assert parts.profile_store.load_profile("ada") is None
    assert parts.profile_store.load_snapshots(HistoryKey("ada"), START.date()) == []
    assert parts.post_store.count_posts(HistoryKey("ada")) == 0
    assert erased(parts.profile_store, "ada") == 0
    assert parts.profile_store.load_profile("ada2") == stored_profile("ada2")
    assert parts.post_store.count_posts(HistoryKey("ada2")) == 30


def test_a_creator_who_was_deleted_can_be_stored_again(profiles: ProfileStore) -> None:
    profiles.save_profile(PRIMARY, fence=9, over=None)
    erased(profiles, "ada")
    profiles.save_profile(SECONDARY, fence=1, over=None)
    assert profiles.load_profile("ada") == SECONDARY


def test_a_profile_without_an_account_is_deleted_with_the_account_that_has_the_username(profiles: ProfileStore) -> None:
    profiles.save_profile(PRIMARY, fence=1, over=None)
    assert profiles.delete_profile("ada", "7") == 2

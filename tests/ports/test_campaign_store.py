"""CampaignStore and ListStore: versions, parts, and that callers are apart."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from creator_search.domain.campaigns import Campaign, CampaignCreator, CampaignFields, CampaignPost
from creator_search.domain.lists import CreatorList, ListEntry
from creator_search.domain.owned import Placed, sortable_id
from creator_search.services.ports import CampaignStore, ListStore

from tests.fakes import START
from tests.ports.conftest import Ports

FIELDS = CampaignFields(
    name="Spring",
    brand="Acme",
    starts_on=date(2026, 1, 1),
    ends_on=date(2026, 1, 31),
    budget=Decimal("999999999999.99"),
    currency="EUR",
    hashtags=("läuft",),
    mentions=("acme",),
)


@pytest.fixture
def campaigns(ports: Ports) -> CampaignStore:
    return ports.container.campaign_store


@pytest.fixture
def lists(ports: Ports) -> ListStore:
    return ports.container.list_store


def campaign(number: int = 0, **changes: object) -> Campaign:
    at = START + timedelta(seconds=number)
    made = Campaign(id=sortable_id(at, "x"), version=1, created_at=at, updated_at=at, fields=FIELDS)
    return replace(made, **changes)  # type: ignore[arg-type]


def creators(*names: str) -> Sequence[CampaignCreator]:
    return [CampaignCreator(name, START) for name in names]


def test_a_campaign_is_loaded_as_it_was_created(campaigns: CampaignStore) -> None:
    for made in (campaign(), campaign(1, fields=CampaignFields(name="only a name", budget=Decimal("0.00")))):
        campaigns.create_campaign("alice", made)
        assert campaigns.load_campaign("alice", made.id) == made
    assert campaigns.load_campaign("bob", campaign().id) is None
    assert (campaigns.count_campaigns("alice"), campaigns.count_campaigns("bob")) == (2, 0)


def test_only_the_next_version_of_the_stored_one_replaces_it(campaigns: CampaignStore) -> None:
    first = campaign()
    assert not campaigns.replace_campaign("alice", replace(first, version=2))
    campaigns.create_campaign("alice", first)
    second = replace(first, version=2, fields=CampaignFields(name="second"))
    assert campaigns.replace_campaign("alice", second)
    assert not campaigns.replace_campaign("alice", replace(second, fields=CampaignFields(name="other")))
    assert not campaigns.replace_campaign("bob", replace(first, version=3))
    assert campaigns.load_campaign("alice", first.id) == second


def test_campaigns_are_paged_newest_first_without_those_of_others(campaigns: CampaignStore) -> None:
    made = [campaign(n) for n in range(5)]
    for found in made:
        campaigns.create_campaign("alice", found)
    campaigns.create_campaign("alice2", campaign(9))
    first = campaigns.list_campaigns("alice", 2, None)
    second = campaigns.list_campaigns("alice", 3, first.after)
    assert [*first.rows, *second.rows] == made[::-1] and second.after is None


def test_creators_are_added_once_and_only_to_a_campaign_that_exists(campaigns: CampaignStore) -> None:
    id_ = campaign().id
    assert campaigns.add_creators("alice", id_, creators("ada")) == {"ada": Placed.ABSENT}
    campaigns.create_campaign("alice", campaign())
    assert campaigns.add_creators("alice", id_, creators("ada")) == {"ada": Placed.ADDED}
    many = [f"u{n:03d}" for n in range(120)]
    placed = campaigns.add_creators("alice", id_, creators(*many[:60], "ada", *many[60:]))
    assert placed == {**dict.fromkeys(many, Placed.ADDED), "ada": Placed.KNOWN}
    assert campaigns.add_creators("bob", id_, creators("ben")) == {"ben": Placed.ABSENT}
    for _ in range(2):
        campaigns.remove_creators("alice", id_, ["ada", "nobody"])
    assert [c.username for c in campaigns.list_creators("alice", id_)] == many
    assert campaigns.list_creators("bob", id_) == []


def test_a_post_is_replaced_and_removed(campaigns: CampaignStore) -> None:
    id_, posted = campaign().id, CampaignPost("Abc", "ada", START)
    assert campaigns.put_post("alice", id_, posted) is Placed.ABSENT
    campaigns.create_campaign("alice", campaign())
    other = replace(posted, username="ben")
    assert [campaigns.put_post("alice", id_, p) for p in (posted, other)] == [Placed.ADDED, Placed.KNOWN]
    assert campaigns.list_posts("alice", id_) == [other]
    for _ in range(2):
        campaigns.remove_posts("alice", id_, ["Abc", "none"])
    assert campaigns.list_posts("alice", id_) == []


def test_a_deleted_campaign_leaves_nothing(campaigns: CampaignStore) -> None:
    id_ = campaign().id
    campaigns.create_campaign("alice", campaign())
    campaigns.create_campaign("alice", campaign(1))
    for found in (id_, campaign(1).id):
        campaigns.add_creators("alice", found, creators("ada"))
    campaigns.put_post("alice", id_, CampaignPost("Abc", "ada", START))
    assert not campaigns.delete_campaign("bob", id_, None)
    assert not campaigns.delete_campaign("alice", id_, 2)
    assert campaigns.delete_campaign("alice", id_, 1)
    assert not campaigns.delete_campaign("alice", id_, None)
    assert campaigns.load_campaign("alice", id_) is None
    assert [*campaigns.list_creators("alice", id_), *campaigns.list_posts("alice", id_)] == []
    assert len(campaigns.list_creators("alice", campaign(1).id)) == 1
    assert campaigns.add_creators("alice", id_, creators("ben")) == {"ben": Placed.ABSENT}


def test_a_list_keeps_versions_and_entries(lists: ListStore) -> None:
    made = CreatorList(id=sortable_id(START, "l"), version=1, name="Runners", created_at=START, updated_at=START)
    entry = ListEntry(username="ada", added_at=START, updated_at=START, tags=("fast", "tall"), note="n")
    assert lists.put_entry("alice", made.id, entry) is Placed.ABSENT
    lists.create_list("alice", made)
    assert (lists.load_list("alice", made.id), lists.load_list("bob", made.id)) == (made, None)
    assert lists.list_lists("alice", 10, None).rows == [made] and lists.count_lists("alice") == 1
    renamed = replace(made, version=2, name="Walkers")
    assert lists.replace_list("alice", renamed)
    assert not lists.replace_list("alice", replace(renamed, name="other"))
    bare = ListEntry(username="ada", added_at=START, updated_at=START + timedelta(1))
    assert [lists.put_entry("alice", made.id, e) for e in (entry, bare)] == [Placed.ADDED, Placed.KNOWN]
    assert lists.load_entry("alice", made.id, "ada") == bare
    others = [replace(entry, username=f"u{n}") for n in range(4)]
    assert lists.add_entries("alice", made.id, [entry, *others])["ada"] is Placed.KNOWN
    assert lists.list_entries("alice", made.id) == [bare, *others]
    first = lists.page_entries("alice", made.id, 2, None)
    rest = lists.page_entries("alice", made.id, 3, first.after)
    assert [*first.rows, *rest.rows] == [bare, *others] and rest.after is None
    lists.remove_entries("alice", made.id, ["u0", "nobody"])
    assert lists.load_entry("alice", made.id, "u0") is None
    assert lists.delete_list("alice", made.id, None) and not lists.delete_list("alice", made.id, None)
    assert lists.list_entries("alice", made.id) == []

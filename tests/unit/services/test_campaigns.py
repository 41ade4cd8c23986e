"""Campaigns, lists and reports over fakes: limits, requests of unknown creators, and posts of several creators."""

from datetime import timedelta

import pytest
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.campaign_report import CampaignReport, CreatorState, PostSource
from creator_search.domain.campaigns import MAX_CAMPAIGN_CREATORS, MAX_CAMPAIGN_POSTS, MAX_CAMPAIGNS
from creator_search.domain.errors import Conflict, NotFound, ProfileErased
from creator_search.domain.lists import MAX_ENTRIES, MAX_LISTS
from creator_search.domain.posts import Post
from creator_search.services.campaigns.report import MAX_POSTS_READ

from tests.fakes import START, World
from tests.fakes.values import post, stored_profile

SOON = START + timedelta(seconds=20)


@pytest.fixture
def world() -> World:
    return World()


def store(world: World, username: str, *posts: Post, **changes: object) -> None:
    profile = stored_profile(username, **changes)
    world.profiles.save_profile(profile, 1, None)
    world.posts.save_posts(HistoryKey(username), posts)


def campaign_of(world: World, *usernames: str, **fields: object) -> str:
    campaigns = world.container.campaigns
    id_ = campaigns.create("alice", {"name": "Spring", "hashtags": ["acme"], **fields}).id
    campaigns.add_creators("alice", id_, usernames)
    return id_


def report_of(world: World, id_: str) -> CampaignReport:
    return world.container.campaign_reporter.report("alice", id_, SOON)[1]


def states(report: CampaignReport) -> dict[str, CreatorState]:
    return {row.username: row.state for row in report.creators}


def test_a_caller_has_a_limited_number_of_campaigns_and_lists(world: World) -> None:
    for _ in range(MAX_CAMPAIGNS):
        world.container.campaigns.create("alice", {"name": "Spring"})
    with pytest.raises(Conflict, match="at most 1000 campaigns"):
        world.container.campaigns.create("alice", {"name": "Spring"})
    world.container.campaigns.create("bob", {"name": "Spring"})
    for _ in range(MAX_LISTS):
        world.container.creator_lists.create("alice", "Runners")
    with pytest.raises(Conflict, match="at most 200 lists"):
        world.container.creator_lists.create("alice", "Runners")


def test_a_campaign_has_a_limited_number_of_creators_and_posts(world: World) -> None:
    campaigns = world.container.campaigns
    names = [f"u{n}" for n in range(MAX_CAMPAIGN_CREATORS)]
    id_ = campaign_of(world, *names)
    with pytest.raises(Conflict, match="at most 200 creators"):
        campaigns.add_creators("alice", id_, ["one.more"])
    campaigns.add_creators("alice", id_, names)
    for number in range(MAX_CAMPAIGN_POSTS):
        campaigns.put_post("alice", id_, f"p{number}", "ada")
    with pytest.raises(Conflict, match="at most 500 posts"):
        campaigns.put_post("alice", id_, "more", "ada")
    campaigns.put_post("alice", id_, "p1", "ben")


def test_a_list_that_would_have_too_many_entries_is_left_as_it_was(world: World) -> None:
    lists = world.container.creator_lists
    id_ = lists.create("alice", "Runners").id
    full = "\n".join(f"u{n}" for n in range(MAX_ENTRIES)).encode()
    assert lists.import_file("alice", id_, full, SOON).added == MAX_ENTRIES
    with pytest.raises(Conflict, match="it would have 1001"):
        lists.import_file("alice", id_, b"one.more\nu1", SOON)
    with pytest.raises(Conflict, match="at most 1000 creators"):
        lists.put_entry("alice", id_, "one.more", [], None)
    assert len(lists.read_all("alice", id_)[1]) == MAX_ENTRIES
    assert lists.import_file("alice", id_, full, SOON).known == MAX_ENTRIES


def test_an_import_requests_unknown_creators_once_and_not_those_that_do_not_exist(world: World) -> None:
    store(world, "ada")
    world.absences.remember_absence("ghost", timedelta(hours=1))
    world.tombstones.add_tombstone("erased")
    lists = world.container.creator_lists
    id_ = lists.create("alice", "Runners").id
    for _ in range(2):
        found = lists.import_file("alice", id_, b"ada\nghost\nerased\nben", SOON)
        assert (found.requested, found.not_requested) == (1, 2)
    assert set(world.jobs.rows) == {"ben"}


def test_an_import_adds_no_erased_creator_and_counts_none_as_known(world: World) -> None:
    world.tombstones.add_tombstone("erased")
    lists = world.container.creator_lists
    id_ = lists.create("alice", "Runners").id
    found = lists.import_file("alice", id_, b"username,note\nada,\nerased,met in June", SOON)
    assert (found.added, found.known, found.not_requested) == (1, 0, 1)
    assert [entry.username for entry in lists.read_all("alice", id_)[1]] == ["ada"]


def test_an_import_after_its_deadline_adds_and_requests_nothing(world: World) -> None:
    lists = world.container.creator_lists
    id_ = lists.create("alice", "Runners").id
    found = lists.import_file("alice", id_, b"ada\nben", START)
    assert (found.added, found.requested, found.not_requested) == (2, 0, 2)


def test_a_report_says_what_it_had_no_time_to_read(world: World) -> None:
    store(world, "ada", post("a", caption="#acme"))
    id_ = campaign_of(world, "ada", "ben")
    _, report = world.container.campaign_reporter.report("alice", id_, START)
    assert states(report) == {"ada": CreatorState.NOT_READ, "ben": CreatorState.NOT_REQUESTED}
    assert report.posts == () and report.totals.likes is None
    assert any("no time" in note for note in report.notes)


def test_a_report_examines_a_limited_number_of_posts_of_a_creator(world: World) -> None:
    many = [post(f"p{n}", caption="#acme", taken_at=START - timedelta(hours=n)) for n in range(MAX_POSTS_READ + 1)]
    store(world, "ada", *many)
    report = report_of(world, campaign_of(world, "ada"))
    assert len(report.posts) == MAX_POSTS_READ
    assert "posts: only the newest ones were examined, creators with more: 1" in report.notes


def test_a_post_of_two_creators_counts_once(world: World) -> None:
    shared = post("a", caption="#acme", likes=10, comments=2)
    store(world, "ada", shared)
    store(world, "ben", shared)
    id_ = campaign_of(world, "ada", "ben")
    report = report_of(world, id_)
    assert [(p.username, p.source) for p in report.posts] == [("ada", PostSource.MATCHED)]
    world.container.campaigns.put_post("alice", id_, "a", "ben")
    report = report_of(world, id_)
    assert [(p.username, p.source) for p in report.posts] == [("ben", PostSource.MANUAL)]
    assert (report.totals.posts, report.totals.engagement) == (1, 12)


def test_a_creator_only_of_a_post_by_hand_has_no_matched_posts(world: World) -> None:
    store(world, "ada", post("a", caption="#acme"), post("b", caption="#acme"))
    id_ = campaign_of(world)
    world.container.campaigns.put_post("alice", id_, "b", "ada")
    world.container.campaigns.put_post("alice", id_, "gone", "ada")
    report = report_of(world, id_)
    assert [(p.post.shortcode, p.source) for p in report.posts] == [("b", PostSource.MANUAL)]
    assert any(note.startswith("posts: 1 added by hand left out: not stored") for note in report.notes)


def test_private_and_erased_creators_show_nothing(world: World) -> None:
    store(world, "secret", post("a", caption="#acme", likes=5), is_private=True)
    world.tombstones.add_tombstone("erased")
    report = report_of(world, campaign_of(world, "secret", "erased"))
    assert states(report) == {"secret": CreatorState.PRIVATE, "erased": CreatorState.ERASED}
    assert report.posts == () and world.jobs.rows == {}


@pytest.mark.parametrize(
    ("field", "tag", "caption", "found"),
    [
        ("hashtags", "#ÜBER", "Wir laufen #über", 1),
        ("hashtags", "acme", "#ACME!", 1),
        ("hashtags", "acme", "#acmes acme", 0),
        ("hashtags", "東京", "#東京 で", 1),
        ("mentions", "acme", "by @ACME.", 1),
        ("mentions", "acme", "mail@acme @acmes", 0),
    ],
)
def test_terms_match_whole_words_without_regard_to_case(
    world: World, field: str, tag: str, caption: str, found: int
) -> None:
    store(world, "ada", post("a", caption=caption))
    report = report_of(world, campaign_of(world, "ada", **{"hashtags": [], field: [tag]}))
    assert len(report.posts) == found


def test_a_tag_or_a_sponsor_of_a_post_is_a_mention(world: World) -> None:
    store(world, "ada", post("a", tagged_users=("acme",)), post("b", sponsors=("acme",)), post("c"))
    report = report_of(world, campaign_of(world, "ada", hashtags=None, mentions=["acme"]))
    assert {p.post.shortcode for p in report.posts} == {"a", "b"}


def test_an_id_that_is_none_reaches_no_store(world: World) -> None:
    for wrong in ("", "x", "0" * 12, "0" * 12 + "-A#", "0" * 12 + "-" + "a" * 65):
        with pytest.raises(NotFound, match="The campaign does not exist"):
            world.container.campaigns.read("alice", wrong)


def test_an_erased_creator_is_not_added_again(world: World) -> None:
    id_, lists = campaign_of(world), world.container.creator_lists
    list_id = lists.create("alice", "people").id
    world.container.tombstones.add_tombstone("zoe")
    with pytest.raises(ProfileErased):
        world.container.campaigns.add_creator("alice", id_, "zoe")
    with pytest.raises(ProfileErased):
        world.container.campaigns.put_post("alice", id_, "P1", "zoe")
    with pytest.raises(ProfileErased):
        lists.put_entry("alice", list_id, "zoe", [], None)
    parts = world.container.campaigns.read_parts("alice", id_)
    assert (parts.creators, parts.posts, lists.read_all("alice", list_id)[1]) == ([], [], [])

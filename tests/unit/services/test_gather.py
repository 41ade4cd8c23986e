"""Posts of the profile's answer, of the posts endpoint and of the reels endpoint, as one list."""

from datetime import timedelta
from typing import Any

import pytest
from creator_search.config import Config
from creator_search.domain.errors import ProfileNotFound
from creator_search.domain.fetched_posts import FetchedPosts
from creator_search.domain.jobs import JobMessage, Priority
from creator_search.domain.posts import MediaType, Music, ViewsKind
from creator_search.domain.profiles import FetchedProfile, Profile
from creator_search.domain.upstream_errors import UpstreamError
from creator_search.services.pipeline.gather import GatheredPosts, PostGatherer
from creator_search.services.pipeline.process import JobResult

from tests.fakes import START, FakeClock, FakeUpstream, fetched_profile, post
from tests.unit.services.worker import WorkerWorld

DEADLINE = START + timedelta(minutes=2)


def days_ago(days: int) -> FetchedPosts:
    return FetchedPosts((post(f"d{days}", taken_at=START - timedelta(days=days)),))


def gather(fetched: FetchedProfile, posts: object, reels: object, **limits: int) -> GatheredPosts:
    limits = {"posts_limit": 100, "reels_limit": 100} | limits
    return PostGatherer(FakeUpstream([posts]), FakeUpstream([reels]), FakeClock(), **limits).gather(fetched, DEADLINE)


def test_a_post_of_all_three_answers_is_merged_field_by_field() -> None:
    page = post("a", media_type=MediaType.VIDEO, views=10, views_kind=ViewsKind.VIEWS, likes=None, comments=1)
    listed = post("a", media_type=MediaType.VIDEO, caption="Hello", likes=5, comments=2, tagged_users=("ben",))
    reel = post("a", views=25, views_kind=ViewsKind.PLAYS, likes=6, comments=None, music=Music(title="Song"))
    [merged] = gather(fetched_profile(posts=(page,)), (listed,), (reel,)).posts
    assert (merged.media_type, merged.caption, merged.likes, merged.comments) == (MediaType.REEL, "Hello", 6, 2)
    assert (merged.views, merged.views_kind) == (25, ViewsKind.PLAYS)
    assert (merged.tagged_users, merged.music) == (("ben",), Music(title="Song"))


def test_the_posts_are_complete_back_to_the_earliest_end_of_a_list() -> None:
    page, listed = START - timedelta(days=5), START - timedelta(days=50)
    fetched = fetched_profile(posts=days_ago(5).posts, complete_since=page)
    further = FetchedPosts(days_ago(50).posts, complete_since=listed)
    reels = days_ago(200)
    assert gather(fetched, further, reels).complete_since == listed
    assert gather(fetched, UpstreamError(), reels).complete_since == page
    assert gather(fetched_profile(), further, reels).complete_since == listed
    assert gather(fetched_profile(), UpstreamError(), reels).complete_since is None


@pytest.mark.parametrize("error", [UpstreamError(), ProfileNotFound("ada")])
def test_an_endpoint_that_fails_costs_only_its_own_posts_and_is_noted(error: Exception) -> None:
    fetched = fetched_profile(posts=days_ago(1).posts)
    without_posts = gather(fetched, error, days_ago(3))
    assert [p.shortcode for p in without_posts.posts] == ["d1", "d3"]
    assert [note.split(":")[0] for note in without_posts.notes] == ["posts"]
    without_reels = gather(fetched, days_ago(2), error)
    assert [p.shortcode for p in without_reels.posts] == ["d1", "d2"]
    assert [note.split(":")[0] for note in without_reels.notes] == ["reels"]


def test_what_was_left_out_and_which_pages_failed_is_noted() -> None:
    posts = FetchedPosts(days_ago(1).posts, failure="The upstream API is busy")
    reels = FetchedPosts(foreign=frozenset({"x", "y"}))
    expected = ("posts: The upstream API is busy, after 1", "reels: 2 name another owner, left out")
    assert gather(fetched_profile(), posts, reels).notes == expected


def test_nothing_of_a_private_account_is_asked_for_or_kept() -> None:
    found = gather(fetched_profile(is_private=True, posts=days_ago(1).posts), AssertionError(), AssertionError())
    assert (found.posts, found.complete_since, found.notes) == ((), None, ("posts: the profile is private",))


def test_an_endpoint_with_a_limit_of_0_is_not_called() -> None:
    found = gather(fetched_profile(), AssertionError(), AssertionError(), posts_limit=0, reels_limit=0)
    assert (found.posts, found.notes) == ((), ())


def test_the_settings_allow_no_more_posts_than_are_stored() -> None:
    listed = tuple(post(f"p{n}", taken_at=START - timedelta(hours=n)) for n in range(400))
    reels = tuple(post(f"r{n}", taken_at=START - timedelta(days=20, hours=n)) for n in range(400))
    largest = Config(posts_per_creator=400, reels_per_creator=400)
    found = gather(
        fetched_profile(),
        listed,
        reels,
        posts_limit=largest.posts_per_creator,
        reels_limit=largest.reels_per_creator,
    )
    assert len(found.posts) == 800


def crawled(world: WorkerWorld) -> Profile:
    """Build a secondary profile."""
    assert world.work(JobMessage("ada"), Priority.LOW) is JobResult.COMPLETED
    stored = world.profiles.load_profile("ada")
    assert stored
    return stored


def test_a_secondary_profile_has_the_first_page_of_the_posts_endpoint_if_its_provider_gives_no_posts() -> None:
    world, since = WorkerWorld(), START - timedelta(days=9)
    world.profile_source.answers = [fetched_profile(source="rapidapi", posts_count=50)]
    world.post_source.answers = [FetchedPosts(days_ago(9).posts, complete_since=since)]
    stored = crawled(world)
    assert (stored.source, stored.posts_stored, stored.complete_since) == ("rapidapi", 1, since)
    assert world.reel_source.calls == []


@pytest.mark.parametrize("changes", [{"posts": days_ago(1).posts}, {"posts_count": 0}, {"is_private": True}])
def test_a_secondary_profile_asks_for_no_posts_that_it_has_or_that_there_are_not(changes: dict[str, Any]) -> None:
    world = WorkerWorld()
    world.profile_source.answers = [fetched_profile(**changes)]
    crawled(world)
    assert world.post_source.calls == []


def test_a_profile_without_posts_of_its_provider_is_not_one_that_has_none() -> None:
    world = WorkerWorld()
    world.profile_source.answers = [fetched_profile(source="rapidapi", posts_count=50)]
    world.post_source.answers = [UpstreamError()]
    stored = crawled(world)
    assert (stored.posts_stored, stored.complete_since) == (0, None)
    assert stored.notes == ("posts: The upstream API is not available",)
    assert stored.engagement.engagement_rate is None and stored.engagement.notes

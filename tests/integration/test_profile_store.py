"""Profiles and posts in DynamoDB over moto: behaviour that depends on real conditional writes."""

from dataclasses import replace
from datetime import timedelta

import pytest
from creator_search.bootstrap.process import process_container
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.analytics.engagement import Engagement
from creator_search.domain.errors import LeaseLost
from creator_search.domain.images import Image
from creator_search.domain.links import Link
from creator_search.domain.posts import MediaType, Post, PostAnalysis
from creator_search.domain.profile_types import ProfileType
from creator_search.domain.profiles import Profile

from tests.fakes import stored_profile
from tests.seeds import NOW

pytestmark = pytest.mark.usefixtures("aws")


def profile(profile_type: ProfileType = ProfileType.PRIMARY) -> Profile:
    return stored_profile(
        links=(Link("https://a.test", "Shop"),),
        category=None,
        profile_type=profile_type,
        created_at=NOW,
        updated_at=NOW,
        posts_stored=1,
        image=Image("profiles/ada/profile.jpg", "v1"),
        engagement=Engagement(sample_size=2, avg_likes=1.5, notes=("some",)),
        notes=("reels: gone",),
    )


def test_a_profile_is_read_as_it_was_saved_and_is_not_replaced_under_a_lower_fence() -> None:
    profiles = process_container().profile_store
    profiles.save_profile(profile(), fence=5, over=None)
    assert profiles.load_profile("ada") == profile()
    with pytest.raises(LeaseLost):
        profiles.save_profile(profile(), fence=4, over=None)
    with pytest.raises(LeaseLost):
        profiles.save_profile(profile(ProfileType.SECONDARY), fence=6, over=None)
    assert process_container().job_store.load_state("ada").has_primary


def test_a_first_profile_never_replaces_a_stored_one() -> None:
    profiles = process_container().profile_store
    first = profile(ProfileType.SECONDARY)
    profiles.add_profile(first)
    with pytest.raises(LeaseLost):
        profiles.add_profile(replace(first, updated_at=NOW + timedelta(days=1)))
    profiles.save_profile(profile(), fence=7, over=None)
    with pytest.raises(LeaseLost):
        profiles.add_profile(first)
    primary = profiles.load_profile("ada")
    assert primary is not None and primary.profile_type is ProfileType.PRIMARY


def test_due_refreshes_are_found_in_all_partitions() -> None:
    profiles = process_container().profile_store
    names = {f"creator{n}" for n in range(40)}
    for name in names:
        profiles.save_profile(stored_profile(name, updated_at=NOW, refresh_due_at=NOW), fence=1, over=None)
    assert set(profiles.refreshes_due(NOW, NOW, 100)) == names
    assert len(profiles.refreshes_due(NOW, NOW, 17)) == 17


def test_creators_whose_captions_are_due_are_found_the_most_overdue_first() -> None:
    profiles = process_container().profile_store
    for name, hours in {"ada": 5, "ben": 1, "cleo": -1, "dora": 3}.items():
        due_at = NOW - timedelta(hours=hours)
        profiles.save_profile(stored_profile(name, updated_at=NOW, analysis_due_at=due_at), fence=1, over=None)
    secondary = stored_profile("emre", profile_type=ProfileType.SECONDARY)
    profiles.save_profile(secondary, fence=1, over=None)
    assert profiles.analyses_due(NOW, 10) == ["ada", "dora", "ben"]
    assert profiles.analyses_due(NOW, 1) == ["ada"] and profiles.analyses_due(NOW, 0) == []
    profiles.postpone_analysis("ada", NOW + timedelta(hours=1))
    profiles.set_analysis_result(stored_profile("dora"), "tr", NOW + timedelta(days=7))
    profiles.postpone_analysis("not.stored", NOW)
    assert profiles.analyses_due(NOW, 10) == ["ben"]
    dora = profiles.load_profile("dora")
    assert dora is not None and (dora.language, dora.analysis_due_at) == ("tr", NOW + timedelta(days=7))
    assert profiles.load_profile("not.stored") is None


def test_posts_without_an_image_are_found_newest_first() -> None:
    store = process_container().post_store
    posts = [
        Post(
            shortcode=f"p{n}",
            media_type=MediaType.REEL,
            taken_at=NOW - timedelta(days=n),
            caption="مرحبا 👋",
            likes=None,
            source_image_url="https://i.test/x.jpg",
        )
        for n in range(40)
    ]
    store.save_posts(HistoryKey("ada"), posts)
    store.set_post_image(HistoryKey("ada"), replace(posts[0], image=Image("k", "v")))
    store.set_post_image(HistoryKey("ada"), replace(posts[1], shortcode="never stored", image=Image("k", "v")))
    assert store.posts_without_image(HistoryKey("ada"), 5) == posts[1:6]


def test_the_analysis_of_a_post_can_be_removed() -> None:
    posts = process_container().post_store
    post = Post(shortcode="p1", media_type=MediaType.IMAGE, taken_at=NOW, caption="hello")
    read = replace(post, analysis=PostAnalysis(engine="rules", version="r", analyzed_at=NOW, language_code="en"))
    posts.save_posts(HistoryKey("ada"), [read])
    assert list(posts.newest_posts(HistoryKey("ada"))) == [read]
    posts.set_post_analysis(HistoryKey("ada"), post)
    assert list(posts.newest_posts(HistoryKey("ada"))) == [post]

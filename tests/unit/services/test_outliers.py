from collections.abc import Sequence
from datetime import timedelta

import pytest
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.analytics.distribution import Distribution
from creator_search.domain.analytics.niches import Niche, NicheMeasurement
from creator_search.domain.outliers import Baseline, Outlier
from creator_search.services.pipeline.write import BuiltProfile

from tests.fakes import START, World, fetched_profile, stored_profile
from tests.fakes.values import HOLDER
from tests.histories import analyzed, reels, refresh

NICHE = Niche(category="travel", language="en", tier="nano")


@pytest.fixture
def world() -> World:
    return World()


def found(world: World) -> list[tuple[Baseline, str, float]]:
    ordered = sorted(world.outliers.items.values(), key=lambda outlier: outlier.item)
    return [(*outlier.item, round(outlier.score.score, 2)) for outlier in ordered]


def test_a_build_records_the_posts_that_do_better_than_usual_at_their_age(world: World) -> None:
    refresh(world.container, reels(START), START, {"ada2": 6, "ada5": 1.6, "ada6": 1.4})
    # The median of the other posts at 48 hours is between their usual views.
    assert [(baseline, code) for baseline, code, _ in found(world)] == [
        (Baseline.CREATOR, "ada2"),
    ]
    [outlier] = world.outliers.items.values()
    assert (outlier.username, outlier.key, outlier.niche) == ("ada", "ada", None)
    assert (outlier.score.views, outlier.score.usual_views, outlier.score.age_hours) == (28_800, 4_800, 48)
    assert outlier.score.sample_size == 6  # the reels that are at least two days old


def test_a_creator_without_a_history_has_no_outliers(world: World) -> None:
    built = BuiltProfile(
        holder=HOLDER,
        fetched=fetched_profile(),
        profile_type=stored_profile().profile_type,
        posts=reels(START, views=9),
        seen=reels(START, views=9),
    )
    world.container.profile_writer.replace(built, 1, checkpoint=lambda: None)
    assert world.outliers.items == {}


def test_a_post_that_no_longer_passes_is_removed_and_others_are_kept(world: World) -> None:
    refresh(world.container, reels(START), START, {"ada1": 4, "ada2": 6})
    assert [code for _, code, _ in found(world)] == ["ada1", "ada2"]
    refresh(world.container, reels(START), START + timedelta(hours=2), {"ada2": 6})
    assert [code for _, code, _ in found(world)] == ["ada2"]


def test_recording_returns_the_outliers_that_were_none_before(world: World) -> None:
    refresh(world.container, reels(START), START, {"ada1": 4, "ada2": 6})
    stored: Sequence[Outlier] = list(world.outliers.items.values())
    world.outliers.change_outliers([], stored[:1])
    recorder = world.container.outlier_recorder
    assert recorder.record(stored[0].key, stored) == stored[:1]
    assert recorder.record(stored[0].key, stored) == []


def test_a_creator_who_became_private_has_no_outliers(world: World) -> None:
    refresh(world.container, reels(START), START, {"ada2": 6})
    built = BuiltProfile(
        holder=HOLDER,
        fetched=fetched_profile(is_private=True),
        profile_type=stored_profile().profile_type,
        posts=(),
        seen=(),
    )
    world.container.profile_writer.replace(built, 2, checkpoint=lambda: None)
    assert world.outliers.items == {}


def test_the_analysis_of_the_captions_is_stored_with_the_outliers(world: World) -> None:
    posts = reels(START, caption="Hiking in the mountains, a wonderful travel day with friends")
    refresh(world.container, posts, START, {"ada2": 6})
    [before] = world.outliers.items.values()
    assert (before.category, before.language) == (None, None)
    world.container.profile_analyzer.analyze("ada", world.clock() + timedelta(minutes=5))
    [after] = world.outliers.items.values()
    analysis = next(p for p in world.posts.newest_posts(HistoryKey("ada")) if p.shortcode == "ada2").analysis
    assert analysis is not None and analysis.language_code == "en" and analysis.content_category
    assert (after.category, after.language) == (analysis.content_category, "en")
    assert after.score == before.score


def test_posts_are_compared_with_the_niche_once_it_is_measured(world: World) -> None:
    posts = analyzed(reels(START), "travel", "en")
    profile = refresh(world.container, posts, START, {"ada2": 6})
    assert profile.figures is not None and profile.figures.niche == NICHE
    assert profile.figures.views.values["reel_plays_48h"] == 4_800
    assert {baseline for baseline, _, _ in found(world)} == {Baseline.CREATOR}

    measured = Distribution.of([800.0] * 30)
    world.benchmarks.save_niche(
        NicheMeasurement(
            niche=NICHE,
            measured_on=START.date(),
            distributions={"reel_plays_24h": measured, "reel_plays_48h": measured},
        )
    )
    refresh(world.container, posts, START, {"ada2": 6})
    niche = [outlier for outlier in world.outliers.items.values() if outlier.baseline is Baseline.NICHE]
    assert sorted((o.score.shortcode, o.score.score, o.niche) for o in niche) == [
        ("ada1", 3, NICHE.key),
        ("ada2", 36, NICHE.key),
    ]
    assert {o.score.sample_size for o in niche} == {30}

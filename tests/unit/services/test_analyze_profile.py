from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from creator_search.domain.documents import DocumentName
from creator_search.domain.errors import GaveUp
from creator_search.domain.profiles import MediaType, Post, PostAnalysis, Sentiment
from creator_search.services.analyze_profile import BATCH, AnalyzeProfile, retry_delay_seconds

from tests.fakes import START, FakeAnalysisCache, FakeClock, FakeStores, FakeTasks, dying_at, stored_profile


@dataclass
class FakeAnalyser:
    clock: FakeClock
    version: str = "v1"
    engine: str = "test"
    answering: str = "test"
    seen: list[str] = field(default_factory=list)
    fails: bool = False

    def supersedes(self, earlier: PostAnalysis) -> bool:
        return earlier.version != self.version

    def read(self, captions: Sequence[str]) -> Sequence[PostAnalysis]:
        if self.fails:
            raise RuntimeError("model broken")
        self.seen += captions
        return [
            PostAnalysis(
                engine=self.answering,
                version=self.version,
                analyzed_at=self.clock(),
                content_category="art",
                sentiment=Sentiment.POSITIVE,
                sentiment_score=0.5,
                language_code="tr",
            )
            for _ in captions
        ]


class World:
    """Ada with 60 posts, two of them with the same caption."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.errors: list[Exception] = []
        self.stores, self.tasks, self.cache = FakeStores(self.clock), FakeTasks(), FakeAnalysisCache()
        self.analyser = FakeAnalyser(self.clock)
        self.analyze = AnalyzeProfile(
            profiles=self.stores.profiles,
            posts=self.stores.posts,
            cache=self.cache,
            analyser=self.analyser,
            write_documents=self.stores.write,
            tasks=self.tasks,
            clock=self.clock,
            batch_seconds=20,
            on_error=lambda _, error: self.errors.append(error),
        )
        posts = [
            Post(
                shortcode=f"p{n}",
                media_type=MediaType.REEL,
                taken_at=START - timedelta(days=n),
                caption=f"caption {n % 59}",
            )
            for n in range(60)
        ]
        self.stores.posts.save("ada", posts)
        self.stores.profiles.save_profile(stored_profile(), 1)

    def run(self, attempt: int = 0, seconds: float = 60) -> tuple[int, bool]:
        done = self.analyze("ada", self.clock() + timedelta(seconds=seconds), attempt)
        return done.posts, done.is_finished

    def due_at(self) -> datetime | None:
        stored = self.stores.profiles.profile("ada")
        assert stored is not None
        return stored.analysis_due_at

    def is_whole(self) -> bool:
        stored = self.stores.profiles.profile("ada")
        document = self.stores.documents.read("ada", DocumentName.INSIGHTS)
        return (
            all(p.analysis for p in self.stores.posts.rows["ada"].values())
            and stored is not None
            and stored.language == "tr"
            and document is not None
            and '"status":"completed"' in document.body
            and document.ai_coverage == "100%"
        )


@pytest.fixture
def world() -> World:
    return World()


def test_every_post_is_read_each_caption_once_and_the_documents_say_so(world: World) -> None:
    assert world.run() == (60, True)
    assert len(world.analyser.seen) == len(set(world.analyser.seen)) == 59
    assert world.is_whole()


def test_what_was_read_within_a_week_is_not_read_again(world: World) -> None:
    world.run()
    assert world.run() == (0, True) and len(world.analyser.seen) == 59
    world.clock.advance(days=7)
    world.cache.rows.clear()  # expired by then
    assert world.run() == (60, True) and len(world.analyser.seen) == 2 * 59


def test_what_another_version_read_is_read_again(world: World) -> None:
    world.run()
    world.analyser.version = "v2"
    assert world.run() == (60, True)


def test_a_caption_known_from_elsewhere_is_not_read_again(world: World) -> None:
    [known] = world.analyser.read(["caption 7"])
    world.cache.save("v1", {"caption 7": known}, timedelta(days=7))
    world.analyser.seen.clear()
    world.run()
    assert "caption 7" not in world.analyser.seen


@pytest.mark.parametrize("step", range(1, 75))
def test_a_crash_between_any_two_writes_leaves_every_post_analysed_once(world: World, step: int) -> None:
    with dying_at(
        step,
        (world.cache, "save"),
        (world.stores.posts, "set_analysis"),
        (world.stores.profiles, "set_reading"),
        (world.stores.documents, "save"),
    ):
        world.run()
    world.run()
    assert world.is_whole()
    # At most the batch whose readings were not kept is read twice.
    assert len(world.analyser.seen) <= 59 + BATCH


def test_work_that_has_no_time_left_goes_on_in_another_message(world: World) -> None:
    assert world.run(seconds=0) == (0, False)
    assert world.tasks.analysis == ["ada"] and world.tasks.analysis_attempts == [(0, 0)]


def test_a_failure_is_tried_three_times_later_and_later_and_then_given_up(world: World) -> None:
    world.analyser.fails = True
    for attempt in range(3):
        assert world.run(attempt) == (0, False)
    assert world.tasks.analysis_attempts == [(1, 120), (2, 240), (3, 480)]
    with pytest.raises(GaveUp, match="4 times"):
        world.run(attempt=3)
    assert [str(error) for error in world.errors] == ["model broken"] * 4
    assert [retry_delay_seconds(n) for n in (1, 2, 3)] == [120, 240, 480]


def test_a_creator_is_due_again_a_week_after_the_oldest_reading(world: World) -> None:
    [known] = world.analyser.read(["caption 7"])
    world.cache.save("v1", {"caption 7": replace(known, analyzed_at=START - timedelta(days=2))}, timedelta(days=7))
    world.run()
    assert world.due_at() == START + timedelta(days=5)


def test_what_another_engine_read_in_place_of_the_right_one_is_due_soon(world: World) -> None:
    world.analyser.answering = "stand-in"
    world.run()
    assert world.due_at() == world.clock() + timedelta(hours=1)
    world.analyser.answering, world.analyser.version = "test", "v2"
    world.run()
    assert world.due_at() == world.clock() + timedelta(days=7)


def test_somebody_whose_analysis_is_given_up_is_due_in_a_week(world: World) -> None:
    world.analyser.fails = True
    with pytest.raises(GaveUp):
        world.run(attempt=3)
    assert world.due_at() == world.clock() + timedelta(days=7)


def test_old_readings_of_posts_that_are_not_among_the_newest_are_forgotten(world: World) -> None:
    world.run()
    newer = [
        Post(shortcode=f"n{n}", media_type=MediaType.REEL, taken_at=START + timedelta(days=n), caption="new")
        for n in range(1, 51)
    ]
    world.stores.posts.save("ada", newer)
    for days, kept in ((29, 110), (1, 100)):
        world.clock.advance(days=days)
        world.run()
        assert sum(p.analysis is not None for p in world.stores.posts.rows["ada"].values()) == kept
    forgotten = [p.shortcode for p in world.stores.posts.rows["ada"].values() if p.analysis is None]
    assert sorted(forgotten) == sorted(f"p{n}" for n in range(50, 60))


def test_somebody_who_is_not_stored_is_no_work(world: World) -> None:
    assert world.analyze("nobody", world.clock() + timedelta(seconds=9)).is_finished
    assert world.analyser.seen == []


def test_a_changed_caption_is_read_anew(world: World) -> None:
    world.run()
    post = world.stores.posts.rows["ada"]["p3"]
    world.stores.posts.rows["ada"]["p3"] = replace(post, caption="new words", analysis=None)
    assert world.run() == (1, True) and world.analyser.seen[-1] == "new words"

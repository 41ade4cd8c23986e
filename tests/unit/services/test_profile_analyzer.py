import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from creator_search.adapters.captions.rules_engine import RulesEngine
from creator_search.config import Config
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.documents import DocumentName
from creator_search.domain.errors import GaveUp
from creator_search.domain.posts import RULES, PostAnalysis, Sentiment
from creator_search.domain.profiles import Profile
from creator_search.services.analysis.analyze import BATCH, AnalysisOutcome, retry_delay_seconds

from tests.fakes import START, FakeClock, World, dying_at, post, stored_profile


@dataclass
class FakeAnalyzer:
    clock: FakeClock
    version: str = "v1"
    engine: str = "onnx"
    answering: str = "onnx"
    """The engine of the analyses, which can be that of the rules in place of the models."""
    seen: list[str] = field(default_factory=list)
    fails: bool = False
    during: Callable[[], object] = lambda: None

    def supersedes(self, earlier: PostAnalysis) -> bool:
        return earlier.version != self.version

    def analyze_captions(self, captions: Sequence[str]) -> Sequence[PostAnalysis]:
        if self.fails:
            raise RuntimeError("model broken")
        self.during()
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

    def analyze_comments(self, texts: Sequence[str]) -> Sequence[PostAnalysis]:
        return self.analyze_captions(texts)


class AnalysisWorld(World):
    """Stores ada with 60 posts, two of them with the same caption."""

    def __init__(self) -> None:
        super().__init__(Config(model_budget_seconds=20))
        self.analyzer = FakeAnalyzer(self.clock)
        self.restart(caption_analyzer=self.analyzer)
        posts = [post(f"p{n}", taken_at=START - timedelta(days=n), caption=f"caption {n % 59}") for n in range(60)]
        self.posts.save_posts(HistoryKey("ada"), posts)
        self.profiles.save_profile(stored_profile(), fence=1, over=None)

    def analyze(self, attempt: int = 0, seconds: float = 60) -> AnalysisOutcome:
        deadline = self.clock() + timedelta(seconds=seconds)
        return self.container.profile_analyzer.analyze("ada", deadline, attempt)

    @property
    def profile(self) -> Profile:
        stored = self.profiles.load_profile("ada")
        assert stored is not None
        return stored

    @property
    def due_at(self) -> datetime | None:
        return self.profile.analysis_due_at

    def is_complete(self) -> bool:
        document = self.documents.load_document("ada", DocumentName.INSIGHTS)
        return (
            all(p.analysis for p in self.posts.rows["ada"].values())
            and self.profile.language == "tr"
            and document is not None
            and '"status":"completed"' in document.body
            and document.ai_coverage == "100%"
        )


ALL = AnalysisOutcome(60, is_finished=True)
NOTHING = AnalysisOutcome(0, is_finished=True)
UNFINISHED = AnalysisOutcome(0, is_finished=False)


@pytest.fixture
def world() -> AnalysisWorld:
    return AnalysisWorld()


def test_every_post_is_analyzed_each_caption_once_and_the_documents_contain_the_result(world: AnalysisWorld) -> None:
    assert world.analyze() == ALL
    assert len(world.analyzer.seen) == len(set(world.analyzer.seen)) == 59
    assert world.is_complete()


def test_an_analysis_by_rules_is_repeated_after_a_week_and_not_before(world: AnalysisWorld) -> None:
    world.analyzer.engine = world.analyzer.answering = RULES
    world.analyze()
    world.clock.advance(days=6, hours=23)
    assert world.analyze() == NOTHING
    assert len(world.analyzer.seen) == 59
    world.clock.advance(hours=1)
    assert world.analyze() == ALL
    assert len(world.analyzer.seen) == 2 * 59


def test_an_analysis_by_models_is_kept_until_the_models_change(world: AnalysisWorld) -> None:
    world.analyze()
    for _ in range(10):
        world.clock.advance(days=40)
        assert world.analyze() == NOTHING
        assert world.due_at == world.clock() + timedelta(days=7)
    assert len(world.analyzer.seen) == 59 and world.is_complete()
    world.analyzer.version = "v2"
    assert world.analyze() == ALL
    assert {p.analysis and p.analysis.version for p in world.posts.rows["ada"].values()} == {"v2"}


def test_an_analysis_by_models_is_kept_after_the_models_were_taken_out_of_use(world: AnalysisWorld) -> None:
    world.analyze()
    world.restart(caption_analyzer=RulesEngine(world.clock))
    world.clock.advance(days=40)
    assert world.analyze() == NOTHING
    assert world.due_at == world.clock() + timedelta(days=7)


def test_a_caption_that_another_version_analyzed_is_analyzed_again(world: AnalysisWorld) -> None:
    world.analyze()
    world.analyzer.version = "v2"
    assert world.analyze() == ALL


def test_a_caption_whose_analysis_is_cached_is_not_analyzed_again(world: AnalysisWorld) -> None:
    [known] = world.analyzer.analyze_captions(["caption 7"])
    world.analyses.save_analyses("v1", {"caption 7": known}, timedelta(days=7))
    world.analyzer.seen.clear()
    assert world.analyze() == ALL
    assert "caption 7" not in world.analyzer.seen


@pytest.mark.parametrize("step", range(1, 71))
def test_a_crash_at_any_write_leaves_every_post_analyzed(world: AnalysisWorld, step: int) -> None:
    with dying_at(
        step,
        (world.analyses, "save_analyses"),
        (world.posts, "set_post_analysis"),
        (world.profiles, "set_analysis_result"),
        (world.documents, "save_document"),
    ):
        world.analyze()
    world.restart()
    world.analyze()
    assert world.is_complete()
    # At most one batch, whose analyses were not stored, is analyzed twice.
    assert len(world.analyzer.seen) <= 59 + BATCH


def test_work_left_at_the_deadline_is_continued_by_another_message(world: AnalysisWorld) -> None:
    assert world.analyze(seconds=0) == UNFINISHED
    assert world.tasks.analyses == [("ada", 0, 0)]


def test_a_failure_is_retried_three_times_with_growing_delays_and_then_given_up(world: AnalysisWorld) -> None:
    world.analyzer.fails = True
    for attempt in range(3):
        assert world.analyze(attempt) == UNFINISHED
    assert world.tasks.analyses == [("ada", 1, 120), ("ada", 2, 240), ("ada", 3, 480)]
    with pytest.raises(GaveUp, match="4 times"):
        world.analyze(attempt=3)
    assert [str(error) for _, error in world.failures.logged] == ["model broken"] * 4
    assert [retry_delay_seconds(n) for n in (1, 2, 3)] == [120, 240, 480]


def test_an_analysis_that_ends_while_a_newer_profile_is_being_stored_is_completed_by_a_retry(
    world: AnalysisWorld,
) -> None:
    world.clock.advance(hours=1)
    newer = replace(world.profile, updated_at=world.clock())
    world.container.document_writer.write_ahead(newer)
    assert world.analyze() == UNFINISHED
    assert world.tasks.analyses == [("ada", 1, 120)]
    assert not world.is_complete()
    world.profiles.save_profile(newer, fence=2, over=None)
    assert world.analyze(attempt=1) == NOTHING
    assert world.is_complete()


def test_a_creator_is_due_again_when_the_oldest_analysis_by_rules_is_a_week_old(world: AnalysisWorld) -> None:
    world.analyzer.engine = world.analyzer.answering = RULES
    [known] = world.analyzer.analyze_captions(["caption 7"])
    earlier = replace(known, analyzed_at=START - timedelta(days=2))
    world.analyses.save_analyses("v1", {"caption 7": earlier}, timedelta(days=7))
    world.analyze()
    assert world.due_at == START + timedelta(days=5)


def test_a_creator_whose_captions_models_analyzed_is_checked_for_newer_models_every_week(world: AnalysisWorld) -> None:
    [known] = world.analyzer.analyze_captions(["caption 7"])
    earlier = replace(known, analyzed_at=START - timedelta(days=2))
    world.analyses.save_analyses("v1", {"caption 7": earlier}, timedelta(days=7))
    world.analyze()
    assert world.due_at == START + timedelta(days=7)


def test_a_creator_whose_captions_rules_analyzed_in_place_of_the_models_is_due_again_in_an_hour(
    world: AnalysisWorld,
) -> None:
    world.analyzer.answering = RULES
    world.analyze()
    assert world.due_at == world.clock() + timedelta(hours=1)
    world.analyzer.answering, world.analyzer.version = "onnx", "v2"
    world.analyze()
    assert world.due_at == world.clock() + timedelta(days=7)


def test_a_cached_analysis_by_rules_is_not_used_when_the_models_are_back(world: AnalysisWorld) -> None:
    by_rules = PostAnalysis(engine=RULES, version="rules", analyzed_at=START)
    world.analyses.save_analyses(world.analyzer.version, {"caption 7": by_rules}, timedelta(days=7))
    world.analyze()
    assert {p.analysis and p.analysis.engine for p in world.posts.rows["ada"].values()} == {"onnx"}


def test_a_creator_whose_analysis_was_given_up_is_due_again_in_a_week(world: AnalysisWorld) -> None:
    world.analyzer.fails = True
    with pytest.raises(GaveUp):
        world.analyze(attempt=3)
    assert world.due_at == world.clock() + timedelta(days=7)


def test_the_posts_that_were_analyzed_before_the_rest_was_given_up_have_their_analyses_in_the_documents(
    world: AnalysisWorld,
) -> None:
    world.analyzer.during = lambda: setattr(world.analyzer, "fails", True)
    with pytest.raises(GaveUp):
        world.analyze(attempt=3)
    document, _ = world.documents.rows["ada", DocumentName.POSTS]
    categories = [shown["ai_content_category"] for shown in json.loads(document.body)["posts"]]
    assert categories == ["art"] * BATCH + [None] * BATCH


def test_analyses_that_are_a_month_old_are_removed_from_posts_that_are_not_among_the_newest(
    world: AnalysisWorld,
) -> None:
    world.analyze()
    newer = [post(f"n{n}", taken_at=START + timedelta(days=n), caption="new") for n in range(1, 51)]
    world.posts.save_posts(HistoryKey("ada"), newer)
    for days, kept in ((29, 110), (1, 100), (40, 100)):
        world.clock.advance(days=days)
        world.analyze()
        assert sum(p.analysis is not None for p in world.posts.rows["ada"].values()) == kept
    removed = [p.shortcode for p in world.posts.rows["ada"].values() if p.analysis is None]
    assert sorted(removed) == sorted(f"p{n}" for n in range(50, 60))
    assert len(world.analyzer.seen) == 59 + 1


def test_a_creator_that_is_not_stored_is_not_analyzed(world: AnalysisWorld) -> None:
    outcome = world.container.profile_analyzer.analyze("unknown", world.clock() + timedelta(seconds=9))
    assert outcome == NOTHING
    assert world.analyzer.seen == []


def test_a_changed_caption_is_analyzed_again(world: AnalysisWorld) -> None:
    world.analyze()
    before = world.posts.rows["ada"]["p3"]
    world.posts.rows["ada"]["p3"] = replace(before, caption="new words", analysis=None)
    assert world.analyze() == AnalysisOutcome(1, is_finished=True)
    assert world.analyzer.seen[-1] == "new words"


def test_a_caption_that_changes_while_it_is_analyzed_does_not_get_the_analysis_of_the_earlier_words(
    world: AnalysisWorld,
) -> None:
    changed = replace(world.posts.rows["ada"]["p3"], caption="new words")
    world.analyzer.during = lambda: world.posts.save_posts(HistoryKey("ada"), [changed])
    world.analyze()
    assert world.posts.rows["ada"]["p3"].analysis is None
    world.analyzer.during = lambda: None
    assert world.analyze() == AnalysisOutcome(1, is_finished=True)
    assert world.analyzer.seen[-1] == "new words" and world.is_complete()


def test_captions_are_counted_by_the_engine_that_analyzed_them_and_cached_ones_are_not(world: AnalysisWorld) -> None:
    world.analyze()
    counted = {name: n for name, n in world.metrics.counts.items() if name.startswith("CaptionsAnalyzed ")}
    assert sum(counted.values()) == world.metrics.counts["CaptionsAnalyzed"] > 0
    before = world.metrics.counts["CaptionsAnalyzed"]
    world.analyze()
    assert world.metrics.counts["CaptionsAnalyzed"] == before

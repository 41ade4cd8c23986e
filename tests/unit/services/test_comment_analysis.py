"""The analysis of stored comments: which are due, and what is stored."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.comments import MAX_COMMENTS, Comment, PostComments
from creator_search.domain.posts import RULES, PostAnalysis, Sentiment
from creator_search.services.analysis.analyze import AnalysisOutcome
from creator_search.services.analysis.comments import BATCH

from tests.fakes import START, World, dying_at, stored_profile
from tests.fakes.values import erased

ADA = HistoryKey("ada")


@dataclass
class FakeAnalyzer:
    """Finds a text with "bad" negative, any other positive."""

    version: str = "v1"
    engine: str = "onnx"
    answering: str = "onnx"
    seen: list[str] = field(default_factory=list)
    during: Callable[[], object] = lambda: None

    def supersedes(self, earlier: PostAnalysis) -> bool:
        return earlier.version != self.version

    def analyze_captions(self, captions: Sequence[str]) -> Sequence[PostAnalysis]:
        raise AssertionError("no caption is due")

    def analyze_comments(self, texts: Sequence[str]) -> Sequence[PostAnalysis]:
        self.during()
        self.seen += texts
        version = self.version if self.answering == self.engine else "rules-9"
        return [
            PostAnalysis(
                engine=self.answering,
                version=version,
                analyzed_at=START,
                sentiment=Sentiment.NEGATIVE if "bad" in text else Sentiment.POSITIVE,
                sentiment_score=-0.5 if "bad" in text else 0.5,
                language_code="en",
            )
            for text in texts
        ]


class CommentsWorld(World):
    """Stores ada with the comments of two posts."""

    def __init__(self) -> None:
        super().__init__()
        self.analyzer = FakeAnalyzer()
        self.restart(caption_analyzer=self.analyzer)
        self.profiles.save_profile(stored_profile(), fence=1, over=None)
        self.store(0, "good", "bad", "good")
        self.store(1, "bad")

    def store(self, number: int, *texts: str, seconds: int = 0) -> None:
        comments = PostComments(
            shortcode=f"p{number}",
            taken_at=START - timedelta(days=number),
            read_at=START + timedelta(seconds=seconds),
            comments=tuple(Comment(text=text) for text in texts),
        )
        self.comments.save_comments(ADA, comments)

    def analyze(self, seconds: float = 300) -> AnalysisOutcome:
        return self.container.profile_analyzer.analyze("ada", self.clock() + timedelta(seconds=seconds))

    @property
    def sentiments(self) -> list[list[str | None]]:
        return [[c.sentiment for c in found.comments] for found in self.comments.load_comments(ADA)]


@pytest.fixture
def world() -> CommentsWorld:
    return CommentsWorld()


def test_stored_comments_are_analyzed_each_text_of_a_post_once(world: CommentsWorld) -> None:
    assert world.analyze() == AnalysisOutcome(0, is_finished=True)
    assert world.analyzer.seen == ["good", "bad", "bad"]
    assert world.sentiments == [["positive", "negative", "positive"], ["negative"]]
    assert world.comments.load_comments(ADA)[0].comments[1] == Comment(
        text="bad", sentiment=Sentiment.NEGATIVE, sentiment_score=-0.5, language_code="en"
    )


def test_analyzed_comments_are_not_analyzed_again_until_the_version_changes(world: CommentsWorld) -> None:
    world.analyze()
    world.analyze()
    assert len(world.analyzer.seen) == 3
    world.analyzer.version = "v2"
    world.analyze()
    assert len(world.analyzer.seen) == 6
    assert {found.analysis_version for found in world.comments.load_comments(ADA)} == {"v2"}


def test_comments_that_rules_analyzed_in_place_of_the_models_are_due_again(world: CommentsWorld) -> None:
    world.analyzer.answering = RULES
    world.analyze()
    assert {found.analysis_version for found in world.comments.load_comments(ADA)} == {"rules-9"}
    world.analyzer.answering = "onnx"
    world.analyze()
    world.analyze()
    assert len(world.analyzer.seen) == 6


def test_comments_that_rules_analyze_because_there_are_no_models_are_not_due_again(world: CommentsWorld) -> None:
    world.analyzer.engine = world.analyzer.answering = RULES
    world.analyze()
    world.analyze()
    assert len(world.analyzer.seen) == 3


def test_work_left_at_the_deadline_is_continued_where_it_ended(world: CommentsWorld) -> None:
    world.store(0, *(f"text {n}" for n in range(MAX_COMMENTS)), seconds=1)
    world.analyzer.during = lambda: world.clock.advance(seconds=100)
    assert world.analyze() == AnalysisOutcome(0, is_finished=False)
    assert world.tasks.analyses == [("ada", 0, 0)]
    done = sum(sentiment is not None for sentiment in world.sentiments[0])
    assert done == len(world.analyzer.seen) == 3 * BATCH
    assert world.analyze() == AnalysisOutcome(0, is_finished=True)
    assert len(world.analyzer.seen) == len(set(world.analyzer.seen)) == MAX_COMMENTS + 1
    assert all(world.sentiments[0]) and all(world.sentiments[1])


def test_an_analysis_of_comments_that_were_read_again_meanwhile_is_not_stored(world: CommentsWorld) -> None:
    world.analyzer.during = lambda: world.store(0, "new", seconds=1)
    world.analyze()
    assert world.sentiments == [[None], ["negative"]]
    world.analyze()
    assert world.sentiments == [["positive"], ["negative"]]


@pytest.mark.parametrize("step", range(1, 6))
def test_a_crash_at_any_write_leaves_every_comment_analyzed(world: CommentsWorld, step: int) -> None:
    with dying_at(
        step,
        (world.comments, "set_comment_analyses"),
        (world.profiles, "set_analysis_result"),
        (world.documents, "save_document"),
    ):
        world.analyze()
    world.restart()
    world.analyze()
    assert world.sentiments == [["positive", "negative", "positive"], ["negative"]]
    assert len(world.analyzer.seen) <= 5


def test_comments_of_an_erased_creator_are_not_stored_again(world: CommentsWorld) -> None:
    def erase() -> None:
        erased(world.profiles, "ada")

    world.analyzer.during = erase
    world.analyze()
    assert world.comments.load_comments(ADA) == []


def test_a_partial_analysis_by_another_version_removes_what_the_earlier_one_found() -> None:
    found = PostAnalysis(engine="onnx", version="v2", analyzed_at=START, sentiment=Sentiment.NEUTRAL)
    before = PostComments(
        shortcode="p",
        taken_at=START,
        read_at=START,
        comments=(Comment(text="a", sentiment=Sentiment.POSITIVE), Comment(text="b", sentiment=Sentiment.POSITIVE)),
        analysis_version="v1",
    )
    after = before.with_analyses({"a": found}, "v2")
    assert [comment.sentiment for comment in after.comments] == [Sentiment.NEUTRAL, None]
    assert after.due_texts("v2") == ["b"] and not after.is_analyzed
    same = replace(before, analysis_version="v2").with_analyses({"a": found}, "v2")
    assert [comment.sentiment for comment in same.comments] == [Sentiment.NEUTRAL, Sentiment.POSITIVE]

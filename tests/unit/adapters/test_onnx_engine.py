from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from creator_search.adapters.breakers import BreakerGuard, NoBreaker
from creator_search.adapters.captions.onnx_classifier import ModelUnusable
from creator_search.adapters.captions.onnx_engine import OnnxEngine, as_tweet
from creator_search.adapters.captions.rules_engine import RulesEngine
from creator_search.catalogue import CAPTION_MODELS
from creator_search.domain.breakers import POLICIES, Dependency, Outcome
from creator_search.domain.captions.calibration import Calibration
from creator_search.domain.errors import ModelsUnavailable
from creator_search.domain.posts import PostAnalysis, Sentiment
from creator_search.services.breakers import Breaker

from tests.fakes import START, FakeBreakerStore, FakeClock, FakeFailures, FakeMetrics

ENGLISH, SPANISH, JAPANESE = "a plain sentence", "una frase sencilla", "ただの文です"
LABELS = {
    "sentiment": ("negative", "neutral", "positive"),
    "sentiment_multilingual": ("negative", "neutral", "positive"),
    "language": ("en", "es", "ja"),
    "category": ("contradiction", "neutral", "entailment"),
}
# Answers with any probability of the multilingual model are right in 7 of 10 cases; the others were not measured.
CALIBRATIONS = {"sentiment_multilingual": Calibration(((0.5, 0.7),))}


@pytest.mark.parametrize(
    ("caption", "expected"),
    [
        ("thanks @ada.lopez_1, see https://a.test/x?y=1 now", "thanks @user, see http now"),
        ("(@ben) @", "(@user) @"),
        ("mail a@b.test", "mail a@b.test"),
        ("no one", "no one"),
    ],
)
def test_mentions_and_urls_are_replaced_by_the_words_that_the_model_was_trained_with(
    caption: str, expected: str
) -> None:
    assert as_tweet(caption) == expected


class FakeClassifier:
    """The English sentiment model finds everything positive, the multilingual one everything negative."""

    hypothesis = "{}"

    def __init__(self, folder: Path) -> None:
        self.name = folder.name
        self.source = f"test/{self.name}"
        self.labels = LABELS[self.name]
        self.manifest = (folder / "manifest.json").read_bytes()
        self.calibration = CALIBRATIONS.get(self.name, Calibration())
        self.before: Callable[[], None] = lambda: None

    def logits(self, texts: Sequence[Any], until: float) -> Any:
        self.before()
        if f"break {self.name}" in texts:
            raise RuntimeError("out of memory")
        likeliest = [self._likeliest(text) for text in texts]
        return np.array([[4.0 * (n == best) for n in range(3)] for best in likeliest]).reshape(-1, 3)

    def _likeliest(self, text: str) -> int:
        if self.name == "language":
            return {SPANISH: 1, JAPANESE: 2, "break sentiment_multilingual": 1}.get(text, 0)
        return {"sentiment": 2, "sentiment_multilingual": 0, "category": 1}[self.name]


class World:
    """The folders of all models; `loads` are the names of the models in the order in which they were loaded."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.is_whole = folder, True
        self.loads: list[str] = []
        self.failures = FakeFailures()
        self.failed_batches: list[None] = []
        self.clock = FakeClock()
        self.breaker: BreakerGuard = NoBreaker()
        self.error_once: Exception | None = None
        self.on_load: Callable[[], object] = lambda: None
        for name in CAPTION_MODELS:
            (folder / name).mkdir(parents=True)
            (folder / name / "manifest.json").write_text(name)
            (folder / name / "model.onnx").write_text("weights")
        self.analyzer = self.start()

    def start(self, *, english_only: bool = False) -> OnnxEngine:
        self.analyzer = OnnxEngine(
            self.folder,
            self._load,  # type: ignore[arg-type]
            RulesEngine(FakeClock()),
            self.failures,
            self.breaker,
            clock=self.clock,
            sleep=self.clock.sleep,
            english_only=english_only,
            score_all=False,
            budget_seconds=60,
            on_failed_captions=lambda: self.failed_batches.append(None),
        )
        return self.analyzer

    def _load(self, folder: Path) -> FakeClassifier:
        self.loads.append(folder.name)
        self.on_load()
        if not self.is_whole:
            raise ModelUnusable("half a file")
        made = FakeClassifier(folder)
        made.before = self._fail_once
        return made

    def _fail_once(self) -> None:
        error, self.error_once = self.error_once, None
        if error:
            raise error

    def remove(self, name: str) -> Callable[[], object]:
        """Remove a model; return a function that restores it."""
        away = self.folder.parent / f"{name} away"
        (self.folder / name).rename(away)
        return lambda: away.rename(self.folder / name)

    def analyze(self, caption: str = ENGLISH) -> PostAnalysis:
        [found] = self.analyzer.analyze_captions([caption])
        return found

    def engine(self, caption: str = ENGLISH) -> str:
        return self.analyze(caption).engine


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "models")


@pytest.mark.parametrize(
    ("caption", "language", "model", "sentiment"),
    [
        (ENGLISH, "en", "sentiment", Sentiment.POSITIVE),
        (SPANISH, "es", "sentiment_multilingual", Sentiment.NEGATIVE),
        (JAPANESE, "ja", "sentiment_multilingual", Sentiment.NEGATIVE),
    ],
)
def test_the_language_decides_the_sentiment_model_which_the_analysis_names(
    world: World, caption: str, language: str, model: str, sentiment: Sentiment
) -> None:
    found = world.analyze(caption)
    assert (found.engine, found.language_code, found.sentiment) == ("onnx", language, sentiment)
    assert found.raw["sentiment_by"] == f"test/{model}"
    assert sorted(world.loads) == sorted(["language", "category", model])


@pytest.mark.parametrize(
    ("caption", "by_rules"),
    [
        ("Une longue promenade dans la forêt avec les enfants", None),  # a language that the model does not know
        ("Un largo paseo por el bosque con los niños y el perro", "es"),
        ("Un paseo", None),  # too short to be certain
    ],
)
def test_a_language_of_which_the_rules_are_certain_is_not_asked_of_the_model(
    world: World, caption: str, by_rules: str | None
) -> None:
    found = world.analyze(caption)  # the fake model takes these captions for English
    assert found.language_code == (by_rules or "en")
    assert found.raw["language_by"] == ("rules" if by_rules else "test/language")


def test_confidences_are_those_of_the_calibration_and_null_where_nothing_was_measured(world: World) -> None:
    english, spanish = world.analyze(ENGLISH), world.analyze(SPANISH)
    assert (english.sentiment_confidence, spanish.sentiment_confidence) == (None, 0.7)
    assert english.language_confidence is english.category_confidence is None
    assert english.raw["sentiment"]["positive"] > 0.9 and english.raw["language"]["en"] > 0.9


def test_captions_of_several_languages_are_analyzed_in_one_batch_and_keep_their_order(world: World) -> None:
    found = world.analyzer.analyze_captions([SPANISH, "", ENGLISH, JAPANESE, "#tag", ENGLISH])
    assert [a.raw.get("sentiment_by") for a in found] == [
        "test/sentiment_multilingual",
        None,
        "test/sentiment",
        "test/sentiment_multilingual",
        None,
        "test/sentiment",
    ]
    assert {a.engine for a in found} == {"onnx"}
    assert not [a for a in found if world.analyzer.supersedes(a)]


def test_no_model_is_loaded_to_see_that_nothing_is_superseded(world: World) -> None:
    analyses = world.analyzer.analyze_captions([ENGLISH, SPANISH, "#tag"])
    world.loads.clear()
    restarted = world.start()
    assert not [a for a in analyses if restarted.supersedes(a)]
    assert restarted.version.startswith("onnx-") and world.loads == []


def test_without_the_multilingual_model_rules_analyze_the_captions_that_are_not_english_until_it_is_restored(
    world: World,
) -> None:
    before = world.analyzer.analyze_captions([ENGLISH, SPANISH])
    restore = world.remove("sentiment_multilingual")
    english, spanish = world.analyzer.analyze_captions([ENGLISH, SPANISH])
    assert (english.engine, spanish.engine) == ("onnx", "rules")
    assert not [a for a in (*before, english, spanish) if world.analyzer.supersedes(a)]
    restore()
    assert world.analyzer.supersedes(spanish) and not world.analyzer.supersedes(english)
    assert not [a for a in before if world.analyzer.supersedes(a)]
    assert world.analyze(SPANISH) == before[1]


def test_without_the_english_model_a_caption_is_not_analyzed_again_until_the_model_is_there(world: World) -> None:
    """The rules do not know the language of so short a caption; the model for the language that is missing decides."""
    (world.folder / "sentiment" / "model.onnx").unlink()
    found = world.analyze("gym")
    assert (found.engine, found.language_code) == ("rules", "en")
    assert not world.analyzer.supersedes(found)
    (world.folder / "sentiment" / "model.onnx").write_text("weights")
    assert world.analyzer.supersedes(found)


def test_when_the_multilingual_model_comes_into_use_it_supersedes_only_analyses_of_its_languages(world: World) -> None:
    world.start(english_only=True)
    english, spanish = world.analyzer.analyze_captions([ENGLISH, SPANISH])
    world.start()
    assert world.analyzer.supersedes(spanish) and not world.analyzer.supersedes(english)


def test_with_english_alone_the_rules_determine_the_other_sentiments_and_the_multilingual_model_may_be_absent(
    world: World,
) -> None:
    world.remove("sentiment_multilingual")
    world.start(english_only=True)
    english, spanish = world.analyzer.analyze_captions([ENGLISH, f"{SPANISH} 😍"])
    [by_rules] = RulesEngine(FakeClock()).analyze_captions([f"{SPANISH} 😍"])
    assert english.raw["sentiment_by"] == "test/sentiment"
    assert (spanish.engine, spanish.raw["sentiment_by"]) == ("onnx", "rules")
    assert (spanish.sentiment, spanish.sentiment_score) == (by_rules.sentiment, by_rules.sentiment_score)
    assert spanish.language_code == "es" and spanish.raw["rules"] == by_rules.raw
    assert not world.analyzer.supersedes(spanish) and "sentiment_multilingual" not in world.loads


def test_a_sentiment_model_that_fails_costs_only_the_captions_of_its_languages(world: World) -> None:
    english, spanish = world.analyzer.analyze_captions([ENGLISH, "break sentiment_multilingual"])
    assert (english.engine, spanish.engine) == ("onnx", "rules")
    assert [str(error) for _, error in world.failures.logged] == ["out of memory"]


def test_models_are_loaded_once_for_all_threads(world: World) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: world.engine(), range(32))) == {"onnx"}
    assert sorted(world.loads) == ["category", "language", "sentiment"] and world.failures.logged == []


def test_the_rules_are_used_while_a_model_is_missing_and_their_analyses_are_superseded_afterwards(world: World) -> None:
    world.engine()
    restore = world.remove("language")
    by_rules = world.analyze()
    assert by_rules.engine == "rules" and world.analyzer.engine == "onnx" and len(world.failures.logged) == 1
    assert world.analyzer.version == by_rules.version and not world.analyzer.supersedes(by_rules)
    restore()
    assert world.analyzer.supersedes(by_rules) and world.engine() == "onnx"


def test_a_model_that_cannot_be_loaded_is_tried_again_when_its_files_change_and_not_before(world: World) -> None:
    world.is_whole = False
    assert [world.engine(), world.engine()] == ["rules", "rules"] and sorted(world.loads) == ["category", "language"]
    assert not world.analyzer.supersedes(world.analyze())
    world.is_whole = True
    for name in ("language", "category"):
        (world.folder / name / "model.onnx").write_text("all of the weights")
    assert world.engine() == "onnx" and len(world.loads) == 5


def test_a_model_that_is_removed_while_it_is_loaded_is_tried_again_when_it_is_restored(world: World) -> None:
    restores: list[Callable[[], object]] = []
    world.on_load = lambda: None if restores else restores.append(world.remove("language"))
    assert world.engine() == "rules"
    restores[0]()
    assert world.engine() == "onnx"


@pytest.mark.parametrize("error", [OSError("disk"), ValueError("not JSON"), MemoryError("too large")])
def test_the_rules_are_used_after_any_error_of_loading(world: World, error: Exception) -> None:
    def fail() -> None:
        if world.loads[-1] == "category":
            raise error

    world.on_load = fail
    assert world.engine() == "rules" and [logged for _, logged in world.failures.logged] == [error]


def test_new_models_are_used_without_a_restart(world: World) -> None:
    before = world.analyze()
    (world.folder / "category" / "manifest.json").write_text("newer")
    assert world.analyzer.supersedes(before)
    assert world.analyze().version != before.version and world.loads.count("category") == 2


def test_a_new_multilingual_model_supersedes_no_analysis_of_an_english_caption(world: World) -> None:
    english, spanish = world.analyzer.analyze_captions([ENGLISH, SPANISH])
    (world.folder / "sentiment_multilingual" / "manifest.json").write_text("newer")
    assert [world.analyzer.supersedes(a) for a in (english, spanish)] == [False, True]


def test_the_rules_are_used_for_a_batch_on_which_a_model_fails(world: World) -> None:
    assert world.engine("break language") == "rules" and world.engine() == "onnx"
    assert [str(error) for _, error in world.failures.logged] == ["out of memory"]


def test_a_batch_of_captions_that_the_rules_analyzed_after_a_failure_is_counted(world: World) -> None:
    world.engine()
    world.analyzer.analyze_comments(["break language"])
    assert world.failed_batches == []
    world.analyzer.analyze_captions(["break language", ENGLISH])
    assert len(world.failed_batches) == 1


def test_comments_are_analyzed_without_loading_the_model_of_the_categories(world: World) -> None:
    english, spanish, emoji = world.analyzer.analyze_comments([ENGLISH, SPANISH, "😍"])
    assert world.loads == ["language", "sentiment", "sentiment_multilingual"]
    assert (english.engine, english.language_code, english.sentiment) == ("onnx", "en", Sentiment.POSITIVE)
    assert (spanish.language_code, spanish.sentiment) == ("es", Sentiment.NEGATIVE)
    assert english.content_category is None and emoji.sentiment is Sentiment.POSITIVE
    world.remove("language")
    assert world.start().analyze_comments([ENGLISH])[0].engine == "rules"


def test_models_that_fail_four_times_in_a_row_are_not_asked_while_their_breaker_is_open(world: World) -> None:
    store = FakeBreakerStore()
    breaker = Breaker(
        "ai_models",
        POLICIES[Dependency.AI_MODELS],
        lambda: store,
        clock=world.clock,
        metrics=FakeMetrics(),
        failures=world.failures,
        refusal=lambda left: ModelsUnavailable(retry_in=left),
        outcome=lambda _: Outcome.FAILURE,
        reads_ahead=False,
    )
    world.breaker = breaker
    world.start()
    for _ in range(4):
        assert world.engine("break language") == "rules"
    assert world.engine() == "rules"
    assert isinstance(world.failures.logged[-1][1], ModelsUnavailable)
    world.clock.advance(seconds=120)
    assert world.engine() == "onnx"
    assert world.engine() == "onnx"


@pytest.mark.parametrize(("error", "is_retried"), [(MemoryError(), True), (OSError(), True), (ValueError(), False)])
def test_only_failures_that_can_pass_are_retried_within_the_budget_of_the_batch(
    world: World, error: Exception, is_retried: bool
) -> None:
    world.error_once = error
    assert world.engine() == ("onnx" if is_retried else "rules")
    assert (world.clock() - START).total_seconds() == (2 if is_retried else 0)

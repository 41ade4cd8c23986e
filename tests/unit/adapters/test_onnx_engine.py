from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from creator_search.adapters.captions.onnx_classifier import ModelUnusable, version_of
from creator_search.adapters.captions.onnx_engine import NAMES, OnnxEngine, OnnxOrRules, as_tweet
from creator_search.adapters.captions.rules_engine import RulesEngine
from creator_search.domain.posts import PostAnalysis

from tests.fakes import START, FakeClock, FakeFailures


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


class FakeModels:
    def __init__(self, version: str) -> None:
        self.version = version

    def analyze_captions(self, captions: Sequence[str]) -> Sequence[PostAnalysis]:
        if "break" in captions:
            raise RuntimeError("out of memory")
        return [PostAnalysis(engine="onnx", version=self.version, analyzed_at=START) for _ in captions]


class World:
    """Three folders in the format of models; `loads` counts how often they were loaded."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.loads, self.is_whole = folder, 0, True
        self.failures = FakeFailures()
        self.on_load: Callable[[], object] = lambda: None
        for name in NAMES:
            (folder / name).mkdir(parents=True)
            (folder / name / "manifest.json").write_text(name)
            (folder / name / "model.onnx").write_text("weights")
        rules = RulesEngine(FakeClock())
        self.analyzer = OnnxOrRules(folder, self._load, rules, self.failures)

    def _load(self) -> OnnxEngine:
        self.loads += 1
        self.on_load()
        if not self.is_whole:
            raise ModelUnusable("half a file")
        return FakeModels(version_of(self.folder, NAMES))  # type: ignore[return-value]

    def engine(self, caption: str = "hello") -> str:
        [found] = self.analyzer.analyze_captions([caption])
        return found.engine


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "models")


def test_models_are_loaded_once_for_all_threads(world: World) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: world.engine(), range(32))) == {"onnx"}
    assert world.loads == 1 and world.failures.logged == []


def test_the_rules_are_used_while_a_model_is_missing_and_their_analyses_are_superseded_afterwards(world: World) -> None:
    world.engine()
    (world.folder / "language").rename(world.folder / "away")
    [by_rules] = world.analyzer.analyze_captions(["hello"])
    assert by_rules.engine == "rules" and world.analyzer.engine == "onnx" and len(world.failures.logged) == 1
    assert not world.analyzer.supersedes(by_rules)
    (world.folder / "away").rename(world.folder / "language")
    assert world.analyzer.supersedes(by_rules) and world.engine() == "onnx"


def test_a_model_that_cannot_be_loaded_is_tried_again_when_its_files_change_and_not_before(world: World) -> None:
    world.is_whole = False
    assert [world.engine(), world.engine()] == ["rules", "rules"] and world.loads == 1
    world.is_whole = True
    (world.folder / "sentiment" / "model.onnx").write_text("all of the weights")
    assert world.engine() == "onnx" and world.loads == 2


def test_a_model_that_is_removed_while_it_is_loaded_is_tried_again_when_it_is_restored(world: World) -> None:
    language, away = world.folder / "language", world.folder / "away"
    world.on_load = lambda: language.rename(away)
    assert world.engine() == "rules"
    away.rename(language)
    world.on_load = lambda: None
    assert world.engine() == "onnx"


@pytest.mark.parametrize("error", [OSError("disk"), ValueError("not JSON"), MemoryError("too large")])
def test_the_rules_are_used_after_any_error_of_loading(world: World, error: Exception) -> None:
    def fail() -> None:
        raise error

    world.on_load = fail
    assert world.engine() == "rules" and [logged for _, logged in world.failures.logged] == [error]


def test_new_models_are_used_without_a_restart(world: World) -> None:
    before = world.analyzer.version
    (world.folder / "category" / "manifest.json").write_text("newer")
    assert world.analyzer.version != before and world.loads == 2


def test_the_rules_are_used_for_a_batch_on_which_a_model_fails(world: World) -> None:
    assert world.engine("break") == "rules" and world.engine() == "onnx"
    assert [str(error) for _, error in world.failures.logged] == ["out of memory"]

"""The exported models as served in the container: tiny models, and no torch in the code under test."""

import math
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from creator_search.adapters.breakers import NoBreaker
from creator_search.adapters.captions.onnx_classifier import loader
from creator_search.adapters.captions.onnx_engine import OnnxEngine
from creator_search.adapters.captions.rules_engine import RulesEngine
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import CAPTION_MODELS, FUNCTIONS, Queue
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.captions.zero_shot import ZeroShot
from creator_search.domain.posts import Sentiment
from fastapi.testclient import TestClient

from infra.local.gateway import compose
from infra.local.invocation import handler_of
from tests.fakes import FakeClock, FakeFailures
from tests.local_client import local_client
from tests.model_export import texts
from tests.model_export.conftest import INT8, WITH_TORCH, Examples
from tests.seeds import numbered_post, sqs_event, store_creator

pytestmark = [WITH_TORCH, pytest.mark.filterwarnings("ignore")]
ENGLISH_MODEL = "cardiffnlp/twitter-roberta-base-sentiment-latest"
MULTILINGUAL_MODEL = "cardiffnlp/twitter-xlm-roberta-base-sentiment"
ENGLISH, SPANISH, JAPANESE = "we was happy", "hoy muy feliz lindo", "今日はとても嬉しい最高"


@pytest.fixture
def folder(exported: Path, tmp_path: Path) -> Path:
    """A copy of the int8 models, which a test may modify."""
    shutil.copytree(exported / INT8, tmp_path / "models")
    return tmp_path / "models"


@pytest.fixture
def worker(folder: Path, aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The container's handler with MODEL_DIR set."""
    monkeypatch.setenv("MODEL_DIR", str(folder))
    process_container.cache_clear()
    invoke = handler_of(FUNCTIONS["analyze_posts"])

    def run() -> None:
        assert invoke(sqs_event(Queue.ANALYSIS, '{"username": "ada"}')) == {"batchItemFailures": []}

    yield run
    process_container.cache_clear()


def engine_of(folder: Path, *, score_all: bool = False) -> OnnxEngine:
    return OnnxEngine(
        folder,
        loader(),
        RulesEngine(FakeClock()),
        FakeFailures(),
        NoBreaker(),
        clock=FakeClock(),
        sleep=lambda _: None,
        english_only=False,
        score_all=score_all,
        budget_seconds=60,
    )


def posts_of(api: TestClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get("/api/profile/ada/posts?limit=100").json()["posts"]
    return found


def test_the_models_analyze_captions_correctly_through_the_handler(
    worker: Any, trained: tuple[Path, dict[str, Examples]]
) -> None:
    rng = random.Random(7)
    feelings = [texts.sentiment(rng) for _ in range(30)]
    store_creator(*(numbered_post(n, caption=text) for n, (text, _, _) in enumerate(feelings)))
    worker()
    api = local_client(compose(process_container()), raises=True)
    found = posts_of(api)
    right = [p["ai_sentiment"] == list(texts.SENTIMENT)[feelings[n][2]] for n, p in enumerate(found)]
    assert sum(right) / len(right) >= 0.99
    assert {p["ai_engine"] for p in found} == {"onnx"}
    assert all(-1 <= p["ai_sentiment_score"] <= 1 for p in found)
    assert {p["ai_analysis_raw"]["sentiment_by"] for p in found} == {ENGLISH_MODEL}
    assert set(found[0]["ai_analysis_raw"]) == {"sentiment_by", "sentiment", "category", "language_by", "language"}
    insights = api.get("/api/profile/ada/ai-insights").json()
    assert [e["engine"] for e in insights["engines"]] == ["onnx"] and insights["coverage"]["share"] == 1


def test_spanish_and_japanese_captions_get_their_sentiment_from_the_multilingual_model(worker: Any) -> None:
    rng = random.Random(7)
    drawn = [(code, texts.sentiment_elsewhere(rng, code)) for code in ("es", "ja") for _ in range(15)]
    store_creator(*(numbered_post(n, caption=text) for n, (_, (text, _, _)) in enumerate(drawn)))
    worker()
    api = local_client(compose(process_container()), raises=True)
    found = posts_of(api)
    assert [p["ai_language_code"] for p in found] == [code for code, _ in drawn]
    assert [p["ai_sentiment"] for p in found] == [list(texts.SENTIMENT)[label] for _, (_, _, label) in drawn]
    assert {(p["ai_engine"], p["ai_analysis_raw"]["sentiment_by"]) for p in found} == {("onnx", MULTILINGUAL_MODEL)}


def test_while_the_multilingual_model_is_missing_the_rules_analyze_only_captions_that_are_not_english(
    worker: Any, folder: Path
) -> None:
    api = local_client(compose(process_container()), raises=True)
    captions = (ENGLISH, SPANISH, JAPANESE)
    store_creator(*(numbered_post(n, caption=caption) for n, caption in enumerate(captions)))
    (folder / "sentiment_multilingual").rename(folder.parent / "away")
    worker()
    assert [p["ai_engine"] for p in posts_of(api)] == ["onnx", "rules", "rules"]
    english = posts_of(api)[0]
    (folder.parent / "away").rename(folder / "sentiment_multilingual")
    worker()
    assert [p["ai_engine"] for p in posts_of(api)] == ["onnx", "onnx", "onnx"]
    assert posts_of(api)[0] == english
    engines = api.get("/api/profile/ada/ai-insights").json()["engines"]
    assert sorted((e["engine"], e["posts"]) for e in engines) == [("onnx", 1), ("onnx", 2)]


def test_with_english_alone_the_sentiment_of_other_captions_comes_from_the_rules(
    worker: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SENTIMENT_ENGLISH_ONLY", "true")
    process_container.cache_clear()
    shutil.rmtree(folder / "sentiment_multilingual")
    store_creator(*(numbered_post(n, caption=caption) for n, caption in enumerate((ENGLISH, SPANISH))))
    worker()
    found = posts_of(local_client(compose(process_container()), raises=True))
    assert [p["ai_engine"] for p in found] == ["onnx", "onnx"]
    assert [p["ai_analysis_raw"]["sentiment_by"] for p in found] == [ENGLISH_MODEL, "rules"]
    assert [p["ai_language_code"] for p in found] == ["en", "es"]


def test_while_a_model_is_missing_the_rules_analyze_captions_and_the_models_do_so_again_afterwards(
    worker: Any, folder: Path
) -> None:
    api = local_client(compose(process_container()), raises=True)
    store_creator(numbered_post(1, caption="we was happy"))
    (folder / "language").rename(folder.parent / "away")
    worker()
    assert [p["ai_engine"] for p in posts_of(api)] == ["rules"]
    (folder.parent / "away").rename(folder / "language")
    worker()
    assert [p["ai_engine"] for p in posts_of(api)] == ["onnx"]
    # Removed again: analyses of the models are kept, new captions are analyzed by rules.
    store_creator(numbered_post(1, caption="we was happy"), numbered_post(2, caption="with the pizza"))
    worker()
    (folder / "language").rename(folder.parent / "away")
    process_container().post_store.save_posts(HistoryKey("ada"), [numbered_post(0, caption="my very street")])
    worker()
    assert [p["ai_engine"] for p in posts_of(api)] == ["rules", "onnx", "onnx"]


def test_a_model_that_differs_from_its_manifest_is_not_used(worker: Any, folder: Path) -> None:
    data = bytearray((folder / "sentiment" / "model.onnx").read_bytes())
    data[len(data) // 2] ^= 1
    (folder / "sentiment" / "model.onnx").write_bytes(data)
    store_creator(numbered_post(1, caption="we was happy"))
    worker()
    assert [p["ai_engine"] for p in posts_of(local_client(compose(process_container()), raises=True))] == ["rules"]


def test_a_model_that_is_still_being_copied_is_used_when_it_is_complete(worker: Any, folder: Path) -> None:
    model = folder / "sentiment" / "model.onnx"
    whole = model.read_bytes()
    model.write_bytes(whole[:1000])
    store_creator(numbered_post(1, caption="we was happy"))
    worker()
    assert [p["ai_engine"] for p in posts_of(local_client(compose(process_container()), raises=True))] == ["rules"]
    model.write_bytes(whole)
    worker()
    assert [p["ai_engine"] for p in posts_of(local_client(compose(process_container()), raises=True))] == ["onnx"]


def test_the_rules_analyze_captions_for_which_the_models_are_too_slow(
    worker: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("MODEL_BUDGET_SECONDS", "0.000001")
    process_container.cache_clear()
    store_creator(numbered_post(1, caption="we was happy"))
    worker()
    assert [p["ai_engine"] for p in posts_of(local_client(compose(process_container()), raises=True))] == ["rules"]
    assert "exceeded their time budget" in caplog.text


CLEAR = "we was here #beach #travel"
"""Hashtags count in every language: the small model does not recognise all English."""


def test_categories_are_settled_by_words_by_candidates_or_by_all_scores(folder: Path) -> None:
    pruned = engine_of(folder)
    everything = engine_of(folder, score_all=True)
    words, model = pruned.analyze_captions([CLEAR, "the #football and the #pizza"])
    assert words.content_category == "travel" and words.raw["category"]["settled_by"] == "words"
    assert model.raw["category"]["settled_by"] == "model" and model.raw["category"]["scored"] >= 2
    [scored] = everything.analyze_captions([CLEAR])
    assert scored.raw["category"]["scored"] > 20
    assert sum(scored.raw["category"]["scores"].values()) == pytest.approx(1, abs=0.01)
    assert words.version == scored.version


def test_rounds_choose_the_same_categories_as_scoring_all_of_them(folder: Path) -> None:
    rng = random.Random(11)
    captions = [texts.entailment(rng)[0] for _ in range(200)]
    unknown = [None] * len(captions)  # so that words suggest nothing
    model = loader()(folder / "category")
    rounds = ZeroShot(model, score_all=False).subjects(captions, unknown, math.inf)
    everything = ZeroShot(model, score_all=True).subjects(captions, unknown, math.inf)
    same = [one.name == other.name for one, other in zip(rounds, everything, strict=True)]
    assert sum(same) / len(same) >= 0.99
    assert sum(subject.raw["scored"] for subject in rounds) < 0.8 * sum(s.raw["scored"] for s in everything)


@pytest.mark.parametrize("caption", ["", "😍😍", "#travel #beach", "word " * 12_000])
def test_any_caption_has_a_defined_result(folder: Path, caption: str) -> None:
    [found] = engine_of(folder).analyze_captions([caption])
    assert found.engine == "onnx"
    if caption == "😍😍":
        assert (found.sentiment, found.language_code) == (Sentiment.POSITIVE, None)
    if caption == "":
        assert found.sentiment is None


def test_a_batch_gives_the_same_results_as_single_captions(folder: Path) -> None:
    engine = engine_of(folder)
    rng = random.Random(3)
    captions = [texts.sentiment(rng)[0] for _ in range(40)]
    together = engine.analyze_captions(captions)
    alone = [engine.analyze_captions([caption])[0] for caption in captions]
    assert [t.sentiment for t in together] == [a.sentiment for a in alone]
    assert [t.language_code for t in together] == [a.language_code for a in alone]


def test_every_model_has_its_folder(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == set(CAPTION_MODELS)

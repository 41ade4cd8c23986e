"""The implementations that are compared, each in a process of its own."""

import multiprocessing
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

from creator_search.adapters.breakers import NoBreaker
from creator_search.adapters.captions import onnx_engine
from creator_search.adapters.captions.onnx_classifier import Classifier, loader
from creator_search.adapters.captions.onnx_engine import OnnxEngine
from creator_search.adapters.captions.rules_engine import RulesEngine
from creator_search.catalogue import CAPTION_MODELS
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.captions.taxonomy import CATEGORIES
from creator_search.domain.captions.zero_shot import EntailmentModel, ZeroShot
from creator_search.domain.posts import MediaType, Post, PostAnalysis

from tests.benchmarks.models.texts import AlwaysRight
from tests.fakes import START, FakeClock, World, stored_profile

LABELS = tuple(CATEGORIES)[:20]


class Side:
    """A process that has loaded one implementation and runs it on request."""

    def __init__(self, load: Callable[..., None], *arguments: Any) -> None:
        self._pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
        self.load_seconds, _ = self.run(load, *arguments)

    def __enter__(self) -> "Side":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()

    def run(self, work: Callable[..., Any], *arguments: Any) -> tuple[float, Any]:
        """Return the duration in seconds, and the result."""
        return self._pool.submit(_timed, work, *arguments).result()

    def peak_gb(self) -> float:
        _, kilobytes = self.run(_peak)
        return float(kilobytes) / 1e6


def _timed(work: Callable[..., Any], *arguments: Any) -> tuple[float, Any]:
    start = time.perf_counter()
    found = work(*arguments)
    return time.perf_counter() - start, found


def _peak() -> int:
    """Return the peak memory in kilobytes. getrusage would include the parent of a spawned process."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0])


# The pipelines loaded by this process.
_pipelines: dict[str, Any] = {}
_classifiers: dict[str, Classifier] = {}
_engines: list[OnnxEngine] = []


def load_reference(folder: Path) -> None:
    import transformers

    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    for name, task in (
        ("sentiment", "text-classification"),
        ("language", "text-classification"),
        ("category", "zero-shot-classification"),
    ):
        _pipelines[name] = transformers.pipeline(task, model=str(folder / name), device="cpu")


def read_by_reference(texts: Sequence[str], batch_size: int) -> None:
    """Analyze the texts; a batch size of 1 corresponds to a loop over posts."""
    for some in [list(texts)] if batch_size > 1 else [[text] for text in texts]:
        _pipelines["sentiment"](some, batch_size=batch_size, truncation=True)
        _pipelines["language"](some, batch_size=batch_size, truncation=True)
        _pipelines["category"](some, list(LABELS), batch_size=batch_size)


class NoFailures:
    """Raises any failure, which ends the benchmark."""

    def log_failure(self, message: str, error: Exception, **details: str | int) -> None:
        raise error


def load_worker(folder: Path) -> None:
    clock = FakeClock()

    def always_right(model: EntailmentModel, *, score_all: bool) -> ZeroShot:
        return ZeroShot(AlwaysRight(model), score_all=score_all)

    class RightSubjects(OnnxEngine):
        def analyze_captions(self, captions: Sequence[str]) -> Sequence[PostAnalysis]:
            with mock.patch.object(onnx_engine, "ZeroShot", always_right):
                return super().analyze_captions(captions)

    load = loader()
    loaded = {name: load(folder / name) for name in CAPTION_MODELS}
    engine = RightSubjects(
        folder,
        lambda path: loaded[path.name],
        RulesEngine(clock),
        NoFailures(),
        NoBreaker(),
        clock=clock,
        sleep=clock.sleep,
        english_only=False,
        score_all=False,
        budget_seconds=600,
    )
    _engines.append(engine)


def load_classifiers(folder: Path) -> None:
    pool = ThreadPoolExecutor(os.cpu_count())
    _classifiers.update({name: Classifier(folder / name, pool) for name in CAPTION_MODELS})


def read_every_label(texts: Sequence[str]) -> None:
    _classifiers["sentiment"].logits(texts)
    _classifiers["language"].logits(texts)
    hypotheses = [_classifiers["category"].hypothesis.format(label) for label in LABELS]
    _classifiers["category"].logits([(text, hypothesis) for text in texts for hypothesis in hypotheses])


def read_as_deployed(texts: Sequence[str]) -> list[PostAnalysis]:
    """Run the worker's service: its batches, each distinct caption once; rows are in memory."""
    world = World(caption_analyzer=_engines[0], failures=lambda _: NoFailures())
    times = [START - timedelta(days=n) for n in range(len(texts))]
    posts = [
        Post(shortcode=f"p{n}", media_type=MediaType.IMAGE, taken_at=times[n], caption=text)
        for n, text in enumerate(texts)
    ]
    world.posts.save_posts(HistoryKey("ada"), posts)
    world.profiles.save_profile(stored_profile(), 1, over=None)
    assert world.container.profile_analyzer.analyze("ada", START + timedelta(hours=1)).is_finished
    return [post.analysis for post in world.posts.rows["ada"].values() if post.analysis]

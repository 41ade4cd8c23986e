"""Analysis of captions: the transformers pipelines as in the reference design (fp32, 20 labels), compared with the
exported models as run by the worker, on the same captions, in turns, each in a separate process.

The models have the true sizes and random weights, so nothing is measured about accuracy. Their results are not used:
which captions need all categories scored is decided as if by a model that is always right.
"""

import importlib.util
import multiprocessing
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
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
from rich.console import Console

from tests.fakes import START, FakeClock, World, stored_profile

out = Console(highlight=False, soft_wrap=True)
DATA = Path(__file__).parents[1] / "data"
LABELS = tuple(CATEGORIES)[:20]
BATCH = 16
SETS = {"short": "captions_held_out.tsv", "long": "captions_long.tsv"}
MIX = {"short": 20, "long": 10, "repeated": 5, "without words": 5}
WITHOUT_WORDS = ("😍😍🔥", "🎉", "#travel #sunset #beach #instagood", "❤️❤️", "#ootd #style #fashionblogger")
EVERY_LABEL = {"short": 4, "long": 4}


def run() -> None:
    if importlib.util.find_spec("torch") is None:
        out.print("The models: left out, torch is not installed (pip install torch==2.13.0)")
        return
    with tempfile.TemporaryDirectory() as made:
        originals, exports = prepare(Path(made))
        forget_files(exports)
        with Side(load_worker, exports) as worker:
            out.print(f"Cold load of the exports, imports and hashes included: {worker.load_seconds:.1f} s")
            forget_files(originals)
            with Side(load_reference, originals) as reference:
                out.print(f"Cold load of the pipelines, imports included: {reference.load_seconds:.1f} s")
                as_deployed(reference, worker)
                with Side(load_classifiers, exports) as classifiers:
                    every_label(reference, classifiers)
                out.print(
                    f"Peak memory: {worker.peak_gb():.1f} GB with the exports, "
                    f"{reference.peak_gb():.1f} GB with the pipelines"
                )


def captions(name: str) -> list[str]:
    return [caption for caption, _ in labelled(name)]


def labelled(name: str) -> list[tuple[str, str]]:
    """Return captions with their category."""
    rows = [line.split("\t") for line in (DATA / name).read_text().splitlines()]
    return [(caption, subject) for _, _, subject, caption in rows]


def prepare(folder: Path) -> tuple[Path, Path]:
    """Return the folders of the originals and of their exports."""
    from model_export.export import Original, export
    from model_export.quantise import quantise
    from model_export.specs import load_specs
    from tests.benchmarks import true_size

    texts = [caption for name in (*SETS.values(), "captions.tsv") for caption in captions(name)]
    originals, exports = folder / "originals", folder / "int8"
    for spec in load_specs().values():
        start = time.perf_counter()
        parameters = true_size.make(spec, originals / spec.name, texts)
        export(Original(spec, str(originals / spec.name)), folder / "fp32" / spec.name)
        quantise(folder / "fp32" / spec.name, exports / spec.name)
        sizes = [(place / spec.name / "model.onnx").stat().st_size / 1e6 for place in (folder / "fp32", exports)]
        out.print(
            f"{spec.name}: {parameters / 1e6:.0f} M parameters of random weights, fp32 {sizes[0]:.0f} MB, "
            f"int8 {sizes[1]:.0f} MB, exported in {time.perf_counter() - start:.0f} s"
        )
    return originals, exports


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


class AlwaysRight:
    """Returns logits for the true category, after running the model, if there is one, for its duration."""

    hypothesis = "This example is {}."
    labels = ("contradiction", "neutral", "entailment")

    def __init__(self, model: EntailmentModel | None = None) -> None:
        self._model = model
        self._truth = {caption: subject for name in SETS.values() for caption, subject in labelled(name)}

    def logits(self, texts: Sequence[tuple[str, str]], until: float) -> Any:
        if self._model:
            self._model.logits(texts, until)
        right = [asked == self.hypothesis.format(self._truth[caption]) for caption, asked in texts]
        return np.array([[0.0, 0.0, 4.0 if is_right else -4.0] for is_right in right]).reshape(-1, 3)


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


def forget_files(folder: Path) -> None:
    """Remove the files from the page cache, so that they are next read from disk."""
    for file in (path for path in folder.rglob("*") if path.is_file()):
        with file.open("rb") as opened:
            os.fsync(opened.fileno())
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def every_label(reference: Side, classifiers: Side) -> None:
    """Score the same 20 labels on both sides, without shortcuts."""
    rng = random.Random(1)
    chosen = [caption for kind, name in SETS.items() for caption in rng.sample(captions(name), EVERY_LABEL[kind])]
    classifiers.run(read_every_label, chosen[:1])
    batch = one_by_one = ours = 0.0
    for some in chunks(chosen, 4):
        batch += reference.run(read_by_reference, some, BATCH)[0]
        ours += classifiers.run(read_every_label, some)[0]
        one_by_one += reference.run(read_by_reference, some, 1)[0]
    out.print(f"Every label scored, on {_make_up(EVERY_LABEL)} captions:")
    _print("pipelines, batches of 16, 20 labels", batch, len(chosen))
    _print("pipelines, one by one, 20 labels", one_by_one, len(chosen))
    _print("exports, 20 labels", ours, len(chosen))
    out.print(f"  ratio {batch / ours:.1f} to batches of 16, {one_by_one / ours:.1f} to one by one")


def as_deployed(reference: Side, worker: Side) -> None:
    """Measure with all shortcuts: repeated captions, captions without words, clear words, candidates."""
    rng = random.Random(2)
    drawn = [caption for kind, name in SETS.items() for caption in drawn_like(name, MIX[kind], rng)]
    mix = [*drawn, *rng.sample(drawn, MIX["repeated"]), *WITHOUT_WORDS[: MIX["without words"]]]
    rng.shuffle(mix)
    theirs, ours, rounds = 0.0, 0.0, 0
    readings: list[PostAnalysis] = []
    for some in chunks(mix, BATCH):
        theirs += reference.run(read_by_reference, some, BATCH)[0]
        seconds, readings = worker.run(read_as_deployed, mix)
        ours, rounds = ours + seconds, rounds + 1
    out.print(f"As deployed, on {len(mix)} posts ({_make_up(MIX)}), a make-up that is assumed:")
    _print("pipelines, batches of 16, 20 labels", theirs, len(mix))
    _print("exports behind the worker's service", ours / rounds, len(mix))
    out.print(f"  ratio {theirs / (ours / rounds):.1f}; subjects, of a model always right: {_settled(readings)}")


def drawn_like(name: str, size: int, rng: random.Random) -> list[str]:
    """Return a sample with the same proportions as the whole set: captions decided by words, by five labels, by all."""
    whole = captions(name)
    rng.shuffle(whole)
    languages = [reading.language_code for reading in RulesEngine(FakeClock()).analyze_captions(whole)]
    subjects = ZeroShot(AlwaysRight(), score_all=False).subjects(whole, languages, 0)
    ways = [subject.raw.get("scored", 0) for subject in subjects]
    order = sorted(range(len(whole)), key=lambda n: ways[n])
    # Every k-th caption in the order of their cost.
    return [whole[order[int((n + 0.5) * len(whole) / size)]] for n in range(size)]


def chunks(texts: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (texts[start : start + size] for start in range(0, len(texts), size))


def _make_up(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in counts.items())


def _settled(readings: Sequence[PostAnalysis]) -> str:
    kinds: Counter[str] = Counter()
    for reading in readings:
        found = reading.raw.get("category")
        if found is None:
            kinds["without words"] += 1
        elif found["settled_by"] == "words":
            kinds["settled by words"] += 1
        else:
            kinds[f"{found['scored']} labels scored"] += 1
    return ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())


def _print(what: str, seconds: float, posts: int) -> None:
    out.print(f"  {what}: {seconds / posts:.3f} s a post, {3600 * posts / seconds:,.0f} posts an hour")

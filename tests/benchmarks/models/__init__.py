"""Analysis of captions: the transformers pipelines as in the reference design (fp32, 20 labels), compared with the
exported models as run by the worker, on the same captions, in turns, each in a separate process.

The models have the true sizes and random weights, so nothing is measured about accuracy. Their results are not used:
how many categories of a caption must be scored is decided as if by a model that is always right. With MODEL_DIR set to
a folder of exports, the shortcuts are compared with these models' answers without them (agreement.py).
"""

import importlib.util
import os
import random
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from creator_search.domain.posts import PostAnalysis
from rich.console import Console

from tests.benchmarks.models import agreement
from tests.benchmarks.models.exports import forget_files, prepare
from tests.benchmarks.models.sides import (
    Side,
    load_classifiers,
    load_reference,
    load_worker,
    read_as_deployed,
    read_by_reference,
    read_every_label,
)
from tests.benchmarks.models.texts import SETS, captions, chunks, drawn_like

out = Console(highlight=False, soft_wrap=True)
BATCH = 16
MIX = {"short": 20, "long": 10, "repeated": 5, "without words": 5}
WITHOUT_WORDS = ("😍😍🔥", "🎉", "#travel #sunset #beach #instagood", "❤️❤️", "#ootd #style #fashionblogger")
EVERY_LABEL = {"short": 4, "long": 4}
DOUBTFUL = (1, 2)
"""Factors of the number of captions that words do not decide."""


def run() -> None:
    if folder := os.environ.get("MODEL_DIR"):
        agreement.measure(Path(folder), out)
    if importlib.util.find_spec("torch") is None:
        out.print("The models: left out, torch is not installed (pip install torch==2.13.0)")
        return
    with tempfile.TemporaryDirectory() as made:
        originals, exports = prepare(Path(made), out)
        forget_files(exports)
        with Side(load_worker, exports) as worker:
            out.print(f"Cold load of the exports, imports and hashes included: {worker.load_seconds:.1f} s")
            forget_files(originals)
            with Side(load_reference, originals) as reference:
                out.print(f"Cold load of the pipelines, imports included: {reference.load_seconds:.1f} s")
                for factor in DOUBTFUL:
                    as_deployed(reference, worker, factor)
                with Side(load_classifiers, exports) as classifiers:
                    every_label(reference, classifiers)
                out.print(
                    f"Peak memory: {worker.peak_gb():.1f} GB with the exports, "
                    f"{reference.peak_gb():.1f} GB with the pipelines"
                )


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


def as_deployed(reference: Side, worker: Side, doubtful: float) -> None:
    """Measure with all shortcuts: repeated captions, captions without words, clear words, rounds."""
    rng = random.Random(2)
    drawn = [caption for kind, name in SETS.items() for caption in drawn_like(name, MIX[kind], rng, doubtful=doubtful)]
    mix = [*drawn, *rng.sample(drawn, MIX["repeated"]), *WITHOUT_WORDS[: MIX["without words"]]]
    rng.shuffle(mix)
    theirs, ours, rounds = 0.0, 0.0, 0
    readings: list[PostAnalysis] = []
    for some in chunks(mix, BATCH):
        theirs += reference.run(read_by_reference, some, BATCH)[0]
        seconds, readings = worker.run(read_as_deployed, mix)
        ours, rounds = ours + seconds, rounds + 1
    out.print(f"As deployed, on {len(mix)} posts ({_make_up(MIX)}; assumed), {doubtful} × the doubtful captions:")
    _print("pipelines, batches of 16, 20 labels", theirs, len(mix))
    _print("exports behind the worker's service", ours / rounds, len(mix))
    out.print(f"  ratio {theirs / (ours / rounds):.1f}; subjects, of a model always right: {_settled(readings)}")


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

"""Measures how often an exported model is right on labelled texts, and writes it into the manifest."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import numpy as np
from creator_search.adapters.captions.caption_language import certain_language
from creator_search.adapters.captions.onnx_classifier import loader, softmax
from creator_search.adapters.captions.onnx_engine import as_tweet
from creator_search.adapters.captions.rules_engine import RulesEngine
from creator_search.catalogue.models import LANGUAGE, MULTILINGUAL_SENTIMENT, SENTIMENT
from creator_search.domain.captions.calibration import Calibration, fit
from creator_search.domain.captions.rules import prose

from model_export.fallback import read
from model_export.manifest import Manifest
from model_export.specs import ExportError

Labelled = tuple[str, str]
"""A text and its label."""
_BATCH = 256


def calibrate(folder: Path, data: Path, limit: int) -> Calibration:
    """Calibrate the model in `folder` with up to `limit` texts of each file of `data`, and store it in the manifest.

    `data` contains sentiment/<set>-<language>.tsv and language/*.tsv, with a label, a tab and a text on each line. The
    confidence of an answer is the share of right answers among those with a similar probability. Texts whose language
    the rules determine do not count for the model of the languages, which does not read them. Raises ExportError if
    there are too few texts, or for a model whose answers have no labelled texts.
    """
    if folder.name not in _LABELLED:
        raise ExportError(f"{folder.name}: there are no labelled texts for this model")
    classifier = loader()(folder)
    labelled = list(_LABELLED[folder.name](data, limit))
    if folder.name == LANGUAGE:
        labelled = _read_by_model(labelled, classifier.labels)
    answers: list[tuple[float, bool]] = []
    for start in range(0, len(labelled), _BATCH):
        some = labelled[start : start + _BATCH]
        shares = softmax(classifier.logits([text for text, _ in some]))
        best = np.argmax(shares, axis=-1)
        answers += [
            (float(row[number]), classifier.labels[number] == label)
            for row, number, (_, label) in zip(shares, best, some, strict=True)
        ]
    found = fit(answers)
    if not found.knots:
        raise ExportError(f"{folder.name}: {len(answers)} labelled texts are too few")
    replace(Manifest.read(folder), calibration=found.knots, calibrated_on=len(answers)).write(folder)
    return found


def _sentiments(is_wanted: Callable[[str], bool]) -> Callable[[Path, int], Iterator[Labelled]]:
    """Return a reader of the files whose language is wanted."""

    def labelled(data: Path, limit: int) -> Iterator[Labelled]:
        for path in sorted((data / "sentiment").glob("*.tsv")):
            if is_wanted(path.stem.partition("-")[2]):
                found = read([path])
                yield from islice(zip(map(as_tweet, found.texts), found.labels, strict=True), limit)

    return labelled


def _languages(data: Path, limit: int) -> Iterator[Labelled]:
    """Texts in languages that the model does not know count too: captions are in any language."""
    for path in sorted([*(data / "language").glob("*.tsv"), *(data / "sentiment").glob("*.tsv")]):
        found = read([path])
        pairs = ((prose(text), tag.partition("-")[0]) for text, tag in zip(found.texts, found.tags, strict=True))
        yield from islice((pair for pair in pairs if pair[0]), limit)


def _read_by_model(labelled: list[Labelled], known: Sequence[str]) -> list[Labelled]:
    """Return the texts whose language the worker asks the model for."""
    by_rules = RulesEngine(lambda: datetime.now(UTC)).analyze_captions([text for text, _ in labelled])
    return [
        row for row, analysis in zip(labelled, by_rules, strict=True) if not certain_language(row[0], analysis, known)
    ]


_LABELLED: dict[str, Callable[[Path, int], Iterator[Labelled]]] = {
    SENTIMENT: _sentiments(lambda language: language == "en"),
    MULTILINGUAL_SENTIMENT: _sentiments(lambda language: language != "en"),
    LANGUAGE: _languages,
}

"""Files of labelled texts, and the engine's answers to them."""

import functools
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from creator_search.adapters.captions.linear_model import LinearModel
from creator_search.adapters.captions.rules_engine import RulesEngine
from creator_search.domain.posts import PostAnalysis

from tests.fakes import FakeClock


@dataclass(frozen=True)
class LabelledFile:
    """`language` is the second part of the name of a file of sentiment, without the script; else None."""

    name: str
    language: str | None
    is_trained_on: bool
    labels: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @functools.cached_property
    def analyses(self) -> Sequence[PostAnalysis]:
        return RulesEngine(FakeClock()).analyze_captions(self.texts)

    @property
    def title(self) -> str:
        return f"{self.name} (trained on)" if self.is_trained_on else self.name


def read(paths: Sequence[Path]) -> list[LabelledFile]:
    trained_on = set(LinearModel.load().trained_on.values())
    files = []
    for path in paths:
        content = path.read_bytes()
        _, dash, suffix = path.stem.partition("-")
        language = suffix.split("-")[0] if dash and path.parent.name == "sentiment" else None
        made = LabelledFile(path.name, language, hashlib.sha256(content).hexdigest() in trained_on)
        for line in content.decode().split("\n"):
            label, tab, text = line.rstrip("\r").partition("\t")
            if tab:
                made.labels.append(label)
                made.texts.append(text)
        files.append(made)
    return files

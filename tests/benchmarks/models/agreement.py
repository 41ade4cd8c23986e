"""How often the shortcuts give the answers that the models give without them."""

import math
from collections.abc import Callable
from pathlib import Path

from creator_search.adapters.captions.caption_language import determine_languages
from creator_search.adapters.captions.onnx_classifier import Classifier, loader, softmax
from creator_search.adapters.captions.rules_engine import RulesEngine
from creator_search.catalogue.models import CATEGORY, LANGUAGE
from creator_search.domain.captions.rules import prose
from creator_search.domain.captions.zero_shot import Subject, ZeroShot
from rich.console import Console

from tests.benchmarks.models.texts import SETS, labelled
from tests.fakes import FakeClock


def measure(folder: Path, out: Console) -> None:
    rows = [row for name in SETS.values() for row in labelled(name) if prose(row[0])]
    texts, truth = [text for text, _ in rows], [category for _, category in rows]
    load = loader()
    out.print(f"The shortcuts and the models of {folder} without them, on {len(rows)} captions of our own:")
    languages = _compare_languages(load(folder / LANGUAGE), texts, out)
    rounds, everything = (
        ZeroShot(load(folder / CATEGORY), score_all=score_all).subjects(texts, languages, math.inf)
        for score_all in (False, True)
    )

    def print_share(kind: str, is_meant: Callable[[Subject], bool]) -> None:
        meant = [n for n, subject in enumerate(rounds) if is_meant(subject)]
        same = sum(rounds[n].name == everything[n].name for n in meant)
        right, right_of_all = (sum(found[n].name == truth[n] for n in meant) for found in (rounds, everything))
        out.print(f"  {kind}: {same} of {len(meant)} as with all scored; right {right}, with all scored {right_of_all}")

    print_share("categories by words", lambda subject: subject.raw["settled_by"] == "words")
    print_share("categories in rounds", lambda subject: subject.raw["settled_by"] == "model")
    passes, of_all = (sum(subject.raw.get("scored", 0) for subject in found) for found in (rounds, everything))
    out.print(f"  passes of the category model: {passes}, {of_all} with all scored")


def _compare_languages(model: Classifier, texts: list[str], out: Console) -> list[str]:
    """Return the languages as deployed."""
    found = determine_languages(model, texts, RulesEngine(FakeClock()).analyze_captions(texts), math.inf)
    shares = softmax(model.logits([prose(text) for text in texts]))
    alone = [model.labels[int(row.argmax())] for row in shares]
    by_rules = [n for n, language in enumerate(found) if language.by != model.source]
    same = sum(found[n].code == alone[n] for n in by_rules)
    out.print(f"  languages by the rules: {same} of {len(by_rules)} like the model's")
    return [language.code for language in found]

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from creator_search.domain.captions.taxonomy import CATEGORIES
from creator_search.domain.captions.zero_shot import ROUND, ZeroShot

DATA = Path(__file__).parents[2] / "data"
NO_WORDS = "Tuesday. That is the post"
ASK_EACH = "{}"


class FakeModel:
    """Returns the given logits per category and records the texts."""

    labels = ("contradiction", "neutral", "entailment")
    hypothesis = ASK_EACH

    def __init__(self, entails: Callable[[str], float]) -> None:
        self._entails = entails
        self.asked: list[tuple[str, str]] = []

    def logits(self, texts: Sequence[tuple[str, str]], until: float) -> Any:
        self.asked += texts
        return np.array([[0.0, 0.0, self._entails(name)] for _, name in texts]).reshape(len(texts), 3)


def favouring(entails: Mapping[str, float]) -> FakeModel:
    return FakeModel(lambda name: entails.get(name, -4.0))


def read(model: FakeModel, caption: str, *, score_all: bool = False) -> tuple[str, dict[str, Any]]:
    [found] = ZeroShot(model, score_all=score_all).subjects([caption], ["en"], 0)
    return found.name, dict(found.raw)


@pytest.mark.parametrize(
    ("caption", "name"),
    [("Three hours at the gym", "fitness"), ("A hotel, a beach, an island, a trip. And one pizza", "travel")],
)
def test_words_with_a_clear_lead_decide_without_the_model(caption: str, name: str) -> None:
    model = favouring({})
    found, raw = read(model, caption)
    assert found == name and raw["settled_by"] == "words" and model.asked == []


@pytest.mark.parametrize("name", ["captions.tsv", "captions_held_out.tsv", "captions_long.tsv"])
def test_most_categories_decided_by_words_are_correct(name: str) -> None:
    rows = [line.split("\t") for line in (DATA / name).read_text().splitlines()]
    found = ZeroShot(favouring({}), score_all=False).subjects([row[3] for row in rows], [row[0] for row in rows], 0)
    settled = [(row[2], s.name) for row, s in zip(rows, found, strict=True) if s.raw["settled_by"] == "words"]
    assert len(settled) / len(rows) > 0.5
    assert sum(theirs == ours for theirs, ours in settled) / len(settled) >= 0.94


def test_categories_with_equal_scores_are_scored_by_the_model() -> None:
    model = favouring({"food": 4.0})
    found, raw = read(model, "A pizza after the football")
    assert found == "food" and raw["settled_by"] == "model" and raw["scored"] == 2
    assert {name for _, name in model.asked} == {"food", "sports"}


def test_after_a_clear_answer_no_other_category_is_scored() -> None:
    model = favouring({"fashion": 4.0})
    assert read(model, NO_WORDS)[0] == "fashion"
    assert len(model.asked) == ROUND


def test_if_the_suggested_categories_are_not_entailed_the_others_are_scored_in_rounds() -> None:
    model = favouring({"family": 4.0})
    found, raw = read(model, "A pizza after the football")
    assert found == "family" and raw["scored"] == 2 + ROUND
    assert [name for _, name in model.asked[:2]] == ["food", "sports"]


@pytest.mark.parametrize(
    "entails",
    [{"fashion": 4.0, "travel": 4.0}, {"fashion": 2.0}, {}],
    ids=["a thin margin", "a low probability", "none entailed"],
)
def test_after_a_doubtful_answer_more_categories_are_scored_until_one_is_clear(entails: Mapping[str, float]) -> None:
    model = favouring({**entails, "comedy": 6.0})
    found, raw = read(model, NO_WORDS)
    assert found == "comedy" and ROUND < raw["scored"] <= len(CATEGORIES)
    assert len(model.asked) == len(set(model.asked)) == raw["scored"]


def test_without_a_clear_answer_every_category_is_scored_once_and_the_best_is_chosen() -> None:
    model = favouring({"fashion": 1.0})
    found, raw = read(model, NO_WORDS)
    assert found == "fashion" and raw["scored"] == len(CATEGORIES)
    assert sorted(name for _, name in model.asked) == sorted(CATEGORIES)


def test_score_all_scores_every_category() -> None:
    model = favouring({"art": 5.0})
    found, raw = read(model, "Three hours at the gym", score_all=True)
    assert found == "art" and raw["scored"] == len(CATEGORIES) == len(model.asked)
    assert sum(raw["scores"].values()) == pytest.approx(1, abs=0.01)


def test_every_caption_has_its_own_result() -> None:
    class Reader(FakeModel):
        def logits(self, texts: Sequence[tuple[str, str]], until: float) -> Any:
            return np.array([[0.0, 0.0, 5.0 if name in text else -5.0] for text, name in texts]).reshape(-1, 3)

    captions = ["gym gym", "zzz family", "zzz comedy", "zzz travel"]
    found = ZeroShot(Reader(lambda _: 0.0), score_all=False).subjects(captions, ["en"] * 4, 0)
    assert [subject.name for subject in found] == ["fitness", "family", "comedy", "travel"]

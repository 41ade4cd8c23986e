"""The training of the linear models on a small synthetic data set."""

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from creator_search.adapters.captions.features import extract, normalise
from creator_search.adapters.captions.linear_model import CLASSES, LinearModel
from typer.testing import CliRunner

from model_export.__main__ import app

WORDS = {"positive": "wonderful lovely great", "negative": "horrible nasty bad", "neutral": "table window street"}
HINDI = {"positive": "accha badhiya", "negative": "kharab bekaar", "neutral": "ghar kitab"}


def lines(words: dict[str, str], about: str, count: int, rng: random.Random) -> Iterator[str]:
    for n in range(count):
        label = CLASSES[n % len(CLASSES)]
        filler = " ".join(rng.choices(about.split(), k=4))
        yield f"{label}\t{filler} {rng.choice(words[label].split())} {n}{filler[:2]}"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, rng = tmp_path_factory.mktemp("data"), random.Random(1)
    for name in ("sentiment", "language"):
        (folder / name).mkdir()
    english, hindi = "we are here with our friends today", "hum log yahan hai aaj dost kya"
    (folder / "sentiment/umsab-en.tsv").write_text("\n".join(lines(WORDS, english, 300, rng)))
    (folder / "sentiment/umsab-hi-Latn.tsv").write_text("\n".join(lines(HINDI, hindi, 300, rng)))
    (folder / "sentiment/other-en.tsv").write_text("\n".join(lines(WORDS, english, 60, rng)))
    (folder / "language/lingua-sentences.tsv").write_text("en\tThis is a sentence.\nde\tDas ist ein Satz.\n" * 20)
    return folder


def trained(data: Path, to: Path) -> tuple[LinearModel, str]:
    done = CliRunner().invoke(app, ["train-fallback", "--data", str(data), "--out", str(to), "--folds", "3"])
    assert done.exit_code == 0, done.output
    return LinearModel.load(to), done.output


@pytest.fixture(scope="module")
def model(data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[LinearModel, str, Path]:
    to = tmp_path_factory.mktemp("made") / "linear"
    return *trained(data, to), to


def test_the_training_learns_the_sentiment_of_words(model: tuple[LinearModel, str, Path]) -> None:
    texts = {"what a wonderful thing": "positive", "a nasty thing": "negative", "kharab": "negative"}
    found = model[0].probabilities(extract([normalise(text) for text in texts]), np.zeros((len(texts), 6)))
    assert [CLASSES[n] for n in found.argmax(axis=1)] == list(texts.values())
    assert np.allclose(found.sum(axis=1), 1)


def test_the_training_tells_romanised_hindi_from_english(model: tuple[LinearModel, str, Path]) -> None:
    found = model[0].hindi_scores(extract(["hum log yahan hai", "we are here today"]))
    assert found[0] > model[0].hindi_threshold > found[1]


def test_the_same_data_give_the_same_bytes(data: Path, model: tuple[LinearModel, str, Path], tmp_path: Path) -> None:
    trained(data, tmp_path / "again")
    for path in model[2].iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes()


def test_files_that_may_only_be_measured_are_not_trained_on(model: tuple[LinearModel, str, Path]) -> None:
    assert set(model[0].trained_on) == {"umsab-en.tsv", "umsab-hi-Latn.tsv", "lingua-sentences.tsv"}
    assert "other-en: macro-F1" in model[1] and "not trained on" in model[1]


def test_a_folder_without_data_is_refused(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["train-fallback", "--data", str(tmp_path)])
    assert done.exit_code == 1 and "umsab-" in done.output

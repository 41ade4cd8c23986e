"""Confidences of the exported models, measured on labelled texts."""

import random
import shutil
from pathlib import Path

import pytest
from creator_search.adapters.captions.onnx_classifier import loader
from typer.testing import CliRunner

from model_export.__main__ import app
from model_export.manifest import Manifest
from model_export.specs import load_specs
from tests.model_export.conftest import INT8, WITH_TORCH, Examples

pytestmark = [WITH_TORCH, pytest.mark.filterwarnings("ignore")]
MODELS = ("sentiment", "sentiment_multilingual", "language")


@pytest.fixture
def models(exported: Path, tmp_path: Path) -> Path:
    for name in MODELS:
        shutil.copytree(exported / INT8 / name, tmp_path / "models" / INT8 / name)
    return tmp_path / "models"


def labelled(folder: Path, examples: dict[str, Examples], number: int) -> Path:
    """Write texts of which every fourth has a wrong label of the sentiment; the labels of languages are right."""
    rng = random.Random(7)
    files = {"sentiment": "sentiment/set-en.tsv", "sentiment_multilingual": "sentiment/set-es.tsv"}
    for name, file in files.items():
        labels, lines = load_specs()[name].labels, []
        for n in range(number):
            text, _, label = examples[name](rng)
            lines.append(f"{labels[label if n % 4 else (label + 1) % len(labels)]}\t{text}\n")
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text("".join(lines))
    languages = load_specs()["language"].labels
    rows = [examples["language"](rng) for _ in range(number)]
    (folder / "language").mkdir()
    (folder / "language" / "set.tsv").write_text("".join(f"{languages[label]}\t{text}\n" for text, _, label in rows))
    return folder


def run(models: Path, data: Path) -> tuple[int, str]:
    found = CliRunner().invoke(app, ["calibrate", "--data", str(data), "--out", str(models)])
    return found.exit_code, found.output


def test_a_confidence_is_the_share_of_right_answers_on_labelled_texts(
    models: Path, trained: tuple[Path, dict[str, Examples]], tmp_path: Path
) -> None:
    assert loader()(models / INT8 / "sentiment").calibration.confidence(0.99) is None
    assert run(models, labelled(tmp_path / "data", trained[1], 400))[0] == 0
    for name in ("sentiment", "sentiment_multilingual"):
        assert Manifest.read(models / INT8 / name).calibrated_on == 400
        found = loader()(models / INT8 / name).calibration.confidence(0.99)
        assert found == pytest.approx(0.75, abs=0.1)
    assert (loader()(models / INT8 / "language").calibration.confidence(0.99) or 0) > 0.6


def test_too_few_texts_are_refused_and_leave_the_manifest_as_it_was(
    models: Path, trained: tuple[Path, dict[str, Examples]], tmp_path: Path
) -> None:
    before = Manifest.read(models / INT8 / "sentiment")
    code, printed = run(models, labelled(tmp_path / "data", trained[1], 20))
    assert code == 1 and "20 labelled texts are too few" in printed
    assert Manifest.read(models / INT8 / "sentiment") == before

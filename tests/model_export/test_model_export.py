"""Tiny models of the same architectures, trained, exported, quantised and verified. Runs where torch is installed."""

import random
from pathlib import Path

import numpy as np
import onnx
import pytest
from typer.testing import CliRunner

from model_export import export as export_module
from model_export.__main__ import app
from model_export.export import FP32, export
from model_export.manifest import MODEL, TOKENIZER, Manifest
from model_export.quantise import INT8
from model_export.specs import ExportError, load_specs
from model_export.verify import Exported, measure, verify
from tests.model_export import texts
from tests.model_export.conftest import WITH_TORCH, Examples, original

NAMES = tuple(load_specs())
# The exporter and the quantiser emit deprecation warnings.
pytestmark = [WITH_TORCH, pytest.mark.filterwarnings("ignore")]


def held_out(examples: Examples) -> list[texts.Example]:
    rng = random.Random(12345)
    return [examples(rng) for _ in range(300)]


@pytest.mark.parametrize("precision", [FP32, INT8])
@pytest.mark.parametrize("name", NAMES)
def test_exports_agree_with_torch_on_unseen_text(
    trained: tuple[Path, dict[str, Examples]], exported: Path, name: str, precision: str
) -> None:
    folder, examples = trained
    theirs = original(folder, name)
    captions = [text for text, _, _ in held_out(examples[name])]
    measured = measure(theirs, Exported(exported / precision / name), captions)
    assert measured.label_agreement >= 0.99
    assert measured.score_drift < 0.01
    if precision == FP32:
        assert measured.max_difference < 1e-4


@pytest.mark.parametrize("precision", [FP32, INT8])
@pytest.mark.parametrize("name", NAMES)
def test_exported_models_label_unseen_text_correctly(
    trained: tuple[Path, dict[str, Examples]], exported: Path, name: str, precision: str
) -> None:
    model = Exported(exported / precision / name)
    listed = held_out(trained[1][name])
    pairs = [pair for _, pair, _ in listed if pair is not None] or None
    found = model.logits([text for text, _, _ in listed], pairs).argmax(-1)
    assert np.mean(found == [label for _, _, label in listed]) >= 0.99


@pytest.mark.parametrize("name", NAMES)
def test_batches_of_any_size_and_texts_of_any_length_have_answers(exported: Path, name: str) -> None:
    model = Exported(exported / INT8 / name)
    word = "today"
    alone = model.logits([word])
    together = model.logits([word, " ".join([word] * 40), word, " ".join([word] * 500)])
    assert together.shape == (4, len(model.manifest.labels))
    assert (
        np.abs(together[0] - alone[0]).max() < 0.5
    )  # the scales of int8 activations are computed over the whole batch
    assert together[0].argmax() == together[2].argmax() == alone[0].argmax()


@pytest.mark.parametrize("name", NAMES)
def test_a_manifest_contains_the_source_of_the_model_and_the_measurements(
    trained: tuple[Path, dict[str, Examples]], exported: Path, name: str
) -> None:
    verify(original(trained[0], name, agreement=0.0), exported / FP32 / name)
    manifest = Manifest.read(exported / FP32 / name)
    assert manifest.source == load_specs()[name].repository and manifest.precision == FP32
    assert set(manifest.labels) == set(load_specs()[name].labels)
    assert set(manifest.sha256) == {MODEL, TOKENIZER} and all(len(h) == 64 for h in manifest.sha256.values())
    assert set(manifest.measured) == {"max_difference", "label_agreement", "score_drift"}
    assert manifest.versions["torch"].startswith("2.")


def test_an_int8_model_has_int8_tables_and_matrices_in_a_fused_graph(exported: Path) -> None:
    for name in NAMES:
        sizes = [(exported / precision / name / MODEL).stat().st_size for precision in (FP32, INT8)]
        assert sizes[1] < 0.6 * sizes[0]  # the models are so small that the graph itself is a large part of the file
        model = onnx.load(str(exported / INT8 / name / MODEL))
        floats = [i for i in model.graph.initializer if i.data_type == onnx.TensorProto.FLOAT and len(i.dims) == 2]
        assert not [i.name for i in floats if min(i.dims) > 1 and "scale" not in i.name]
        assert {"DynamicQuantizeMatMul", "LayerNormalization"} <= {node.op_type for node in model.graph.node}


def test_a_file_that_was_changed_is_not_loaded(exported: Path, tmp_path: Path) -> None:
    folder = tmp_path / "changed"
    folder.mkdir()
    for file in (exported / INT8 / "sentiment").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    data = bytearray((folder / MODEL).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / MODEL).write_bytes(data)
    with pytest.raises(ExportError, match="does not have the hash in the manifest"):
        Exported(folder)


def test_an_export_below_its_thresholds_is_an_error(trained: tuple[Path, dict[str, Examples]], exported: Path) -> None:
    with pytest.raises(ExportError, match="more than 0"):
        verify(original(trained[0], "sentiment", tolerance=0.0), exported / FP32 / "sentiment")
    with pytest.raises(ExportError, match="labels agree, less than"):
        verify(original(trained[0], "sentiment", agreement=1.1), exported / INT8 / "sentiment")


def test_unexpected_labels_stop_an_export(trained: tuple[Path, dict[str, Examples]]) -> None:
    with pytest.raises(ExportError, match=r"in models\.toml"):
        original(trained[0], "sentiment", labels=("bad", "good"))


def test_a_crash_leaves_no_incomplete_folder_and_keeps_the_earlier_export(
    trained: tuple[Path, dict[str, Examples]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / FP32 / "sentiment"

    def full_disk(folder: Path) -> dict[str, str]:
        raise OSError("no space left")

    theirs = original(trained[0], "sentiment")
    monkeypatch.setattr(export_module, "hashes", full_disk)
    with pytest.raises(OSError, match="no space"):
        export(theirs, target)
    assert list(target.parent.iterdir()) == []
    monkeypatch.undo()
    first = export(theirs, target)
    monkeypatch.setattr(export_module, "hashes", full_disk)
    with pytest.raises(OSError, match="no space"):
        export(theirs, target)
    assert [p.name for p in target.parent.iterdir()] == ["sentiment"]
    assert Manifest.read(target) == first


def test_the_command_exports_and_quantises_and_ends_with_1_after_an_error(
    trained: tuple[Path, dict[str, Examples]], tmp_path: Path
) -> None:
    run = CliRunner()
    arguments = ["all", "--out", str(tmp_path / "m"), "--from", str(trained[0]), "--model", "language"]
    done = run.invoke(app, arguments)
    # A tiny model is not trained on real languages: whether its labels are unchanged after quantisation is random.
    assert "exported" in done.output and "quantised" in done.output
    assert Manifest.read(tmp_path / "m" / INT8 / "language").precision == INT8
    assert run.invoke(app, ["verify", "--out", str(tmp_path / "none"), "--from", str(trained[0])]).exit_code == 1
    nowhere = run.invoke(app, ["export", "--out", str(tmp_path / "n"), "--from", str(tmp_path)])
    assert nowhere.exit_code == 1 and "there is no original in" in nowhere.output
    assert run.invoke(app, ["export", "--model", "unknown"]).exit_code == 2

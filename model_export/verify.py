"""Comparison of an export with its original, on captions in ten languages."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from model_export.export import FP32, Original
from model_export.manifest import MODEL, TOKENIZER, Manifest, hashes
from model_export.specs import ExportError, ModelSpec, Task

CAPTIONS = Path(__file__).with_name("captions.txt")
SUBJECTS = ("travel", "food", "sports")
_BATCH = 8


@dataclass(frozen=True, slots=True)
class Measured:
    """`max_difference` is the largest difference of a logit; `label_agreement` a share; `score_drift` the mean
    difference of the probability of the label that the original predicts."""

    max_difference: float
    label_agreement: float
    score_drift: float


class Exported:
    """Runs an exported folder with onnxruntime, as in production, without torch and transformers."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        self.manifest = Manifest.read(folder)
        if hashes(folder) != self.manifest.sha256:
            raise ExportError(f"{folder}: a file does not have the hash in the manifest")
        self._session = onnxruntime.InferenceSession(str(folder / MODEL), providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._tokenizer.enable_truncation(self.manifest.max_length)
        self._tokenizer.enable_padding(pad_id=self.manifest.pad_token_id)

    def logits(self, texts: list[str], pairs: list[str] | None = None) -> Any:
        import numpy as np

        encoded = self._tokenizer.encode_batch(list(zip(texts, pairs, strict=True)) if pairs else texts)
        ids = np.array([e.ids for e in encoded], dtype=np.int64)
        mask = np.array([e.attention_mask for e in encoded], dtype=np.int64)
        return self._session.run(["logits"], {"input_ids": ids, "attention_mask": mask})[0]


def inputs(spec: ModelSpec, captions: list[str]) -> tuple[list[str], list[str] | None]:
    if spec.task is Task.TEXT:
        return captions, None
    hypotheses = [(spec.hypothesis or "{}").format(subject) for subject in SUBJECTS]
    pairs = [(caption, hypothesis) for caption in captions for hypothesis in hypotheses]
    return [caption for caption, _ in pairs], [hypothesis for _, hypothesis in pairs]


def measure(original: Original, exported: Exported, captions: list[str]) -> Measured:
    import numpy as np

    texts, pairs = inputs(original.spec, captions)
    theirs, ours = [], []
    for start in range(0, len(texts), _BATCH):
        batch = texts[start : start + _BATCH], pairs[start : start + _BATCH] if pairs else None
        theirs.append(original.logits(*batch))
        ours.append(exported.logits(*batch))
    expected, found = np.concatenate(theirs), np.concatenate(ours)
    labels = expected.argmax(-1)
    rows = np.arange(len(labels))
    drift = np.abs(_softmax(expected)[rows, labels] - _softmax(found)[rows, labels])
    return Measured(
        max_difference=float(np.abs(expected - found).max()),
        label_agreement=float((labels == found.argmax(-1)).mean()),
        score_drift=float(drift.mean()),
    )


def verify(original: Original, folder: Path, captions: list[str] | None = None) -> Measured:
    """Write the measurements into the manifest. Raises ExportError if they are not within the tolerance."""
    exported = Exported(folder)
    listed = captions or CAPTIONS.read_text().splitlines()
    measured = measure(original, exported, listed)
    spec, precision = original.spec, exported.manifest.precision
    if precision == FP32 and measured.max_difference > spec.tolerance:
        raise ExportError(
            f"{spec.name}: the export differs by {measured.max_difference:.2g}, more than {spec.tolerance:g}"
        )
    if measured.label_agreement < spec.agreement:
        raise ExportError(
            f"{spec.name} {precision}: {measured.label_agreement:.1%} of the labels agree, "
            f"less than {spec.agreement:.0%}"
        )
    figures = {
        "max_difference": measured.max_difference,
        "label_agreement": measured.label_agreement,
        "score_drift": measured.score_drift,
    }
    replace(exported.manifest, measured=figures).write(folder)
    return measured


def _softmax(logits: Any) -> Any:
    import numpy as np

    shifted = np.exp(logits - logits.max(-1, keepdims=True))
    return shifted / shifted.sum(-1, keepdims=True)

"""The manifest of an exported folder."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

MANIFEST, MODEL, TOKENIZER = "manifest.json", "model.onnx", "tokenizer.json"
_PACKAGES = ("torch", "transformers", "onnx", "onnxruntime", "tokenizers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """`labels` are in the order of the logits; `hypothesis` is the template of a zero-shot model, with {} for the
    subject; `measured` is the result of the verification; `calibration` are pairs of a probability and the share of
    right answers, from the `calibrated_on` labelled texts, empty if it was not measured.
    """

    name: str
    task: str
    source: str
    revision: str
    labels: tuple[str, ...]
    opset: int
    hypothesis: str | None
    precision: str
    max_length: int
    pad_token_id: int
    sha256: dict[str, str]
    versions: dict[str, str] = field(default_factory=lambda: {name: version(name) for name in _PACKAGES})
    measured: dict[str, float] = field(default_factory=dict)
    calibration: tuple[tuple[float, float], ...] = ()
    calibrated_on: int = 0

    def write(self, folder: Path) -> None:
        (folder / MANIFEST).write_text(json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n")

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        found = json.loads((folder / MANIFEST).read_text())
        calibration = tuple((score, share) for score, share in found.get("calibration", ()))
        return cls(**{**found, "labels": tuple(found["labels"]), "calibration": calibration})


def hashes(folder: Path) -> dict[str, str]:
    """Return the hashes of the files used at inference."""
    return {name: _sha256(folder / name) for name in (MODEL, TOKENIZER)}


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()

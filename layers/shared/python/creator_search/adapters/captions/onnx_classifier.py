"""Runs one exported model with onnxruntime: texts in, logits out. Needs neither torch nor transformers."""

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from creator_search.domain.captions.calibration import Calibration

MANIFEST, MODEL, TOKENIZER = "manifest.json", "model.onnx", "tokenizer.json"
TOKENS_A_BATCH = 256
"""Padded tokens per batch. Texts of similar length are batched together, so there is little padding."""
SLOWER_FUSIONS = ["SkipLayerNormFusion"]
"""Disabled optimisers of onnxruntime: the fused node took nine times as long as the two nodes that it replaces (version
1.31, x86_64), which is 5 % of a forward pass of bart-large."""


class ModelUnusable(Exception):
    """A file does not have the hash that its manifest states."""


class ModelTooSlow(Exception):
    """The models exceeded their time budget."""


class Classifier:
    """The model in one exported folder. Thread-safe.

    Raises ModelUnusable, or an error of onnxruntime or the file system, when the folder has no usable model.
    """

    def __init__(self, folder: Path, pool: ThreadPoolExecutor) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        self.manifest = (folder / MANIFEST).read_bytes()
        manifest: dict[str, Any] = json.loads(self.manifest)
        for name, expected in manifest["sha256"].items():
            if _sha256(folder / name) != expected:
                raise ModelUnusable(f"{folder.name}/{name} does not have the hash in its manifest")
        options = onnxruntime.SessionOptions()
        # One thread per call of the session, and as many concurrent calls as there are processors.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(folder / MODEL), options, providers=["CPUExecutionProvider"], disabled_optimizers=SLOWER_FUSIONS
        )
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(manifest["max_length"], strategy="only_first")
        self._padding = int(manifest["pad_token_id"])
        self._pool = pool
        self.source: str = manifest["source"]
        self.labels: tuple[str, ...] = tuple(manifest["labels"])
        self.hypothesis: str = manifest.get("hypothesis") or "{}"
        self.calibration = Calibration(tuple((score, share) for score, share in manifest.get("calibration", ())))

    def logits(self, texts: Sequence[str | tuple[str, str]], until: float = float("inf")) -> Any:
        """Return one row of logits per text (or pair), in the same order.

        Raises ModelTooSlow when some texts are not done at `until`, a time of the monotonic clock.
        """
        import numpy as np

        found = np.zeros((len(texts), len(self.labels)), dtype=np.float32)
        if not texts:
            return found
        encoded = self._tokenizer.encode_batch(list(texts))

        def run(rows: Sequence[int]) -> None:
            if time.monotonic() >= until:
                raise ModelTooSlow("the models exceeded their time budget")
            length = max(len(encoded[row].ids) for row in rows)
            ids = np.full((len(rows), length), self._padding, dtype=np.int64)
            mask = np.zeros((len(rows), length), dtype=np.int64)
            for place, row in enumerate(rows):
                ids[place, : len(encoded[row].ids)] = encoded[row].ids
                mask[place, : len(encoded[row].ids)] = 1
            found[rows] = self._session.run(["logits"], {"input_ids": ids, "attention_mask": mask})[0]

        list(self._pool.map(run, packed([len(e.ids) for e in encoded])))
        return found


def packed(lengths: Sequence[int], budget: int = TOKENS_A_BATCH) -> Iterator[list[int]]:
    """Group rows of similar length into batches of at most `budget` padded tokens, or of one row that is longer."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lambda row: (lengths[row], row)):
        if batch and lengths[row] * (len(batch) + 1) > budget:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def softmax(logits: Any) -> Any:
    """Softmax over the last axis."""
    import numpy as np

    powers = np.exp(logits - logits.max(-1, keepdims=True)) if len(logits) else logits
    return powers / powers.sum(-1, keepdims=True)


def loader() -> Callable[[Path], Classifier]:
    """Return a function that loads models which share the processors."""
    pool = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="onnx")
    return lambda folder: Classifier(folder, pool)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

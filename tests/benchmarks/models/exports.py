"""Models of the true sizes with random weights, and their exports."""

import os
import time
from pathlib import Path

from rich.console import Console

from tests.benchmarks.models.texts import SETS, captions


def prepare(folder: Path, out: Console) -> tuple[Path, Path]:
    """Return the folders of the originals and of their exports."""
    from model_export.export import Original, export
    from model_export.quantise import quantise
    from model_export.specs import load_specs
    from tests.benchmarks.models import true_size

    texts = [caption for name in (*SETS.values(), "captions.tsv") for caption in captions(name)]
    originals, exports = folder / "originals", folder / "int8"
    for spec in load_specs().values():
        start = time.perf_counter()
        parameters = true_size.make(spec, originals / spec.name, texts)
        export(Original(spec, str(originals / spec.name)), folder / "fp32" / spec.name)
        quantise(folder / "fp32" / spec.name, exports / spec.name)
        sizes = [(place / spec.name / "model.onnx").stat().st_size / 1e6 for place in (folder / "fp32", exports)]
        out.print(
            f"{spec.name}: {parameters / 1e6:.0f} M parameters of random weights, fp32 {sizes[0]:.0f} MB, "
            f"int8 {sizes[1]:.0f} MB, exported in {time.perf_counter() - start:.0f} s"
        )
    return originals, exports


def forget_files(folder: Path) -> None:
    """Remove the files from the page cache, so that they are next read from disk."""
    for file in (path for path in folder.rglob("*") if path.is_file()):
        with file.open("rb") as opened:
            os.fsync(opened.fileno())
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)

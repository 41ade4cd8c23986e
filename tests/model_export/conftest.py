"""The tiny models, trained and exported once."""

import importlib.util
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.local_system import connected, no_faults, system
from tests.model_export.texts import HYPOTHESIS, Example

if TYPE_CHECKING:
    from model_export.export import Original

__all__ = ["connected", "no_faults", "system"]

Examples = Callable[[random.Random], Example]
FP32, INT8 = "fp32", "int8"
# Found without an import: torch takes several seconds of every process that collects the tests.
WITH_TORCH = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None,
    reason="torch is only for the export of models: pip install torch==2.13.0",
)


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Examples]]:
    """The originals, one folder each, and generators of examples for their tasks."""
    from model_export.specs import load_specs
    from tests.model_export import tiny

    folder = tmp_path_factory.mktemp("originals")
    return folder, {name: tiny.make(name, folder / name) for name in load_specs()}


@pytest.fixture(scope="session")
def exported(trained: tuple[Path, dict[str, Examples]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fp32 and int8 exports of all models."""
    from model_export.export import export
    from model_export.quantise import quantise

    folder = tmp_path_factory.mktemp("exports")
    for name in trained[1]:
        export(original(trained[0], name), folder / FP32 / name)
        quantise(folder / FP32 / name, folder / INT8 / name)
    return folder


def original(folder: Path, name: str, **changes: Any) -> "Original":
    from model_export.export import Original
    from model_export.specs import load_specs

    hypothesis = HYPOTHESIS if name == "category" else None
    return Original(replace(load_specs()[name], hypothesis=hypothesis, **changes), str(folder / name))

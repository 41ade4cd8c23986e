"""Specifications of the models, read from models.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

MODELS = Path(__file__).with_name("models.toml")


class Task(StrEnum):
    TEXT = "text-classification"
    ZERO_SHOT = "zero-shot-classification"


class ExportError(Exception):
    """The export is not usable; the message is the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSpec:
    """`tolerance` is in logits, `agreement` is a share; see models.toml."""

    name: str
    repository: str
    revision: str
    task: Task
    labels: tuple[str, ...] = field(default=())
    opset: int
    tolerance: float
    agreement: float
    hypothesis: str | None = None


def load_specs(path: Path = MODELS) -> Mapping[str, ModelSpec]:
    rows = tomllib.loads(path.read_text())
    return {
        name: ModelSpec(name=name, **{**row, "task": Task(row["task"]), "labels": tuple(row["labels"])})
        for name, row in rows.items()
    }

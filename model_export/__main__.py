"""`python -m model_export export|quantise|verify|all` requires torch, which the rest of the project does not;
`calibrate` and `train-fallback` do not."""

import importlib.util
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from creator_search.adapters.captions.linear_model import FOLDER
from creator_search.catalogue.models import LANGUAGE, MULTILINGUAL_SENTIMENT, SENTIMENT
from rich.console import Console

from model_export.calibrate import calibrate
from model_export.export import FP32, Original, export
from model_export.fallback import train_fallback
from model_export.manifest import MODEL
from model_export.quantise import INT8, quantise
from model_export.specs import ExportError, ModelSpec, load_specs
from model_export.verify import verify

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
out = Console(highlight=False, soft_wrap=True)

Out = Annotated[Path, typer.Option("--out", help="Folder of the exports, with one subfolder per model.")]
From = Annotated[
    Path | None, typer.Option("--from", help="Folder with originals, one subfolder per model; default: the hub.")
]
Only = Annotated[list[str] | None, typer.Option("--model", help="Only this model; may be repeated.")]


def _each(only: list[str] | None, doing: str, work: Callable[[ModelSpec], str]) -> None:
    if importlib.util.find_spec("torch") is None:
        out.print("[red]torch is not installed: pip install torch==2.13.0[/red]")
        raise typer.Exit(2)
    specs = load_specs()
    unknown = set(only or ()) - set(specs)
    if unknown:
        raise typer.BadParameter(f"{', '.join(sorted(unknown))}: must be of {', '.join(specs)}")
    for spec in specs.values():
        if only and spec.name not in only:
            continue
        started = time.perf_counter()
        try:
            with out.status(f"{spec.name}: {doing}…"):
                done = work(spec)
        except (ExportError, OSError, ValueError) as error:
            out.print(f"[red]{spec.name}: {error}[/red]", markup=True)
            raise typer.Exit(1) from error
        out.print(f"{spec.name}: {done} in {time.perf_counter() - started:.1f} s")


def _original(spec: ModelSpec, folder: Path | None) -> Original:
    if folder and not (folder / spec.name).is_dir():
        raise ExportError(f"there is no original in {folder / spec.name}")
    return Original(spec, str(folder / spec.name) if folder else None)


def _size(folder: Path) -> str:
    return f"{(folder / MODEL).stat().st_size / 1e6:.1f} MB"


@app.command(name="export")
def export_(to: Out = Path("models"), source: From = None, model: Only = None) -> None:
    """Export the originals to fp32 ONNX."""

    def work(spec: ModelSpec) -> str:
        export(_original(spec, source), to / FP32 / spec.name)
        return f"exported, {_size(to / FP32 / spec.name)}"

    _each(model, "exporting", work)


@app.command(name="quantise")
def quantise_(to: Out = Path("models"), model: Only = None) -> None:
    """Quantise fp32 exports to int8."""

    def work(spec: ModelSpec) -> str:
        quantise(to / FP32 / spec.name, to / INT8 / spec.name)
        return f"quantised, {_size(to / INT8 / spec.name)}"

    _each(model, "quantising and optimising", work)


@app.command(name="verify")
def verify_(to: Out = Path("models"), source: From = None, model: Only = None) -> None:
    """Compare both with the original; exits with 1 if one is not within its tolerance."""

    def work(spec: ModelSpec) -> str:
        original, lines = _original(spec, source), []
        for precision in (FP32, INT8):
            if (to / precision / spec.name).is_dir():
                found = verify(original, to / precision / spec.name)
                lines.append(
                    f"{precision}: logits differ by {found.max_difference:.2g} at most, {found.label_agreement:.1%} of "
                    f"the labels agree, scores drift {found.score_drift:.2g}"
                )
        if not lines:
            raise ExportError(f"there is no export in {to}")
        return "; ".join(lines)

    _each(model, "comparing with the original", work)


@app.command(name="all")
def all_(to: Out = Path("models"), source: From = None, model: Only = None) -> None:
    """Export, quantise and verify."""
    export_(to, source, model)
    quantise_(to, model)
    verify_(to, source, model)


@app.command(name="calibrate")
def calibrate_(
    data: Annotated[Path, typer.Option("--data", help="Folder with sentiment/*.tsv and language/*.tsv.")],
    to: Out = Path("models"),
    limit: Annotated[int, typer.Option(min=1, help="Texts of each file.")] = 1000,
) -> None:
    """Measure on labelled texts how often the int8 models are right, from which confidences are computed."""
    for name in (SENTIMENT, MULTILINGUAL_SENTIMENT, LANGUAGE):
        if not (to / INT8 / name).is_dir():
            continue
        try:
            found = calibrate(to / INT8 / name, data, limit)
        except (ExportError, OSError, ValueError) as error:
            out.print(f"[red]{name}: {error}[/red]", markup=True)
            raise typer.Exit(1) from error
        out.print(f"{name}: " + ", ".join(f"{score:.2f} is right {share:.0%}" for score, share in found.knots))


@app.command(name="train-fallback")
def train_fallback_(
    data: Annotated[Path, typer.Option("--data", help="Folder with sentiment/*.tsv and language/*.tsv.")],
    to: Annotated[Path, typer.Option("--out", help="Folder of the weights; default: the committed ones.")] = FOLDER,
    folds: Annotated[int, typer.Option(min=2, help="Parts of the cross-validation.")] = 5,
) -> None:
    """Train the linear models that answer without models, and print their cross-validated figures."""
    started = time.perf_counter()
    try:
        lines = train_fallback(data, to, folds, out.print)
    except (OSError, ValueError) as error:
        out.print(f"[red]{error}[/red]")
        raise typer.Exit(1) from error
    for line in lines:
        out.print(line)
    size = sum(path.stat().st_size for path in to.iterdir())
    out.print(f"{to.name}: {size / 1e6:.2f} MB in {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    app()

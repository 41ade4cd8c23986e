"""`creator-search logs`: the log lines of one request, from all processes of the local system."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from infra.cli.output import fail, out, plain, show_json, writing
from infra.local.state import log_files, state_folder

app = typer.Typer()
_SHOWN_APART = frozenset({"timestamp", "level", "message", "request_id", "service", "location", "stack_trace"})
METRICS = "_aws"
"""A line with this field has metrics in CloudWatch's embedded metric format."""
_IDS = ("request_id", "job_request_id")


@dataclass(frozen=True, slots=True)
class LogLine:
    at: datetime
    process: str
    fields: dict[str, Any]


@app.command()
@writing()
def logs(
    request_id: Annotated[str, typer.Argument(help="The id in X-Request-Id, in data.request_id or in an error.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the lines as a JSON array.")] = False,
) -> None:
    """Show what all processes of the local system logged about a request, in order of time.

    Exits with 1 if there is nothing.
    """
    found = lines_of(request_id, log_files())
    if not found:
        fail(f"No log line of request {request_id} in {state_folder()}", as_json)
    if as_json:
        show_json([{"process": line.process, **line.fields} for line in found])
        return
    width = max(len(line.process) for line in found)
    for line in found:
        at = line.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        level, message = line.fields.get("level", "-"), line.fields.get("message", "")
        details = " ".join(f"{name}={_value(v)}" for name, v in line.fields.items() if name not in _SHOWN_APART)
        out.print(plain(f"{at}  {line.process:<{width}}  {level:<7}  {message}  {details}".rstrip()))


def _value(value: object) -> str:
    return value if isinstance(value, str) and value and " " not in value else json.dumps(value)


def lines_of(request_id: str, files: Iterable[Path]) -> list[LogLine]:
    """Return the lines of the request, oldest first. Lines of the same millisecond keep the order of their file."""
    return sorted((line for file in files for line in _lines(request_id, file)), key=lambda line: line.at)


def _lines(request_id: str, file: Path) -> Iterator[LogLine]:
    before = datetime.min.replace(tzinfo=UTC)
    with file.open(errors="replace") as log:
        for text in log:
            if request_id not in text or not text.startswith("{"):
                continue
            try:
                fields = json.loads(text)
            except ValueError:  # cut off when the process was killed
                continue
            if not any(fields.get(name) == request_id for name in _IDS):
                continue
            if METRICS in fields:
                fields = _answered(fields)
                if not fields:
                    continue
            before = _time(fields.get("timestamp")) or before
            yield LogLine(before, file.stem, fields)


def _answered(metrics: dict[str, Any]) -> dict[str, Any]:
    """Convert the metrics of an answered request to a log line; empty for other metrics."""
    if not {"RequestSeconds", "path"} <= metrics.keys():
        return {}
    at = datetime.fromtimestamp(metrics.pop(METRICS)["Timestamp"] / 1000, tz=UTC)
    seconds = sum(metrics.pop("RequestSeconds"))
    return {"timestamp": at.isoformat(), "level": "INFO", "message": "request answered", **metrics, "seconds": seconds}


def _time(text: object) -> datetime | None:
    """Parse a time with its offset from UTC, which may differ between processes."""
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return at if at.tzinfo else at.astimezone()

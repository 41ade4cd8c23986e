"""Downloads of the commands."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from creator_search_client import Client

from infra.cli.output import fail, reason, show_json, show_line
from infra.cli.session import Session

STANDARD_OUTPUT = "-"
Output = Annotated[str, typer.Option("--output", "-o", help="The file to write, or - for standard output.")]


def save(session: Session, output: str, download: Callable[[Client, BinaryIO], int]) -> None:
    """Write a download to a file, which has its name only when it is complete. An existing file is replaced."""
    if output == STANDARD_OUTPUT:
        session.ask(lambda client: download(client, sys.stdout.buffer))
        sys.stdout.buffer.flush()
        return
    target = Path(output)
    if target.is_dir():
        fail(f"{output} cannot be written: it is a folder", session.as_json)
    part = target.with_name(f".{target.name}.part")
    try:
        try:
            with part.open("wb") as file:
                size = session.ask(lambda client: download(client, file))
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        fail(f"{output} cannot be written: {reason(error)}", session.as_json)
    if session.as_json:
        show_json({"success": True, "data": {"file": output, "bytes": size}})
    else:
        show_line(f"{output}: {size} bytes")

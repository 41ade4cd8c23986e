"""Output that the commands share."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import typer
from creator_search_client import ApiError, ClientError, RateLimited
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

_PIPED_WIDTH = 240
"""Columns of a table that no terminal shows: rich assumes 80, and would cut the names of operations."""

out = Console(soft_wrap=True, highlight=False)
if not out.is_terminal:
    out.width = _PIPED_WIDTH
err = Console(stderr=True, soft_wrap=True, highlight=False)


def fail_with(error: ClientError, as_json: bool, code: int = 1) -> NoReturn:
    """Print an error of the client, with the body of the API's answer as JSON, and exit."""
    text = str(error)
    if isinstance(error, RateLimited) and error.retry_after is not None:
        text = f"{text}; try again in {error.retry_after:.0f} s"
    body = error.body if isinstance(error, ApiError) and isinstance(error.body, dict) else None
    fail(text, as_json, code, body)


def fail(text: str, as_json: bool, code: int = 1, body: object = None) -> NoReturn:
    """Print an error, as JSON to standard output or as one line to standard error, and exit."""
    if as_json:
        show_json(body if body is not None else {"success": False, "error": text})
    else:
        line = plain(text)
        line.stylize("red")
        err.print(line)
    raise typer.Exit(code)


def show_json(value: object) -> None:
    out.print_json(json.dumps(value))


def show_line(*parts: object) -> None:
    """Print one line of text, whatever the parts contain."""
    out.print(plain(" ".join(map(str, parts))))


def show_fields(fields: Mapping[str, Any], names: Sequence[str] = ()) -> None:
    """Print the fields of these names, or all, one a line."""
    chosen = [*(names or fields)]
    width = max((cell_len(name) for name in chosen), default=0)
    for name in chosen:
        out.print(Text.assemble(plain(name), " " * (width - cell_len(name) + 2), plain(fields.get(name))))


def show_rows(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], nothing: str) -> None:
    """Print a line for each row under a line of the columns' names; `nothing` if there are none.

    No value is cut off, so that the lines can be read by other programs.
    """
    if not rows:
        out.print(plain(nothing))
        return
    cells = [[plain(name.replace("_", " ")) for name in columns]]
    cells += [[plain(row.get(name)) for name in columns] for row in rows]
    widths = [max(cell_len(line[column].plain) for line in cells) for column in range(len(columns))]
    for number, line in enumerate(cells):
        padded = (cell.plain + " " * (width - cell_len(cell.plain)) for cell, width in zip(line, widths, strict=True))
        out.print(Text("  ".join(padded).rstrip(), style="bold" if number == 0 else ""))


def show_document(value: object) -> None:
    """Print any result: its single values as fields, lists of objects as rows, other objects under their name."""
    if isinstance(value, list):
        rows = [row if isinstance(row, dict) else {"": row} for row in value]
        show_rows(rows, [*dict.fromkeys(column for row in rows for column in row)], "None")
    if not isinstance(value, dict):
        return
    sections = {n: v for n, v in value.items() if isinstance(v, dict) or (isinstance(v, list) and _has_objects(v))}
    show_fields({name: found for name, found in value.items() if name not in sections})
    for name, found in sections.items():
        out.print(Text.assemble("\n", plain(name.replace("_", " "))), style="bold")
        show_document(found)


def _has_objects(values: list[Any]) -> bool:
    return any(isinstance(value, dict) for value in values)


def plain(value: object) -> Text:
    """Return any value of an answer as one line of text, without markup and control characters."""
    return Text("".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in _text(value)))


def _text(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        # From 1,000, `g` would round amounts of money, and write large ones as powers of ten.
        return f"{value:.4g}" if abs(value) < 1000 else f"{value:.2f}".removesuffix("0").removesuffix(".0")
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_text(v)}" for name, v in value.items()) or "-"
    if isinstance(value, list):
        return ", ".join(map(_text, value)) or "-"
    return str(value)

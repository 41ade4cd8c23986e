"""Output that the commands share."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import typer
from creator_search_client import ApiError, ClientError, ConnectionFailed, RateLimited, ServerError, Unauthenticated
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

_PIPED_WIDTH = 240
"""Columns of a table that no terminal shows: rich assumes 80, and would cut the names of operations."""

NOTES = "notes"

out = Console(soft_wrap=True, highlight=False)
if not out.is_terminal:
    out.width = _PIPED_WIDTH
err = Console(stderr=True, soft_wrap=True, highlight=False)


def fail_with(error: ClientError, as_json: bool, code: int = 1) -> NoReturn:
    """Print an error of the client and what to do, with the body of the API's answer as JSON, and exit."""
    body = error.body if isinstance(error, ApiError) and isinstance(error.body, dict) else None
    fail(f"{error}{_what_to_do(error)}", as_json, code, body)


def _what_to_do(error: ClientError) -> str:
    match error:
        case RateLimited(retry_after=float(seconds)):
            return f"; try again in {seconds:.0f} s"
        case Unauthenticated():
            return ": set CREATOR_SEARCH_TOKEN or CREATOR_SEARCH_API_KEY to one"
        case ServerError(request_id=str(request_id)):
            return f" (request {request_id})"
        case ConnectionFailed():
            return "; `make run` starts a local system, --api names another address"
    return ""


def fail(text: str, as_json: bool, code: int = 1, body: object = None) -> NoReturn:
    """Print an error, as JSON to standard output or as one line to standard error, and exit."""
    if as_json:
        show_json(body if body is not None else {"success": False, "error": text})
    else:
        line = plain(text)
        line.stylize("red")
        err.print(line)
    raise typer.Exit(code)


@contextmanager
def writing() -> Iterator[None]:
    """Exit with one line if standard output cannot be written, to a full disk for example."""
    try:
        yield
    except BrokenPipeError:  # the reader has ended, as `head` does: the exit is silent
        raise
    except OSError as error:
        fail(f"The output cannot be written: {reason(error)}", as_json=False)


def reason(error: OSError | ValueError) -> str:
    """Return why a file could not be read or written, without its name."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def show_json(value: object) -> None:
    out.print_json(json.dumps(value))


def show_line(*parts: object) -> None:
    """Print one line of text, whatever the parts contain."""
    out.print(plain(" ".join(map(str, parts))))


def show_fields(fields: Mapping[str, Any], names: Sequence[str] = ()) -> None:
    """Print the fields of these names, or all, one a line; notes are sentences, each on a line of its own."""
    chosen = [*(names or fields)]
    width = max((cell_len(name) for name in chosen), default=0)
    for name in chosen:
        shown = [*map(plain, fields[name])] if name == NOTES and fields.get(name) else [plain(fields.get(name))]
        for number, line in enumerate(shown):
            label = plain(name if number == 0 else "")
            out.print(Text.assemble(label, " " * (width - cell_len(label.plain) + 2), line))


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

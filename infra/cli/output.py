"""Options and output that the commands share."""

import json
from collections.abc import Callable
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.text import Text

from infra.cli.client import ApiError

LOCAL_API = "http://127.0.0.1:8000"
out = Console(soft_wrap=True)
err = Console(stderr=True, soft_wrap=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print the API's answer as JSON.")]
Api = Annotated[str, typer.Option("--api", envvar="CREATOR_SEARCH_API", help="The base URL of the API.")]
Token = Annotated[str | None, typer.Option(envvar="CREATOR_SEARCH_TOKEN", help="A token for a deployed stack.")]


def asked(call: Callable[[], dict[str, Any]], as_json: bool, code: int = 1) -> dict[str, Any]:
    """Return the answer of the API; print its error and exit with `code` if there is none."""
    try:
        return call()
    except ApiError as error:
        fail(str(error), as_json, code, error.answer.get("body"))


def fail(text: str, as_json: bool, code: int = 1, body: object = None) -> NoReturn:
    """Print an error, as JSON to standard output or as one line to standard error, and exit."""
    if as_json:
        out.print_json(json.dumps(body if body is not None else {"success": False, "error": text}))
    else:
        err.print(Text(text, style="red"))
    raise typer.Exit(code)


def show(answer: dict[str, Any], as_json: bool, render: Callable[[dict[str, Any]], None]) -> None:
    if as_json:
        out.print_json(json.dumps(answer))
    else:
        render(answer)


def plain(value: object) -> Text:
    """Return any value of an answer as one line of text, without markup and control characters."""
    return Text("".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in _text(value)))


def _text(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_text(v)}" for name, v in value.items()) or "-"
    if isinstance(value, list):
        return ", ".join(map(_text, value)) or "-"
    return str(value)

"""Options that the commands share: the address of the API, the credentials, and the form of the output."""

import functools
import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar, get_type_hints

import typer
from creator_search_client import LOCAL_API, Answer, Client, ClientError, Retries

from infra.cli.output import fail_with, show_json, writing

P = ParamSpec("P")
T = TypeVar("T")
RETRIES = Retries(attempts=3, total_seconds=20)
"""A person waits for less long than a program."""

AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]
Api = Annotated[str, typer.Option("--api", envvar="CREATOR_SEARCH_API", help="The base URL of the API.")]
Token = Annotated[str | None, typer.Option(envvar="CREATOR_SEARCH_TOKEN", help="A token; prefer the variable.")]
ApiKey = Annotated[
    str | None,
    typer.Option(envvar="CREATOR_SEARCH_API_KEY", help="An API key instead of a token; prefer the variable."),
]
OPTIONS: dict[str, tuple[Any, Any]] = {
    "as_json": (AsJson, False),
    "api": (Api, LOCAL_API),
    "token": (Token, None),
    "api_key": (ApiKey, None),
}


@dataclass(frozen=True)
class Session:
    """The options of one command, and its client."""

    api: str
    as_json: bool
    token: str | None = field(default=None, repr=False)
    api_key: str | None = field(default=None, repr=False)

    def connect(self) -> Client:
        """Return a client. Raises InvalidArgument."""
        return Client(self.api, token=self.token, api_key=self.api_key, retries=RETRIES)

    def ask(self, call: Callable[[Client], T], code: int = 1) -> T:
        """Return what the call returns; print its error and exit with `code` if it fails."""
        try:
            with self.connect() as client:
                return call(client)
        except ClientError as error:
            fail_with(error, self.as_json, code)

    def show(self, call: Callable[[Client], Answer[T]], render: Callable[[Answer[T]], None]) -> None:
        """Show the answer of a call."""
        answer = self.ask(call)
        if self.as_json:
            show_json(answer.body)
        else:
            render(answer)

    def show_all(
        self, call: Callable[[Client], Iterable[T]], render: Callable[[list[T]], None], limit: int | None = None
    ) -> None:
        """Show the items that a call yields, at most `limit`."""
        found = self.ask(lambda client: [*islice(call(client), limit)])
        if self.as_json:
            show_json({"success": True, "data": found})
        else:
            render(found)

    def do(self, call: Callable[[Client], object], done: Callable[[], None]) -> None:
        """Carry out a call that returns nothing; `done` tells so."""
        self.ask(call)
        if self.as_json:
            show_json({"success": True})
        else:
            done()


def command(app: typer.Typer, name: str | None = None) -> Callable[[Callable[Concatenate[Session, P], None]], None]:
    """Register a function as a command. Its first parameter receives the session of the shared options."""

    def register(function: Callable[Concatenate[Session, P], None]) -> None:
        own = [*inspect.signature(function).parameters.values()][1:]
        hints = get_type_hints(function, include_extras=True)
        shared = [
            inspect.Parameter(option, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
            for option, (annotation, default) in OPTIONS.items()
        ]

        @functools.wraps(function)
        def run(**arguments: Any) -> None:
            session = Session(**{option: arguments.pop(option) for option in OPTIONS})
            with writing():
                function(session, **arguments)  # type: ignore[call-arg]

        mine = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints[p.name]) for p in own]
        run.__signature__ = inspect.Signature([*mine, *shared])  # type: ignore[attr-defined]
        run.__annotations__ = {p.name: p.annotation for p in (*mine, *shared)}
        del run.__wrapped__
        app.command(name)(run)

    return register

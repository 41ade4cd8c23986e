"""The commands about the caller: token, me and searches."""

from typing import Annotated

import typer
from creator_search_client import Client, NotFound
from creator_search_client.answers import Answer
from creator_search_client.caller_types import LocalToken

from infra.cli.output import fail, out, show_fields, show_json, show_line, show_rows
from infra.cli.session import Session, command

app = typer.Typer()


@command(app)
def token(
    session: Session,
    subject: Annotated[str, typer.Option(help="Who the token is for.")],
    scope: Annotated[list[str] | None, typer.Option(help="A scope beside read, as admin; may be repeated.")] = None,
    expires: Annotated[int, typer.Option(help="Seconds until it expires; negative for an expired one.")] = 3600,
) -> None:
    """Print a token of the local system's issuer."""

    def issued(client: Client) -> Answer[LocalToken] | None:
        try:
            return client.create_local_token(subject, scopes=scope or (), expires_in=expires)
        except NotFound:
            return None

    answer = session.ask(issued)
    if answer is None:
        fail(f"{session.api} issues no tokens: those of a deployed stack come from its OIDC issuer", session.as_json)
    if session.as_json:
        show_json({"token": answer.data["token"], "expires_at": answer.data["expires_at"]})
    else:
        show_line(answer.data["token"])


@command(app)
def me(session: Session) -> None:
    """Show who you are to the API, and your limits."""
    session.show(Client.me, lambda answer: show_fields(answer.data))


@command(app)
def searches(
    session: Session, clear: Annotated[bool, typer.Option("--clear", help="Delete them instead.")] = False
) -> None:
    """List your searches of the last 30 days."""
    if clear:
        session.do(Client.clear_searches, lambda: out.print("The searches are deleted"))
        return
    columns = ("at", "results", "query")
    session.show_all(Client.searches, lambda rows: show_rows(rows, columns, "No searches"))

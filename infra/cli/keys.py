"""`creator-search keys`: API keys."""

from typing import Annotated

import typer
from creator_search_client import Answer, Client
from creator_search_client.caller_types import NewApiKey

from infra.cli.output import err, plain, show_line, show_rows
from infra.cli.session import Session, command

app = typer.Typer(help="Your API keys.", no_args_is_help=True)


@command(app)
def create(
    session: Session,
    name: Annotated[str, typer.Argument(help="What the key is for.")],
    expires_in_days: Annotated[int | None, typer.Option(min=1, help="When it expires; never by default.")] = None,
) -> None:
    """Create a key and print it; it is shown this once. Requires a token: a key cannot create keys."""

    def render(answer: Answer[NewApiKey]) -> None:
        err.print(plain(f"Key {answer.data['id']}; it is not shown again"))
        show_line(answer.data["key"])

    session.show(lambda client: client.create_api_key(name, expires_in_days=expires_in_days), render)


@command(app, "list")
def list_keys(session: Session) -> None:
    """List the keys, without their secrets."""
    columns = ("id", "name", "created_at", "last_used_at", "expires_at")
    session.show_all(Client.api_keys, lambda rows: show_rows(rows, columns, "No keys"))


@command(app)
def delete(session: Session, id: Annotated[str, typer.Argument(help="The id of the key.")]) -> None:
    """Delete a key. It stops working within a minute."""
    session.do(lambda client: client.delete_api_key(id), lambda: show_line(f"Key {id} is deleted"))

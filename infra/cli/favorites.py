"""`creator-search favorites`: favourite creators."""

import typer
from creator_search_client import Client

from infra.cli.creators import Name
from infra.cli.output import show_line, show_rows
from infra.cli.session import Session, command

app = typer.Typer(help="Your favourite creators.", no_args_is_help=True)


@command(app, "list")
def list_favorites(session: Session) -> None:
    """List the favourites."""
    session.show_all(Client.favorites, lambda rows: show_rows(rows, ("username", "added_at"), "No favourites"))


@command(app)
def add(session: Session, name: Name) -> None:
    """Keep a creator as a favourite."""
    session.show(
        lambda client: client.add_favorite(name),
        lambda answer: show_line(
            f"@{answer.data['username']} is {'now' if answer.status == 201 else 'already'} a favourite"
        ),
    )


@command(app)
def remove(session: Session, name: Name) -> None:
    """Remove a creator from the favourites."""
    session.do(lambda client: client.remove_favorite(name), lambda: show_line(f"@{name} is not a favourite"))

"""`creator-search lists`: named lists of creators."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer
from creator_search_client import Client

from infra.cli.files import STANDARD_OUTPUT, Output, save
from infra.cli.output import fail, reason, show_document, show_line, show_rows
from infra.cli.session import Session, command

app = typer.Typer(help="Your lists of creators.", no_args_is_help=True)
Id = Annotated[str, typer.Argument(help="The id of the list.")]
Names = Annotated[list[str], typer.Argument(help="Instagram usernames.")]


@command(app)
def create(session: Session, name: Annotated[str, typer.Argument(help="The name of the list.")]) -> None:
    """Create a list, and print its id."""
    session.show(lambda client: client.create_creator_list(name), lambda answer: show_line(answer.data["id"]))


@command(app, "list")
def list_lists(session: Session) -> None:
    """List the lists."""
    session.show_all(Client.creator_lists, lambda rows: show_rows(rows, ("id", "name", "created_at"), "No lists"))


@command(app)
def show(session: Session, id: Id) -> None:
    """Show the creators of a list."""
    session.show_all(
        lambda client: client.creator_list_entries(id),
        lambda rows: show_rows(rows, ("username", "tags", "note", "added_at"), "No creators"),
    )


@command(app)
def add(
    session: Session,
    id: Id,
    names: Names,
    tag: Annotated[list[str] | None, typer.Option(help="A tag of each of them; may be repeated.")] = None,
    note: Annotated[str | None, typer.Option(help="A note on each of them.")] = None,
) -> None:
    """Add creators to a list, or replace the tags and the note of those in it."""

    def add_all(client: Client) -> None:
        for name in names:
            client.add_to_creator_list(id, name, tags=tag or (), note=note)

    session.do(add_all, lambda: show_line("Added: " + ", ".join(names)))


@command(app)
def remove(session: Session, id: Id, names: Names) -> None:
    """Remove creators from a list."""

    def remove_all(client: Client) -> None:
        for name in names:
            client.remove_from_creator_list(id, name)

    session.do(remove_all, lambda: show_line("Removed: " + ", ".join(names)))


@command(app, "import")
def import_list(
    session: Session,
    id: Id,
    file: Annotated[str, typer.Argument(help="CSV with usernames, or - for standard input.")],
) -> None:
    """Add the creators of a CSV file; unknown ones are requested."""
    try:
        content = sys.stdin.buffer.read() if file == STANDARD_OUTPUT else Path(file).read_bytes()
    except (OSError, ValueError) as error:
        fail(f"{file} cannot be read: {reason(error)}", session.as_json)
    session.show(lambda client: client.import_creator_list(id, content), lambda answer: show_document(answer.data))


@command(app)
def export(
    session: Session,
    id: Id,
    output: Output,
    format: Annotated[Literal["csv", "xlsx"], typer.Option(help="The format of the file.")] = "csv",
) -> None:
    """Download a list."""
    save(session, output, lambda client, target: client.export_creator_list(id, target, format=format))


@command(app)
def delete(session: Session, id: Id) -> None:
    """Delete a list."""
    session.do(lambda client: client.delete_creator_list(id), lambda: show_line(f"List {id} is deleted"))

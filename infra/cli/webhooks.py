"""`creator-search webhooks`: webhooks and their deliveries."""

from typing import Annotated

import typer
from creator_search_client import Answer, Client
from creator_search_client.caller_types import NewWebhook

from infra.cli.output import err, plain, show_fields, show_line, show_rows
from infra.cli.session import Session, command

app = typer.Typer(help="Your webhooks.", no_args_is_help=True)
Id = Annotated[str, typer.Argument(help="The id of the webhook.")]


@command(app)
def create(
    session: Session,
    url: Annotated[str, typer.Argument(help="The https address that receives the events.")],
    event: Annotated[
        list[str] | None, typer.Option(help="An event, as profile.completed; may be repeated. All by default.")
    ] = None,
) -> None:
    """Register an address, and print the secret that signs its events; it is shown this once."""

    def render(answer: Answer[NewWebhook]) -> None:
        err.print(plain(f"Webhook {answer.data['id']}; its secret is not shown again"))
        show_line(answer.data["secret"])

    session.show(lambda client: client.create_webhook(url, events=event or None), render)


@command(app, "list")
def list_webhooks(session: Session) -> None:
    """List the webhooks."""
    columns = ("id", "url", "enabled", "disabled_reason", "events")
    session.show_all(Client.webhooks, lambda rows: show_rows(rows, columns, "No webhooks"))


@command(app)
def delete(session: Session, id: Id) -> None:
    """Delete a webhook."""
    session.do(lambda client: client.delete_webhook(id), lambda: show_line(f"Webhook {id} is deleted"))


@command(app)
def test(session: Session, id: Id) -> None:
    """Send the event ping."""
    session.show(lambda client: client.test_webhook(id), lambda answer: show_fields(answer.data))


@command(app)
def deliveries(session: Session, id: Id) -> None:
    """List the last 50 deliveries."""
    columns = ("id", "event", "status", "attempts", "response_status", "response_ms", "created_at", "error")
    session.show(lambda client: client.deliveries(id), lambda answer: show_rows(answer.data, columns, "No deliveries"))

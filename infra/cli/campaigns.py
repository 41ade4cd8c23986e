"""`creator-search campaigns`: campaigns and their reports."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from creator_search_client import Answer, Client
from creator_search_client.caller_types import Campaign, CampaignFields

from infra.cli.files import save
from infra.cli.output import show_document, show_json, show_line, show_rows
from infra.cli.session import Session, command

app = typer.Typer(help="Your campaigns.", no_args_is_help=True)
Id = Annotated[str, typer.Argument(help="The id of the campaign.")]
Names = Annotated[list[str], typer.Argument(help="Instagram usernames.")]
Tags = Annotated[list[str] | None, typer.Option(help="Posts with it belong to the campaign; may be repeated.")]
_ROW_FIGURES = ("posts", "likes", "comments", "engagement", "engagement_rate_median", "plays", "views")
Day = Annotated[str | None, typer.Option(help="A date, as 2026-03-01.")]


@command(app)
def create(
    session: Session,
    name: Annotated[str, typer.Argument(help="The name of the campaign.")],
    brand: Annotated[str | None, typer.Option(help="The brand.")] = None,
    starts_on: Day = None,
    ends_on: Day = None,
    budget: Annotated[float | None, typer.Option(help="The budget, in --currency.")] = None,
    currency: Annotated[str | None, typer.Option(help="The currency, as EUR.")] = None,
    hashtag: Tags = None,
    mention: Tags = None,
) -> None:
    """Create a campaign, and print its id."""
    optional: CampaignFields = {
        "brand": brand,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "budget": budget,
        "currency": currency,
        "hashtags": hashtag or [],
        "mentions": mention or [],
    }
    given: Any = {field: value for field, value in optional.items() if value not in (None, [])}
    session.show(lambda client: client.create_campaign(name, **given), lambda answer: show_line(answer.data["id"]))


@command(app, "list")
def list_campaigns(session: Session) -> None:
    """List the campaigns."""
    columns = ("id", "name", "brand", "starts_on", "ends_on", "budget", "currency")
    session.show_all(Client.campaigns, lambda rows: show_rows(rows, columns, "No campaigns"))


@command(app)
def show(session: Session, id: Id) -> None:
    """Show a campaign."""
    session.show(lambda client: client.campaign(id), _show_campaign)


def _show_campaign(answer: Answer[Campaign]) -> None:
    show_document(answer.data)


@command(app)
def add(session: Session, id: Id, names: Names) -> None:
    """Add creators to a campaign."""

    def add_all(client: Client) -> None:
        for name in names:
            client.add_to_campaign(id, name)

    session.do(add_all, lambda: show_line("Added: " + ", ".join(names)))


@command(app)
def remove(session: Session, id: Id, names: Names) -> None:
    """Remove creators from a campaign."""

    def remove_all(client: Client) -> None:
        for name in names:
            client.remove_from_campaign(id, name)

    session.do(remove_all, lambda: show_line("Removed: " + ", ".join(names)))


@command(app)
def report(
    session: Session,
    id: Id,
    csv: Annotated[str | None, typer.Option(help="Write it as CSV to this file, or to standard output with -.")] = None,
) -> None:
    """Show the report of a campaign."""
    if csv is not None:
        save(session, csv, lambda client, file: client.campaign_report_csv(id, file))
        return
    answer = session.ask(lambda client: client.campaign_report(id))
    if session.as_json:
        show_json(answer.body)
    else:
        show_document({**answer.data, **{name: _flat(answer.data[name]) for name in ("creators", "timeline")}})


def _flat(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows with the most important of their figures, one a column."""
    return [
        {
            **{name: value for name, value in row.items() if name != "figures"},
            **{name: (row["figures"] or {}).get(name) for name in _ROW_FIGURES},
        }
        for row in rows
    ]


@command(app)
def delete(session: Session, id: Id) -> None:
    """Delete a campaign."""
    session.do(lambda client: client.delete_campaign(id), lambda: show_line(f"Campaign {id} is deleted"))

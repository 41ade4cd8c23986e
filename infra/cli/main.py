"""`creator-search`: a command-line client of the API."""

import json
from typing import Annotated, Any

import typer
from rich.table import Table

from infra.cli.client import Client
from infra.cli.logs import logs
from infra.cli.output import LOCAL_API, Api, AsJson, Token, asked, out, show
from infra.cli.watching import health, watch

app = typer.Typer(help="Client of the Creator Search API.", no_args_is_help=True, pretty_exceptions_enable=False)
Name = Annotated[str, typer.Argument(help="An Instagram username.")]


@app.command()
def request(
    name: Name,
    source: Annotated[str, typer.Option(help="The source of the request; it determines the priority.")] = "frontend",
    wait: Annotated[bool, typer.Option("--wait", help="Wait until the job has ended.")] = False,
    timeout: Annotated[float, typer.Option(help="The maximum time to wait, in seconds.")] = 300,
    as_json: AsJson = False,
    api: Api = LOCAL_API,
    token: Token = None,
) -> None:
    """Request a full profile. Exits with 1 if it failed, 2 if --wait timed out."""
    client = Client(api, token=token)
    answer = asked(lambda: client.request(name, source), as_json)
    if not wait:
        show(answer, as_json, lambda a: out.print(a["data"]["message"]))
        return
    if not as_json:
        out.print(answer["data"]["message"])
    last = asked(lambda: client.wait(name, timeout, lambda d: None if as_json else show_change(d)), as_json)
    if as_json:
        out.print_json(json.dumps(last))
    status = last["data"]["status"]
    if status != "completed":
        raise typer.Exit(1 if status in ("failed", "not_found") else 2)


@app.command()
def status(name: Name, as_json: AsJson = False, api: Api = LOCAL_API, token: Token = None) -> None:
    """Show the status of a profile."""
    answer = asked(lambda: Client(api, token=token).status(name), as_json)
    show(answer, as_json, lambda a: show_change(a["data"]))


@app.command()
def profile(name: Name, as_json: AsJson = False, api: Api = LOCAL_API, token: Token = None) -> None:
    """Show a creator's profile and figures."""
    answer = asked(lambda: Client(api, token=token).profile(name), as_json)
    show(answer, as_json, show_profile)


@app.command()
def similar(
    name: Name,
    limit: Annotated[int, typer.Option(min=1, max=80, help="The maximum number of profiles.")] = 20,
    force_refresh: Annotated[
        bool, typer.Option("--force-refresh", help="Fetch from the upstream even if a set is cached.")
    ] = False,
    as_json: AsJson = False,
    api: Api = LOCAL_API,
    token: Token = None,
) -> None:
    """List similar creators, most similar first."""
    answer = asked(lambda: Client(api, token=token).similar(name, limit, force_refresh), as_json)
    show(answer, as_json, show_similar)


@app.command()
def queue(as_json: AsJson = False, api: Api = LOCAL_API, token: Token = None) -> None:
    """Show the depth of the queues."""
    answer = asked(lambda: Client(api, token=token).queue(), as_json)

    def render(found: dict[str, Any]) -> None:
        table = Table("queue", "pending", "in flight", "oldest", "dead letters")
        for queue_name, state in found["data"]["queues"].items():
            age = state["oldest_age_seconds"]
            oldest = "-" if age is None else f"{age:.0f} s"
            table.add_row(queue_name, str(state["pending"]), str(state["in_flight"]), oldest, str(state["dead_letter"]))
        out.print(table)

    show(answer, as_json, render)


def show_change(data: dict[str, Any]) -> None:
    """Print one line about the status of a job."""
    parts = [data["status"]]
    if data.get("queue_position"):
        parts.append(f"position {data['queue_position']}, {data.get('estimated_time')}")
    if data.get("attempts"):
        parts.append(f"attempt {data['attempts']}")
    if data.get("error_message"):
        parts.append(data["error_message"])
    if data.get("next_attempt_at"):
        parts.append(f"next attempt at {data['next_attempt_at']}")
    out.print("  " + " · ".join(parts))


def show_profile(answer: dict[str, Any]) -> None:
    found, figures, meta = answer["profile"], answer["analytics"], answer["meta"]
    out.print(
        f"@{found['username']} · {found['full_name'] or '-'} · {found['followers']} followers · "
        f"{found['profile_type']} profile{' · stale' if meta['stale'] else ''}"
    )
    out.print(
        f"  engagement rate {_figure(found['engagement_rate'])} % · likes {_figure(figures['avg_likes'])} · "
        f"comments {_figure(figures['avg_comments'])} · best time {figures['best_time_to_post'] or '-'} UTC · "
        f"last {figures['sample_size']} posts"
    )
    for note in (*found["notes"], *figures["notes"]):
        out.print(f"  note: {note}")


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"


def show_similar(answer: dict[str, Any]) -> None:
    out.print(answer["message"])
    for row in answer["data"]:
        out.print(f"{row['rank']:>4}  {row['username']:<30}  {row['profile_image_url'] or '-'}", highlight=False)


app.command()(health)
app.command()(watch)
app.command()(logs)

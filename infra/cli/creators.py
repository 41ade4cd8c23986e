"""The commands about creators: request, status, profile, similar, search, export and queue."""

from typing import Annotated, Any, Literal

import typer
from creator_search_client import Answer, Client
from creator_search_client.creator_types import ProfileDocument, ProfileStatus, QueueStatus, SimilarProfile
from rich.table import Table

from infra.cli.files import Output, save
from infra.cli.output import err, out, plain, show_json, show_line, show_rows
from infra.cli.session import Session, command

app = typer.Typer()
Name = Annotated[str, typer.Argument(help="An Instagram username.")]


@command(app)
def request(
    session: Session,
    name: Name,
    source: Annotated[str, typer.Option(help="The source of the request; it determines the priority.")] = "frontend",
    refresh: Annotated[bool, typer.Option("--refresh", help="Build an existing profile anew.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until the job has ended.")] = False,
    timeout: Annotated[float, typer.Option(help="The maximum time to wait, in seconds.")] = 300,
) -> None:
    """Request a full profile. Exits with 1 if it failed, 2 if --wait timed out."""
    asked = session.ask(lambda client: client.request(name, source=source, refresh=refresh))
    if not session.as_json:
        show_line(asked.data["message"])
    elif not wait:
        show_json(asked.body)
    if not wait:
        return
    on_change = None if session.as_json else show_change
    last = session.ask(lambda client: client.wait(name, timeout=timeout, on_change=on_change))
    if session.as_json:
        show_json(last.body)
    status = last.data["status"]
    if status in ("failed", "not_found"):
        raise typer.Exit(1)
    if status != "completed":
        if not session.as_json:
            err.print(plain(f"Not completed after {timeout:g} s; the work goes on: creator-search status {name}"))
        raise typer.Exit(2)


@command(app)
def status(session: Session, name: Name) -> None:
    """Show the status of a profile."""

    def render(answer: Answer[ProfileStatus]) -> None:
        show_line(answer.data["message"])
        show_change(answer.data)

    session.show(lambda client: client.status(name), render)


@command(app)
def profile(session: Session, name: Name) -> None:
    """Show a creator's profile and figures."""
    session.show(lambda client: client.profile(name), show_profile)


@command(app)
def similar(
    session: Session,
    name: Name,
    limit: Annotated[int, typer.Option(min=1, max=80, help="The maximum number of profiles.")] = 20,
    force_refresh: Annotated[
        bool, typer.Option("--force-refresh", help="Fetch from the upstream even if a set is cached.")
    ] = False,
) -> None:
    """List similar creators, most similar first."""
    session.show(lambda client: client.similar(name, limit=limit, force_refresh=force_refresh), show_similar)


@command(app)
def search(
    session: Session,
    q: Annotated[str | None, typer.Option(help="A prefix of the username or the full name.")] = None,
    category: Annotated[str | None, typer.Option(help="The profile's category.")] = None,
    language: Annotated[str | None, typer.Option(help="The language of the captions, as en.")] = None,
    min_followers: Annotated[int | None, typer.Option(help="The minimum number of followers.")] = None,
    max_followers: Annotated[int | None, typer.Option(help="The maximum number of followers.")] = None,
    min_engagement: Annotated[float | None, typer.Option(help="The minimum engagement rate, in percent.")] = None,
    verified: Annotated[bool | None, typer.Option("--verified/--not-verified", help="Verified or not.")] = None,
    sort: Annotated[
        Literal["followers", "engagement", "name"] | None, typer.Option(help="The order; only name with --q.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="The maximum number of creators.")] = 20,
) -> None:
    """Search the stored creators."""

    def found(client: Client) -> Any:
        return client.search(
            page_size=min(limit, 100),
            q=q,
            category=category,
            language=language,
            min_followers=min_followers,
            max_followers=max_followers,
            min_engagement=min_engagement,
            verified=verified,
            sort=sort,
        )

    columns = ("username", "followers", "engagement_rate", "is_verified", "category", "language", "full_name")
    session.show_all(found, lambda rows: show_rows(rows, columns, "No stored creator matches"), limit)


@command(app)
def export(
    session: Session,
    name: Name,
    output: Output,
    format: Annotated[Literal["csv", "json"], typer.Option(help="One row per post, or everything.")] = "csv",
) -> None:
    """Download a creator's posts and metrics."""
    save(session, output, lambda client, file: client.export(name, file, format=format))


@command(app)
def queue(session: Session) -> None:
    """Show the depth of the queues."""

    def render(answer: Answer[QueueStatus]) -> None:
        table = Table("queue", "pending", "in flight", "oldest", "dead letters")
        for queue_name, state in answer.data["queues"].items():
            age = state["oldest_age_seconds"]
            oldest = "-" if age is None else f"{age:.0f} s"
            table.add_row(*map(plain, (queue_name, state["pending"], state["in_flight"], oldest, state["dead_letter"])))
        out.print(table)

    session.show(Client.queue, render)


def show_change(status: ProfileStatus) -> None:
    """Print one line about the status of a job."""
    parts = [status["status"]]
    if status.get("queue_position"):
        parts.append(f"position {status['queue_position']}, {status.get('estimated_time')}")
    if status.get("attempts"):
        parts.append(f"attempt {status['attempts']}")
    if status.get("error_message"):
        parts.append(status["error_message"])
    if status.get("next_attempt_at"):
        parts.append(f"next attempt at {status['next_attempt_at']}")
    show_line("  " + " · ".join(parts))


def show_profile(answer: Answer[ProfileDocument]) -> None:
    found, figures, meta = answer.data["profile"], answer.data["analytics"], answer.data["meta"]
    best_time = figures["best_time_to_post"]
    show_line(
        f"@{found['username']} · {found['full_name'] or '-'} · {found['followers']} followers · "
        f"{found['profile_type']} profile{' · stale' if meta['stale'] else ''}"
    )
    show_line(
        f"  engagement rate {_figure(found['engagement_rate'])} % · likes {_figure(figures['avg_likes'])} · "
        f"comments {_figure(figures['avg_comments'])} · best time {f'{best_time} UTC' if best_time else '-'} · "
        f"last {figures['sample_size']} posts"
    )
    for note in (*found["notes"], *figures["notes"]):
        show_line(f"  note: {note}")


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"


def show_similar(answer: Answer[list[SimilarProfile]]) -> None:
    show_line(answer.message)
    for row in answer.data:
        show_line(f"{row['rank']:>4}  {row['username']:<30}  {row['profile_image_url'] or '-'}")

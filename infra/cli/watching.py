"""`creator-search health` and `creator-search watch`: the state of the system, now and continuously.

Fields that are missing in an answer are shown as "-", and sections that are not known here as tables of their fields.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Any

import typer
from creator_search_client import Client, ClientError
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Column, Table
from rich.text import Text

from infra.cli.output import fail, fail_with, out, plain, show_json
from infra.cli.session import Session, command

app = typer.Typer()
STYLES = {
    **dict.fromkeys(("healthy", "closed"), "green"),
    **dict.fromkeys(("degraded", "half_open", "warning"), "yellow"),
    **dict.fromkeys(("unhealthy", "open", "critical"), "red"),
}
MAX_ROWS = 12
"""The number of rows of a section that are shown."""
_LEFT_OUT = ("notes", "period", "refused_rate", "success_rate", "top_operations")
LONGEST_PAUSE_SECONDS = 10.0


@command(app)
def health(session: Session) -> None:
    """Show the health of the system. Exits with 1 if it is unhealthy, 2 if it cannot be reached."""
    document = session.ask(Client.health, code=2).body
    if session.as_json:
        show_json(document)
    else:
        out.print(health_view(document))
    if document["status"] == "unhealthy":
        raise typer.Exit(1)


@command(app)
def watch(
    session: Session, once: Annotated[bool, typer.Option("--once", help="Print one snapshot and exit.")] = False
) -> None:
    """Show queues, rates, breakers and alerts as they change, until Ctrl-C. With --json, each snapshot is one line.

    Connects again when the connection is lost. Exits with 1 if the API refuses; with --once, with 2 if it cannot be
    reached.
    """
    try:
        with session.connect() as client:
            if once:
                _present(iter([_first(client, session.as_json)]), session.as_json)
            elif session.as_json or not out.is_terminal:
                _present(follow(client.snapshots, time.sleep, lambda _: None), session.as_json)
            else:
                _live(client, session.api)
    except ClientError as error:
        fail_with(error, session.as_json)
    except KeyboardInterrupt:
        pass


def follow(
    connect: Callable[[], Iterator[dict[str, Any]]], pause: Callable[[float], None], on_loss: Callable[[str], None]
) -> Iterator[dict[str, Any]]:
    """Yield the snapshots of one connection after the other, with growing pauses between those without any.

    `on_loss` is called with the reason when a connection has ended. Raises ClientError if the API refuses.
    """
    seconds = 0.5
    while True:
        reason = "The stream ended"
        try:
            for snapshot in connect():
                seconds = 0.5
                yield snapshot
        except ClientError as error:
            if not error.can_pass:
                raise
            reason = str(error)
        on_loss(reason)
        pause(seconds)
        seconds = min(2 * seconds, LONGEST_PAUSE_SECONDS)


def _first(client: Client, as_json: bool) -> dict[str, Any]:
    try:
        found = next(client.snapshots(), None)
    except ClientError as error:
        if not error.can_pass:
            raise
        fail_with(error, as_json, 2)
    return fail("The stream ended without a snapshot", as_json, 2) if found is None else found


def _present(snapshots: Iterable[dict[str, Any]], as_json: bool) -> None:
    for snapshot in snapshots:
        if as_json:
            print(json.dumps(snapshot), flush=True)
        else:
            out.print(snapshot_view(snapshot))


def _live(client: Client, api: str) -> None:
    with Live(Text(f"Connecting to {api}…"), console=Console(), screen=True, auto_refresh=False) as live:
        shown: list[RenderableType] = [Text()]

        def lost(reason: str) -> None:
            live.update(Group(Text(f"{reason}; connecting again", style="yellow"), shown[0]), refresh=True)

        for snapshot in follow(client.snapshots, time.sleep, lost):
            shown[0] = snapshot_view(snapshot)
            live.update(shown[0], refresh=True)


def health_view(document: dict[str, Any]) -> RenderableType:
    headline = Text(" · ").join(
        (
            _styled(document.get("status")),
            plain(f"score {_or_dash(document.get('health_score'))}"),
            plain(f"version {_or_dash(document.get('version'))}"),
        )
    )
    table = Table("service", "status", "latency", "breaker", "detail")
    services = document.get("services")
    for name, service in services.items() if isinstance(services, dict) else ():
        found = service if isinstance(service, dict) else {"status": service}
        latency = found.get("latency_ms")
        table.add_row(
            plain(name),
            _styled(found.get("status")),
            plain(f"{latency:.0f} ms" if isinstance(latency, int | float) else "-"),
            _styled(found.get("breaker")),
            plain(found.get("detail")),
        )
    return Group(headline, table, *_alerts(document.get("alerts")))


def snapshot_view(snapshot: dict[str, Any]) -> RenderableType:
    """Return the alerts, then the single figures, then each section as a table."""
    data = snapshot.get("data")
    found = data if isinstance(data, dict) else snapshot
    shown = {name: value for name, value in found.items() if name not in ("alerts", *_LEFT_OUT)}
    sections = {name: _compact(value) for name, value in shown.items() if isinstance(value, dict | list)}
    figures = [(name, v) for name, v in shown.items() if name not in sections and name != "success"]
    line = Text(" · ").join(Text.assemble(plain(name), " ", _styled(value)) for name, value in figures)
    return Group(*_alerts(found.get("alerts")), line, *(_section(name, value) for name, value in sections.items()))


def _compact(value: Any) -> Any:
    """Leave out what does not fit a terminal, at every depth, and show durations in milliseconds."""
    if isinstance(value, list):
        return [_compact(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept: dict[str, Any] = {}
    for name, item in value.items():
        if name == "seconds" and isinstance(item, dict):
            figures = {statistic: figure for statistic, figure in item.items() if isinstance(figure, int | float)}
            kept |= {f"{statistic} ms": round(1000 * figure, 1) for statistic, figure in figures.items()}
        elif name not in (*_LEFT_OUT, "measured_at"):
            kept[name] = _compact(item)
    return kept


def _section(name: str, value: dict[str, Any] | list[Any]) -> RenderableType:
    """Return a table: of rows with the same fields if the section has any, else of names and values."""
    rows = [*value.items()] if isinstance(value, dict) else [*enumerate(value, 1)]
    of_fields = {key: row for key, row in rows if isinstance(row, dict)}
    single = {key: row for key, row in rows if not isinstance(row, dict)}
    parts: list[RenderableType] = []
    if single:
        pairs = [Text.assemble(plain(key), " ", _styled(v)) for key, v in [*single.items()][:MAX_ROWS]]
        parts.append(Text.assemble(plain(name), ": ", Text(" · ").join(pairs)))
    if of_fields:
        columns = [*dict.fromkeys(column for row in of_fields.values() for column in row)]
        table = Table(*(Column(header=plain(column)) for column in (name, *columns)))
        for key, row in [*of_fields.items()][:MAX_ROWS]:
            table.add_row(plain(key), *(_styled(row.get(column)) for column in columns))
        parts.append(table)
    return Group(*parts) if parts else Text.assemble(plain(name), ": -")


def _alerts(alerts: object) -> list[RenderableType]:
    lines: list[RenderableType] = []
    for alert in alerts if isinstance(alerts, list) else ():
        found = alert if isinstance(alert, dict) else {"name": alert}
        text = "alert {}: {} (threshold {}) since {}".format(
            *(_or_dash(found.get(field)) for field in ("name", "value", "threshold", "since"))
        )
        severity = found.get("severity")
        lines.append(Text.assemble(_styled(severity), " ", plain(text)))
    return lines


def _or_dash(value: object) -> str:
    return plain(value).plain


def _styled(value: object) -> Text:
    text = plain(value)
    text.stylize(STYLES.get(text.plain, ""))
    return text

"""`python -m infra.costs`: what the system costs, with the largest drivers; `prices` prints the prices, `measure`
measures the counts again."""

import json
import subprocess
import sys
from collections.abc import Sequence

import typer
from rich.console import Console
from rich.table import Table

from infra.costs.assumptions import ASSUMPTIONS
from infra.costs.counts import Counts, load_counts
from infra.costs.model import Estimate
from infra.costs.prices import PRICES, Seen
from infra.costs.report import all_estimates
from infra.toolkit import ROOT

app = typer.Typer(add_completion=False, help=__doc__)
out = Console(highlight=False)


@app.callback(invoke_without_command=True)
def show(
    context: typer.Context,
    as_json: bool = typer.Option(False, "--json", help="All lines, as JSON."),
    lines: bool = typer.Option(False, "--lines", help="Every line of every estimate."),
    firewall_rules: int = typer.Option(0, help="Rules of a web ACL in front; 0 for none."),
) -> None:
    if context.invoked_subcommand:
        return
    counts = load_counts()
    estimates = list(all_estimates(counts, firewall_rules=firewall_rules))
    if as_json:
        out.print_json(json.dumps([_plain(found) for found in estimates]))
        return
    out.print(_summary(estimates))
    if lines:
        for found in estimates:
            out.print(_lines(found))
    out.print(_counts(counts))
    dates = sorted({price.date for price in PRICES.values()})
    unchecked = sum(price.seen is not Seen.AWS_PAGE for price in PRICES.values())
    out.print(f"List prices in us-east-1 as of {dates[-1]}; {unchecked} of {len(PRICES)} were not read on AWS's pages")
    out.print("(`python -m infra.costs prices` lists them). Assumed: " + "; ".join(ASSUMPTIONS) + ".")


@app.command()
def prices() -> None:
    """The table of prices, with sources."""
    table = _table("service", "unit", "USD", "source", "seen", "date")
    for price in PRICES.values():
        per = "" if price.per == 1 else f"{price.per:,.0f} "
        cost = f"{price.usd:.10f}".rstrip("0").rstrip(".")
        table.add_row(price.service, per + price.unit, cost, price.source, price.seen, price.date)
    out.print(table)


@app.command()
def measure() -> None:
    """Measure the counts again, which takes minutes."""
    sys.exit(subprocess.call([sys.executable, "-m", "tests.benchmarks", "costs"], cwd=ROOT))


def _summary(estimates: Sequence[Estimate]) -> Table:
    table = _table("what", "USD", "of it identity", "largest drivers")
    for found in estimates:
        drivers = "; ".join(f"{line.what} {line.usd:.2f}" for line in found.drivers)
        table.add_row(found.title, f"{found.usd:.2f}", f"{found.identity_usd:.2f}", drivers)
    return table


def _lines(found: Estimate) -> Table:
    table = _table("service", "what", "part", "quantity", "unit", "USD", title=found.title)
    for line in sorted(found.lines, key=lambda line: line.usd, reverse=True):
        price = PRICES[line.item]
        cost = f"{line.usd:.4f}"
        table.add_row(price.service, line.what, line.part, f"{line.quantity:,.2f}", price.unit, cost)
    return table


def _counts(counts: Counts) -> Table:
    table = _table(
        "measured", "function", "invocations", "CPU ms", "waiting ms", "AWS calls", "read units", "write units"
    )
    for name, operation in counts.items():
        for work in operation.works:
            figures = (work.invocations, work.cpu_ms, work.waited_ms, work.aws_calls, work.reads.total())
            row = [f"{figure:,.1f}".removesuffix(".0") for figure in (*figures, work.writes.total())]
            table.add_row(name, work.function, *row)
    return table


def _table(*columns: str, title: str | None = None) -> Table:
    table = Table(title=title, title_justify="left")
    numbers = {"USD", "of it identity", "quantity", "invocations", "CPU ms", "waiting ms", "AWS calls"}
    for column in columns:
        is_number = column in numbers or column.endswith("units")
        table.add_column(column, justify="right" if is_number else "left", overflow="fold")
    return table


def _plain(found: Estimate) -> dict[str, object]:
    lines = [
        {
            "service": PRICES[line.item].service,
            "item": line.item,
            "what": line.what,
            "part": line.part,
            "quantity": line.quantity,
            "unit": PRICES[line.item].unit,
            "usd": line.usd,
        }
        for line in found.lines
    ]
    return {"title": found.title, "usd": found.usd, "identity_usd": found.identity_usd, "lines": lines}


if __name__ == "__main__":
    app()

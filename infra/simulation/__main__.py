"""`python -m infra.simulation`: backlog, age of the profiles, throttles, use of the rates and cost, by the number of
stored creators. The same seed gives the same figures."""

import typer
from rich.console import Console

from infra.costs.counts import load_counts
from infra.simulation.assumptions import ASSUMPTIONS, SIZES
from infra.simulation.model import Simulation
from infra.simulation.plan import DAY, deployed_plan
from infra.simulation.report import conclusions, tables

out = Console(highlight=False)
if not out.is_terminal:
    out.width = 120


def main(
    sizes: list[int] = typer.Argument(None, min=1, help="Numbers of stored creators."),  # noqa: B008
    days: float = typer.Option(3.0, min=0.01, help="Simulated days that are counted."),
    warm_up: float = typer.Option(1.0, min=0, help="Simulated days before them."),
    seed: int = typer.Option(1, help="Of all random numbers."),
) -> None:
    counts = load_counts()
    plans = [deployed_plan(size, counts) for size in sizes or SIZES]
    for plan in plans:
        outcome = Simulation(plan, seed).run(days * DAY, warm_up=warm_up * DAY)
        for table in tables(outcome, counts):
            out.print(table)
    for line in conclusions(plans):
        out.print(line)
    out.print(
        f"Seed {seed}. Every job, call and stored creator is simulated, none is a sample; reads, and messages that"
    )
    out.print(
        "arrive within one second, are numbers a second. Rates, limits and schedules are those of the catalogue and"
    )
    out.print("of the default settings; calls, durations and prices those of `python -m infra.costs`.")
    out.print("Assumed: " + "; ".join(ASSUMPTIONS) + ".")


if __name__ == "__main__":
    typer.run(main)

"""Claimed confidences beside the share of right answers."""

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

Answers = dict[tuple[str, str], list[tuple[float | None, bool]]]
"""Per task and rule, pairs of the claimed confidence and whether the answer was right."""
_BUCKETS = 10


def print_reliability(answers: Mapping[tuple[str, str], list[tuple[float | None, bool]]], out: Console) -> None:
    """Print a row per task, rule and tenth of the confidence, and the expected calibration error: the mean difference
    of the tenths, weighted by their answers."""
    table = Table("task", "rule", "claimed", "right", "difference", "answers", title="Reliability of confidences")
    for task in sorted({task for task, _ in answers}):
        everything = [pair for (name, _), pairs in answers.items() if name == task for pair in pairs]
        for rule, pairs in [*((r, p) for (name, r), p in sorted(answers.items()) if name == task), ("all", everything)]:
            measured = [(claimed, right) for claimed, right in pairs if claimed is not None]
            tenths = [
                [pair for pair in measured if min(int(pair[0] * _BUCKETS), _BUCKETS - 1) == n] for n in range(_BUCKETS)
            ]
            error = 0.0
            for some in filter(None, tenths):
                error += abs(_row(table, task, rule, some)) * len(some)
            if measured:
                table.add_row(task, rule, "mean", "", f"{error / len(measured):.3f} ECE", str(len(measured)))
            if len(pairs) > len(measured):
                table.add_row(task, rule, "null", "", "", str(len(pairs) - len(measured)))
    out.print(table)


def _row(table: Table, task: str, rule: str, pairs: list[tuple[float, bool]]) -> float:
    claimed, right = (sum(column) / len(pairs) for column in zip(*pairs, strict=True))
    table.add_row(task, rule, f"{claimed:.2f}", f"{right:.2f}", f"{right - claimed:+.2f}", str(len(pairs)))
    return float(right - claimed)

"""The committed counts of `python -m infra.costs` are those that the handlers cause."""

import subprocess
import sys

import pytest

from infra.costs.counts import Counts, Work, load_counts, parse_counts
from infra.toolkit import ROOT

SIZES = 0.1
"""How far sizes may be from the committed ones: figures have more or fewer digits at another time."""
UNITS = 0.05
"""How far units may be: an item can pass the limit of a unit."""


@pytest.fixture(scope="module")
def measured() -> Counts:
    """In a process of its own, in which the functions are imported as in Lambda."""
    command = [sys.executable, "-m", "tests.benchmarks.costs", "--quick"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return parse_counts(done.stdout)


def works(counts: Counts) -> dict[tuple[str, str], Work]:
    return {(name, work.function): work for name, operation in counts.items() for work in operation.works}


def test_operations_cause_exactly_the_committed_calls_and_writes(measured: Counts) -> None:
    found, committed = works(measured), works(load_counts())
    assert found.keys() == committed.keys()
    for key, work in committed.items():
        now = found[key]
        assert now.calls == work.calls, f"{key}: measure again with `make bench ARGS=costs`"
        assert (now.invocations, now.written, now.log_lines) == (work.invocations, work.written, work.log_lines), key
    sizes = {name: operation.size for name, operation in load_counts().items()}
    assert {name: operation.size for name, operation in measured.items()} == sizes


def test_units_and_sizes_are_close_to_the_committed_ones(measured: Counts) -> None:
    found, committed = works(measured), works(load_counts())
    for key, work in committed.items():
        now = found[key]
        assert now.reads.keys() == work.reads.keys() and now.writes.keys() == work.writes.keys(), key
        assert now.reads.total() == pytest.approx(work.reads.total(), rel=UNITS, abs=1), key
        assert now.writes.total() == pytest.approx(work.writes.total(), rel=UNITS, abs=1), key
        assert now.answer_bytes == pytest.approx(work.answer_bytes, rel=SIZES), key
        assert now.log_bytes == pytest.approx(work.log_bytes, rel=SIZES, abs=100), key
        assert now.stored_bytes == pytest.approx(work.stored_bytes, rel=SIZES, abs=500), key
        assert now.metrics == work.metrics, key


def test_a_cached_read_is_one_read_unit_or_less_and_two_writes_for_its_caller(measured: Counts) -> None:
    [read] = measured["read_profile"].works
    assert read.calls == {"DynamoDB GetItem": 1, "DynamoDB UpdateItem": 2}
    assert read.writes == {"control requests": 1, "accounts opened": 1}
    assert 0 < read.reads.total() <= 1


def test_every_measured_operation_took_time(measured: Counts) -> None:
    for key, work in {**works(measured), **works(load_counts())}.items():
        assert work.cpu_ms > 0, key
        assert (work.waited_ms > 0) == bool(work.calls), key

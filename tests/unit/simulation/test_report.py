"""What `make simulate` prints."""

import pytest

from infra.simulation.__main__ import main
from infra.simulation.assumptions import ASSUMPTIONS


def printed(capsys: pytest.CaptureFixture[str], seed: int = 1) -> str:
    main(sizes=[3000, 1_000_000], days=0.02, warm_up=0.02, seed=seed)
    return capsys.readouterr().out


def test_every_size_has_its_tables_and_every_assumption_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    found = printed(capsys)
    for size in ("3,000", "1,000,000"):
        assert f"{size} stored creators, 0.02 days after 0.02" in found
        assert f"To refresh {size} creators within 24 h" in found
    for row in (
        "HIGH",
        "MEDIUM",
        "LOW",
        "profiles younger than 24 h",
        "reads refused",
        "writes throttled",
        "a month, USD",
    ):
        assert found.count(row) >= 2
    assert "holds 18,144 creators fresh" in found
    words = " ".join(found.split())
    assert all(" ".join(text.split()) in words for text in ASSUMPTIONS)


def test_a_run_repeats_exactly_with_its_seed(capsys: pytest.CaptureFixture[str]) -> None:
    first = printed(capsys)
    assert printed(capsys) == first
    assert printed(capsys, seed=2).replace("Seed 2", "Seed 1") != first

"""Percentiles and percentile ranks."""

from itertools import pairwise

import pytest
from creator_search.domain.analytics.distribution import Distribution
from hypothesis import given
from hypothesis import strategies as st

numpy = pytest.importorskip("numpy")

values = st.integers(0, 10**9).map(lambda units: units / 10_000)
samples = st.lists(values, min_size=30, max_size=200)
distinct = st.lists(values, min_size=30, max_size=200, unique=True)


@given(samples)
def test_percentiles_are_those_of_numpy_and_never_decrease(sample: list[float]) -> None:
    found = Distribution.of(sample)
    assert found.sample_size == len(sample)
    assert found.percentiles == pytest.approx(numpy.percentile(sample, range(101)), abs=1e-5)
    assert all(low <= high for low, high in pairwise(found.percentiles))
    assert (found.percentile(0), found.percentile(100)) == (min(sample), max(sample))


@given(distinct)
def test_the_minimum_has_rank_0_and_the_maximum_rank_100(sample: list[float]) -> None:
    found = Distribution.of(sample)
    assert (found.rank(min(sample)), found.rank(max(sample))) == (0, 100)
    assert (found.rank(min(sample) - 1), found.rank(max(sample) + 1)) == (0, 100)


@given(distinct)
def test_the_rank_is_within_one_percentage_point_of_the_place_in_the_sample(sample: list[float]) -> None:
    found, last = Distribution.of(sample), len(sample) - 1
    for place, value in enumerate(sorted(sample)):
        assert found.rank(value) == pytest.approx(100 * place / last, abs=1.01)


@given(samples, values, values)
def test_a_larger_value_never_has_a_lower_rank(sample: list[float], one: float, other: float) -> None:
    found, (low, high) = Distribution.of(sample), sorted((one, other))
    low_rank, high_rank = found.rank(low), found.rank(high)
    assert low_rank is not None and high_rank is not None and 0 <= low_rank <= high_rank <= 100


def test_a_value_that_many_share_has_the_mean_of_their_ranks() -> None:
    assert Distribution.of([7.0] * 30).rank(7) == 50
    assert Distribution.of([0.0] * 50 + [float(n) for n in range(1, 52)]).rank(0) == 24.5


def test_the_rank_is_interpolated_between_percentiles() -> None:
    found = Distribution.of(float(n) for n in range(101))
    assert (found.rank(40), found.rank(40.25), found.percentile(40)) == (40, 40.25, 40)


@pytest.mark.parametrize("size", [0, 1, 29])
def test_fewer_than_thirty_values_have_no_percentiles(size: int) -> None:
    found = Distribution.of(float(n) for n in range(size))
    assert (found.sample_size, found.percentiles) == (size, ())
    assert found.rank(1) is found.percentile(50) is None

"""A used up quota is counted, by endpoint."""

from datetime import timedelta

import pytest
from creator_search.domain.breakers import POLICIES, Dependency, Outcome
from creator_search.domain.errors import Unavailable
from creator_search.domain.metrics import Metric
from creator_search.domain.upstream_errors import UpstreamBreakerOpen, UpstreamError, UpstreamQuotaExhausted
from creator_search.services.breakers import Breaker

from tests.fakes import FakeClock, FakeFailures, FakeMetrics
from tests.fakes.breakers import FakeBreakerStore


def refused(retry_in: timedelta) -> Unavailable:
    return UpstreamBreakerOpen(retry_in=retry_in)


def test_only_an_exhausted_quota_is_counted_as_one() -> None:
    metrics, store = FakeMetrics(), FakeBreakerStore()
    breaker = Breaker(
        "rapidapi-posts",
        POLICIES[Dependency.UPSTREAM],
        lambda: store,
        clock=FakeClock(),
        metrics=metrics,
        failures=FakeFailures(),
        refusal=refused,
        outcome=lambda _: Outcome.FAILURE,
        reads_ahead=True,
    )
    with pytest.raises(UpstreamError), breaker.guard():
        raise UpstreamError()
    assert Metric.UPSTREAM_QUOTA_EXHAUSTED not in metrics.counts
    with pytest.raises(UpstreamQuotaExhausted), breaker.guard():
        raise UpstreamQuotaExhausted(retry_in=timedelta(days=3))
    with pytest.raises(UpstreamBreakerOpen), breaker.guard():
        raise AssertionError("the call was made")
    assert metrics.counts[Metric.UPSTREAM_QUOTA_EXHAUSTED] == 1

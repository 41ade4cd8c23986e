"""An operation of an endpoint of an upstream: what its breaker counts."""

from datetime import timedelta

import pytest
from creator_search.adapters.breakers import NoBreaker
from creator_search.adapters.upstreams.endpoint import UpstreamEndpoint
from creator_search.domain.upstream_errors import UpstreamError, UpstreamTooSlow

from tests.fakes import START, FakeClock


class Upstream:
    """Fails with these errors in order, the last one again and again. Records whether each operation failed."""

    def __init__(self, *errors: UpstreamError) -> None:
        self.errors = list(errors)
        self.clock = FakeClock()
        self.failed: list[bool] = []

    def call(self) -> None:
        raise self.errors.pop(0) if len(self.errors) > 1 else self.errors[0]

    def run(self) -> None:
        endpoint = UpstreamEndpoint(
            NoBreaker(), clock=self.clock, sleep=self.clock.sleep, record=lambda _, failed: self.failed.append(failed)
        )
        endpoint.run(self.call, "ada", START + timedelta(seconds=11))


def test_an_operation_whose_last_attempt_the_deadline_ends_failed_if_an_earlier_attempt_did() -> None:
    upstream = Upstream(UpstreamError("first"), UpstreamError("second"), UpstreamTooSlow())
    with pytest.raises(UpstreamError, match="second"):
        upstream.run()
    assert upstream.failed == [True]


def test_an_operation_that_only_lacked_time_says_nothing_about_the_endpoint() -> None:
    upstream = Upstream(UpstreamTooSlow())
    with pytest.raises(UpstreamTooSlow):
        upstream.run()
    assert upstream.failed == [False]

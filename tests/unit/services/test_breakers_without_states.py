"""The breakers of the stores while the states of the breakers are not available."""

import pytest
from creator_search.domain.upstream_errors import UpstreamBreakerOpen, UpstreamError

from tests.unit.services.test_breakers import World


@pytest.fixture
def world() -> World:
    return World()


def test_while_the_store_is_down_the_breaker_of_a_store_counts_what_its_process_sees(world: World) -> None:
    """The states are in the service that it protects, which is then down as a whole."""
    world.store.down = True
    process = world.process("database", reads_ahead=False)
    errors = [world.call(process) for _ in range(4)]
    assert [type(error) for error in errors] == [UpstreamError] * 3 + [UpstreamBreakerOpen]
    assert world.metrics.counts["BreakerOpened database"] == 1
    assert isinstance(world.call(world.process("database", reads_ahead=False)), UpstreamError)
    world.clock.advance(seconds=30)
    assert isinstance(world.call(process), UpstreamError) and world.trials == 1
    assert isinstance(world.call(process), UpstreamBreakerOpen)
    world.clock.advance(seconds=60)
    world.error = None
    assert world.call(process) is None and world.call(process) is None and world.trials == 2


def test_what_a_process_counted_without_the_store_ends_when_the_store_is_back(world: World) -> None:
    world.store.down = True
    process = world.process("database", reads_ahead=False)
    for _ in range(4):
        world.call(process)
    world.store.down, world.error = False, None
    world.clock.advance(seconds=1)
    assert world.call(process) is None
    world.store.down, world.error = True, UpstreamError()
    assert [type(world.call(process)) for _ in range(4)] == [UpstreamError] * 3 + [UpstreamBreakerOpen]


def test_a_store_that_ends_leaves_no_breaker_open_that_another_process_opened(world: World) -> None:
    for _ in range(3):
        world.call(world.process("database", reads_ahead=False))
    process = world.process("database", reads_ahead=False)
    world.call(process)  # it now knows the state
    assert isinstance(world.call(process), UpstreamBreakerOpen)
    world.store.down, world.error = True, None
    world.clock.advance(seconds=1)
    assert world.call(process) is None

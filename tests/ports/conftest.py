from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from creator_search.bootstrap import Container

from tests.fakes import FakeClock, World


@dataclass(frozen=True)
class Ports:
    """All ports as parts of the container: fakes over a `world`, or adapters over moto."""

    container: Container
    clock: FakeClock
    world: World | None


@pytest.fixture(params=["fake", "aws"])
def ports(request: pytest.FixtureRequest) -> Iterator[Ports]:
    if request.param == "fake":
        world = World()
        yield Ports(world.container, world.clock, world)
    else:
        request.getfixturevalue("aws")
        clock = FakeClock()
        yield Ports(Container.for_tests(clock=clock), clock, None)

"""Absences."""

from datetime import timedelta

import pytest
from creator_search.services.ports import Absences

from tests.fakes import FakeClock
from tests.ports.conftest import Ports

HOUR = timedelta(hours=1)


@pytest.fixture
def absences(ports: Ports) -> Absences:
    return ports.container.absences


@pytest.fixture
def clock(ports: Ports) -> FakeClock:
    return ports.clock


def test_only_what_was_remembered_is_absent(absences: Absences) -> None:
    absences.remember_absence("nobody", HOUR)
    assert absences.is_absent("nobody")
    assert not absences.is_absent("nobody2")


def test_an_absence_is_remembered_for_its_lifetime(absences: Absences, clock: FakeClock) -> None:
    absences.remember_absence("nobody", HOUR)
    clock.advance(seconds=3599)
    assert absences.is_absent("nobody")
    clock.advance(seconds=1)
    assert not absences.is_absent("nobody")


def test_the_last_lifetime_applies(absences: Absences, clock: FakeClock) -> None:
    absences.remember_absence("nobody", HOUR)
    clock.advance(minutes=30)
    absences.remember_absence("nobody", HOUR)
    clock.advance(minutes=59)
    assert absences.is_absent("nobody")
    absences.remember_absence("nobody", timedelta(seconds=-1))
    assert not absences.is_absent("nobody")


def test_an_absence_ends_at_a_whole_second(absences: Absences, clock: FakeClock) -> None:
    absences.remember_absence("nobody", timedelta(seconds=9.7))
    clock.advance(seconds=8.9)
    assert absences.is_absent("nobody")
    clock.advance(seconds=0.3)
    assert not absences.is_absent("nobody")

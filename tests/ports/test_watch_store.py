"""WatchStore."""

from datetime import timedelta

from creator_search.domain.alerts import Alert, Severity
from creator_search.domain.measurements import Durations, Period, QueueFigures, RequestFigures, Snapshot, Watched

from tests.fakes import START
from tests.ports.conftest import Ports

PERIOD = Period(START - timedelta(minutes=6), START)
REQUESTS = RequestFigures(
    count=3,
    failed=0,
    refused=1,
    per_minute=0.5,
    success_rate=66.67,
    error_rate=0.0,
    refused_rate=33.33,
    seconds=Durations(mean=0.1, p50=0.1, p95=0.2, p99=None, period=PERIOD),
    period=PERIOD,
)
ALERT = Alert("health", Severity.CRITICAL, 55.0, 70.0, START, START)
SNAPSHOT = Snapshot(
    measured_at=START,
    requests=REQUESTS,
    operations={"get_profile": REQUESTS},
    queues={"media": QueueFigures(waiting=1, in_flight=2, dead_letter=3, measured_at=START)},
    alerts=(ALERT,),
    notes=("a note",),
)


def test_nothing_is_stored_at_first(ports: Ports) -> None:
    assert ports.container.watch_store.load_watched() == Watched()


def test_a_snapshot_is_read_as_it_was_saved(ports: Ports) -> None:
    ports.container.watch_store.save_snapshot(SNAPSHOT)
    found = ports.container.watch_store.load_watched().snapshot
    assert found is not None
    assert (found.requests, dict(found.operations), found.queues) == (REQUESTS, SNAPSHOT.operations, SNAPSHOT.queues)
    assert (tuple(found.alerts), tuple(found.notes), found.measured_at) == ((ALERT,), ("a note",), START)


def test_the_snapshot_and_the_alert_of_the_health_do_not_overwrite_each_other(ports: Ports) -> None:
    store = ports.container.watch_store
    store.save_health_alert(ALERT)
    store.save_snapshot(SNAPSHOT)
    assert store.load_watched().health_alert == ALERT
    store.save_health_alert(None)
    found = store.load_watched()
    assert found.health_alert is None and found.snapshot is not None

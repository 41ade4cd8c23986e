"""The figures of the system, measured once for all instances."""

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from creator_search.domain.breakers import BreakerState
from creator_search.domain.errors import MetricsUnavailable
from creator_search.domain.jobs import JobStatus
from creator_search.domain.locks import LockOutcome
from creator_search.domain.metrics import Metric
from creator_search.domain.queues import QueueDepth

from tests.fakes import START, FakeQueueDepths, World


def recorded(world: World) -> None:
    """A hundred requests of 10 to 1000 ms: five of them failed, ten were refused; and a few of another operation."""
    metrics = world.metrics
    for number in range(1, 101):
        metrics.record_seconds(Metric.REQUEST_SECONDS, number / 100, operation="get_profile")
    for _ in range(5):
        metrics.count(Metric.REQUEST_FAILED, operation="get_profile")
    for _ in range(10):
        metrics.count(Metric.REQUEST_REFUSED, operation="get_profile")
    for _ in range(20):
        metrics.record_seconds(Metric.REQUEST_SECONDS, 0.5, operation="unknown")


def test_requests_are_measured_by_operation_and_all_together() -> None:
    world = World()
    recorded(world)
    found = world.container.figure_reader.read_figures().snapshot
    assert list(found.operations) == ["get_profile", "unknown"]
    profile = found.operations["get_profile"]
    assert (profile.count, profile.failed, profile.refused) == (100, 5, 10)
    assert (profile.success_rate, profile.error_rate, profile.refused_rate) == (85.0, 5.0, 10.0)
    assert profile.seconds.p50 == pytest.approx(0.505) and profile.seconds.p95 == pytest.approx(0.9505)
    assert found.requests is not None and found.requests.count == 120
    minutes = (found.requests.period.end - found.requests.period.start).total_seconds() / 60
    assert found.requests.per_minute == pytest.approx(120 / minutes, abs=0.01)


def test_the_other_figures_are_those_of_their_metrics() -> None:
    world = World()
    metrics = world.metrics
    for name, times in ((Metric.SIMILAR_CACHE_HIT, 3), (Metric.SIMILAR_CACHE_MISS, 1)):
        for _ in range(times):
            metrics.count(name)
    metrics.count(Metric.CAPTIONS_ANALYZED, 10, engine="onnx")
    metrics.count(Metric.CAPTIONS_ANALYZED, 10, engine="rules")
    metrics.count(Metric.CAPTION_BATCH_FAILED)
    metrics.record_seconds(Metric.MESSAGE_SECONDS, 2.0, worker="process_profiles")
    metrics.count(Metric.DEAD_LETTER, worker="process_profiles")
    metrics.record_seconds(Metric.UPSTREAM_SECONDS, 1.0, endpoint="decodo-profile")
    world.depths.depths = {"media": QueueDepth(1, 2, 3)}
    world.breakers.states["cache"] = BreakerState(version=1, open_until=START + timedelta(minutes=1))
    found = world.container.figure_reader.read_figures().snapshot
    assert found.caches["similar"].hit_rate == 75.0 and found.caches["documents"].hit_rate is None
    assert found.analysis is not None
    assert (dict(found.analysis.captions), found.analysis.failure_rate) == ({"onnx": 10, "rules": 10}, 50.0)
    assert (found.workers["process_profiles"].count, found.workers["process_profiles"].dead_letters) == (1, 1)
    assert list(found.upstreams) == ["decodo-profile"]
    assert found.queues is not None and found.queues["media"].dead_letter == 3
    assert {"profile-high", "profile-medium", "profile-low"} < set(found.queues)
    assert found.breakers is not None and found.breakers["cache"].phase == "open"
    assert any(note.startswith("caches.documents.hit_rate") for note in found.notes)


def test_any_number_of_polls_is_one_measurement_a_minute_and_one_read_each() -> None:
    world = World()
    recorded(world)
    reader = world.container.figure_reader
    first = reader.read_figures()
    reads, fetches = world.watched.reads, world.metrics.figure_reads
    world.clock.advance(seconds=59)
    for _ in range(20):
        assert reader.read_figures().snapshot == first.snapshot
    world.restart()  # another instance
    assert world.container.figure_reader.read_figures().snapshot == first.snapshot
    assert (world.watched.reads, world.metrics.figure_reads) == (reads + 21, fetches)
    world.clock.advance(seconds=1)
    assert world.container.figure_reader.read_figures().snapshot.measured_at == world.clock()
    assert world.watched.snapshots == 2


def test_instances_at_the_same_time_measure_once() -> None:
    world = World(sleep=time.sleep)
    recorded(world)
    readers = []
    for _ in range(8):
        readers.append(world.container.figure_reader)
        world.restart()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda reader: reader.read_figures().snapshot, readers))
    assert world.watched.snapshots == 1 and all(each == found[0] for each in found)


def test_a_caller_waits_for_the_measurement_of_another_one() -> None:
    world = World()
    world.locks.acquire("figures", "somebody else", 10)

    def ends() -> None:
        world.watched.save_snapshot(world.container.system_measurer.measure())
        world.locks.release("figures", "somebody else", LockOutcome())

    world.clock.on_sleep = ends
    world.container.figure_reader.read_figures()
    assert world.watched.snapshots == 1


def test_a_measurement_that_never_ends_is_said_to_be_unavailable() -> None:
    world = World()
    world.locks.acquire("figures", "somebody else", 1000)
    with pytest.raises(MetricsUnavailable):
        world.container.figure_reader.read_figures()


def test_without_the_store_a_process_measures_for_itself_once_a_minute() -> None:
    world = World()
    world.watched.down = True
    reader = world.container.figure_reader
    first = reader.read_figures().snapshot
    fetches = world.metrics.figure_reads
    world.clock.advance(seconds=30)
    assert reader.read_figures().snapshot is first and world.metrics.figure_reads == fetches
    world.clock.advance(seconds=31)
    assert reader.read_figures().snapshot is not first


def test_without_the_store_callers_at_the_same_time_measure_once() -> None:
    world = World()
    recorded(world)
    world.watched.down = True
    reader, together = world.container.figure_reader, Barrier(8)

    def read() -> object:
        together.wait()
        return reader.read_figures().snapshot

    with ThreadPoolExecutor(8) as pool:
        found = [future.result() for future in [pool.submit(read) for _ in range(8)]]
    assert all(each is found[0] for each in found)


def test_a_measurement_that_cannot_be_stored_is_not_repeated() -> None:
    class EndingStore(FakeQueueDepths):
        """The store of the snapshots ends while the queues are measured."""

        def load_depths(self) -> Mapping[str, QueueDepth]:
            world.watched.down = True
            measured.append(world.clock())
            return super().load_depths()

    world, measured = World(), list[datetime]()
    world.restart(queue_depths=EndingStore())
    reader = world.container.figure_reader
    first = reader.read_figures().snapshot
    assert reader.read_figures().snapshot is first
    assert measured == [START]


def test_what_cannot_be_measured_is_null_with_a_note() -> None:
    world = World()
    world.metrics.down = world.depths.down = world.breakers.down = True
    found = world.container.figure_reader.read_figures().snapshot
    assert (found.requests, found.queues, found.breakers, found.analysis, found.store) == (None,) * 5
    assert len(found.notes) == 3


def test_alerts_are_raised_with_the_figures_and_kept_with_them() -> None:
    world = World()
    for _ in range(100):
        world.metrics.record_seconds(Metric.REQUEST_SECONDS, 6.0, operation="get_profile")
    world.depths.depths = {"media": QueueDepth(101, 0, 0)}
    world.resources.share = 0.9
    names = {alert.name for alert in world.container.figure_reader.read_figures().alerts}
    assert names == {"response_time", "queue_depth:media", "resources"}
    world.restart()
    world.depths.depths = {"media": QueueDepth(81, 0, 0)}
    world.clock.advance(minutes=2)
    alerts = {alert.name: alert for alert in world.container.figure_reader.read_figures().alerts}
    assert alerts["queue_depth:media"].since == START and alerts["queue_depth:media"].value == 81
    world.depths.depths = {"media": QueueDepth(80, 0, 0)}
    world.clock.advance(minutes=2)
    assert "queue_depth:media" not in {alert.name for alert in world.container.figure_reader.read_figures().alerts}


def test_the_hit_rate_of_the_memory_of_single_processes_raises_no_alert() -> None:
    """It is low whenever many instances run."""
    world = World()
    for _ in range(100):
        world.metrics.count(Metric.DOCUMENT_CACHE_MISS)
        world.metrics.count(Metric.SIMILAR_CACHE_MISS)
    alerts = world.container.figure_reader.read_figures().alerts
    assert [alert.name for alert in alerts] == ["cache_hit_rate:similar"]


def test_the_jobs_of_a_priority_are_those_of_its_queue() -> None:
    world = World()
    world.container.requests.submit("ada", "frontend")
    assert world.jobs.rows["ada"].status is JobStatus.PENDING
    world.clock.advance(seconds=42)
    found = world.container.figure_reader.read_figures().snapshot
    assert found.queues is not None and found.queues["profile-high"].oldest_age_seconds == 42.0

"""The log lines in the embedded metric format."""

import errno
import io
import json
import threading
from collections.abc import Iterator
from typing import Any

from creator_search.adapters.aws.cloudwatch import MOST_VALUES, EmbeddedMetrics
from hypothesis import given
from hypothesis import strategies as st

from infra.local.figures import metric_data


class FullDisk(io.StringIO):
    def write(self, text: str, /) -> int:
        raise OSError(errno.ENOSPC, "no space left")


def lines_of(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def metrics_over(stream: io.StringIO) -> EmbeddedMetrics:
    return EmbeddedMetrics(namespace="Test", stream=stream)


def data_of(lines: list[dict[str, Any]]) -> Iterator[tuple[str, tuple[tuple[str, str], ...], float]]:
    """Yield each value with its name and its dimensions, as CloudWatch extracts them."""
    for line in lines:
        for _, datum in metric_data(line):
            dimensions = tuple((d["Name"], d["Value"]) for d in datum["Dimensions"])
            for value in datum["Values"]:
                yield datum["MetricName"], dimensions, value


def test_a_request_is_one_line_with_its_details_and_a_directive_for_each_set_of_dimensions() -> None:
    stream = io.StringIO()
    metrics = metrics_over(stream)
    with metrics.collecting(request_id="r1", path="/x") as details:
        metrics.record_seconds("StoreSeconds", 0.01)
        metrics.record_seconds("StoreSeconds", 0.02)
        metrics.record_seconds("RequestSeconds", 0.5, operation="get_profile")
        details["status"] = 200
        assert stream.getvalue() == ""
    [line] = lines_of(stream)
    assert (line["request_id"], line["path"], line["status"]) == ("r1", "/x", 200)
    assert line["operation"] == "get_profile" and line["StoreSeconds"] == [0.01, 0.02]
    assert line["_aws"]["CloudWatchMetrics"] == [
        {"Namespace": "Test", "Dimensions": [[]], "Metrics": [{"Name": "StoreSeconds", "Unit": "Seconds"}]},
        {
            "Namespace": "Test",
            "Dimensions": [[], ["operation"]],
            "Metrics": [{"Name": "RequestSeconds", "Unit": "Seconds"}],
        },
    ]


def test_a_second_value_of_a_dimension_is_in_a_further_line_with_the_request_id() -> None:
    stream = io.StringIO()
    metrics = metrics_over(stream)
    with metrics.collecting(request_id="r1", path="/x"):
        metrics.count("UpstreamFailed", endpoint="a")
        metrics.count("UpstreamFailed", endpoint="b")
    first, second = lines_of(stream)
    assert (first["endpoint"], second["endpoint"]) == ("a", "b")
    assert second["request_id"] == "r1" and "path" not in second


def test_requests_at_the_same_time_do_not_mix_and_what_is_outside_of_them_is_written_with_the_next() -> None:
    stream = io.StringIO()
    metrics = metrics_over(stream)
    first_is_open, second_is_done = threading.Event(), threading.Event()

    def first() -> None:
        with metrics.collecting(request_id="first"):
            metrics.count("Of", 1)
            first_is_open.set()
            assert second_is_done.wait(20)

    thread = threading.Thread(target=first)
    thread.start()
    assert first_is_open.wait(20)
    metrics.count("Outside")
    with metrics.collecting(request_id="second"):
        metrics.count("Of", 2)
    second_is_done.set()
    thread.join()
    by_id = {line["request_id"]: line for line in lines_of(stream)}
    assert by_id["second"]["Of"] == [2] and by_id["second"]["Outside"] == [1]
    assert by_id["first"]["Of"] == [1] and "Outside" not in by_id["first"]


def test_a_flush_without_metrics_and_details_writes_nothing() -> None:
    stream = io.StringIO()
    metrics_over(stream).flush()
    assert stream.getvalue() == ""


def test_metrics_never_raise() -> None:
    closed = io.StringIO()
    closed.close()
    metrics = metrics_over(closed)
    metrics.record_seconds("NotANumber", float("nan"))
    with metrics.collecting(request_id="r1"):
        metrics.count("Hit")
    on_full_disk = EmbeddedMetrics(namespace="Test", stream=FullDisk())
    on_full_disk.count("Hit")
    on_full_disk.flush()


recorded = st.lists(
    st.tuples(
        st.sampled_from(["A", "B"]),
        st.sampled_from([(), (("operation", "x"),), (("operation", "y"),), (("endpoint", "x"),)]),
        st.floats(0, 1000),
    ),
    max_size=3 * MOST_VALUES,
)


@given(recorded)
def test_every_value_is_kept_once_for_its_dimension_and_once_without(
    given_values: list[tuple[str, tuple[tuple[str, str], ...], float]],
) -> None:
    stream = io.StringIO()
    metrics = metrics_over(stream)
    for name, dimensions, value in given_values:
        metrics.record_seconds(name, value, **dict(dimensions))
    metrics.flush(operation="z", request_id="r")
    lines = lines_of(stream)
    wanted = [(name, dimensions, round(value, 6)) for name, dimensions, value in given_values]
    wanted += [(name, (), value) for name, dimensions, value in wanted if dimensions]
    assert sorted(data_of(lines)) == sorted(wanted)
    assert all(len(line.get(name, [])) <= MOST_VALUES for line in lines for name in ("A", "B"))
    assert lines[0]["operation"] == "z"

"""The figures of the local system after a known load, and its health."""

import json
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from infra.local.processes import is_healthy
from tests.local_system import running, until

pytestmark = pytest.mark.system

REQUESTS = 1000
FAILING, REFUSED, UNKNOWN = 50, 150, 100
"""Of the requests: those without an upstream key, with an impossible name, and to no path."""


@dataclass
class Watched:
    http: httpx.Client
    logs: Path


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """A system of its own, so that it gets no other requests, and without keys, so that a creator that is not stored
    is answered with 503 at once."""
    state = tmp_path_factory.mktemp("watched")
    with running(state, "--no-sample", DECODO_BASE_URL="http://127.0.0.1:9/decodo") as (process, ports):
        api = f"http://127.0.0.1:{ports['API_PORT']}"
        until(lambda: is_healthy(f"{api}/openapi.json") or process.poll() is not None, "the API")
        assert process.poll() is None, process.stdout.read() if process.stdout else ""
        [log] = state.glob("*/logs")
        with httpx.Client(base_url=api, timeout=60) as http:
            yield Watched(http, log)


def paths() -> list[str]:
    fine = REQUESTS - FAILING - REFUSED - UNKNOWN
    kinds = [
        *["/api/profile/somebody/status"] * fine,
        *["/api/profile/not a name!/status"] * REFUSED,
        *["/api/profile/nobody.stored"] * FAILING,
        *["/api/no/such/path"] * UNKNOWN,
    ]
    return [kinds[number * 37 % REQUESTS] for number in range(REQUESTS)]  # mixed: 37 and 1000 have no common divisor


def metrics(watched: Watched) -> dict[str, Any]:
    found: dict[str, Any] = watched.http.get("/api/metrics").json()["data"]
    return found


def lines(watched: Watched) -> list[dict[str, Any]]:
    text = (watched.logs / "api.log").read_text()
    return [json.loads(line) for line in text.splitlines() if line.startswith('{"_aws"') and "RequestSeconds" in line]


def percentile(values: list[float], rank: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[rank - 1]


def test_the_figures_agree_with_what_the_client_counted(watched: Watched) -> None:
    counted: Counter[int] = Counter()
    took: dict[str, list[float]] = {}
    for path in paths():
        started = time.perf_counter()
        status = watched.http.get(path).status_code
        took.setdefault(path, []).append(time.perf_counter() - started)
        counted[status] += 1
    assert counted == {200: REQUESTS - FAILING - REFUSED - UNKNOWN, 400: REFUSED, 503: FAILING, 404: UNKNOWN}
    until(
        lambda: metrics(watched)["operations"].get("get_profile_status", {}).get("count", 0) > 0,
        "a snapshot with the load",
    )

    # The log lines are the access log, and what the figures are computed from.
    of_load = [line for line in lines(watched) if line["path"] in took]
    assert len(of_load) == REQUESTS and len({line["request_id"] for line in of_load}) == REQUESTS
    assert Counter(line["status"] for line in of_load) == counted

    until(
        lambda: metrics(watched)["operations"]["get_profile_status"]["count"] == REQUESTS - FAILING - UNKNOWN,
        "a snapshot with the whole load",
    )
    data = metrics(watched)
    operations = data["operations"]
    status, profile, unknown = (operations[name] for name in ("get_profile_status", "get_profile", "unknown"))
    assert (status["count"], status["refused"], status["failed"]) == (REQUESTS - FAILING - UNKNOWN, REFUSED, 0)
    assert (profile["count"], profile["failed"], profile["error_rate"]) == (FAILING, FAILING, 100.0)
    assert (unknown["count"], unknown["refused"]) == (UNKNOWN, UNKNOWN)
    assert data["top_operations"][0]["operation"] == "get_profile_status"

    everything = data["requests"]
    others = sum(
        each["count"]
        for name, each in operations.items()
        if name not in ("get_profile_status", "get_profile", "unknown")
    )
    assert everything["count"] == REQUESTS + others
    assert everything["failed"] == FAILING
    assert everything["error_rate"] == pytest.approx(100 * FAILING / (REQUESTS + others), abs=0.01)
    period = {name: datetime.fromisoformat(at) for name, at in everything["period"].items()}
    minutes = (period["end"] - period["start"]).total_seconds() / 60
    assert everything["per_minute"] == pytest.approx((REQUESTS + others) / minutes, abs=0.01)

    # The percentiles are exactly those of the lines; a client's are larger by its own overhead, which depends on the
    # machine.
    by_operation = [line["RequestSeconds"][0] for line in of_load if line["operation"] == "get_profile_status"]
    by_client = [*took["/api/profile/somebody/status"], *took["/api/profile/not a name!/status"]]
    for rank in (50, 95):
        measured = status["seconds"][f"p{rank}"]
        assert measured == pytest.approx(percentile(by_operation, rank), abs=0.0001)
        assert measured <= percentile(by_client, rank)
    assert [alert["name"] for alert in data["alerts"] if alert["name"] == "error_rate"] == []  # exactly 5 % or less


def test_the_prometheus_text_of_the_system_is_valid(watched: Watched) -> None:
    text = watched.http.get("/api/metrics", headers={"Accept": "text/plain"}).text
    names = {family.name for family in text_string_to_metric_families(text)}
    assert {"creator_search_queue_messages", "creator_search_breaker", "creator_search_disk_ratio"} <= names


def test_the_health_of_a_system_without_keys_is_degraded_because_of_its_upstream_only(watched: Watched) -> None:
    body = watched.http.get("/api/health").json()
    states = {name: service["status"] for name, service in body["services"].items()}
    assert states.pop("upstream_api") == "unhealthy" and set(states.values()) == {"healthy"}, body
    assert (body["status"], body["health_score"]) == ("degraded", 85)


def test_the_stream_begins_with_a_snapshot(watched: Watched) -> None:
    with watched.http.stream("GET", "/api/streaming/metrics") as answer:
        first = next(line for line in answer.iter_lines() if line.startswith("data: "))
    assert json.loads(first[6:])["data"]["queues"]["profile-high"]["waiting"] == 0

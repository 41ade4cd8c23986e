"""The AWS stand-in, with a separate account for every question."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import botocore.session

from infra.local.processes import Child, clean_environment, free_port, is_healthy, wait_until
from infra.toolkit import ROOT

REGION = "us-east-1"


@dataclass(frozen=True)
class Datum:
    """Values of a metric in one period."""

    namespace: str
    metric: str
    dimensions: Mapping[str, str]
    values: tuple[float, ...]


@dataclass
class StandIn:
    """It keeps the data of every account apart; its access keys are account ids.

    It evaluates an alarm when it is put, over the data of its metric with any dimensions. Only data of the alarm's own
    dimensions is published, therefore, and that of each series to a separate account.
    """

    url: str
    _session: Any = field(init=False)
    _accounts: Iterator[int] = field(init=False)
    _clients: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._accounts = itertools.count(200_000_000_000)
        self._session = botocore.session.Session()
        self._session.set_credentials("test", "test")
        self.change_account()

    def change_account(self) -> None:
        self._session.get_credentials().access_key = str(next(self._accounts))

    def client(self, service: str) -> Any:
        if service not in self._clients:
            made = boto3.Session(botocore_session=self._session).client(
                service,  # type: ignore[call-overload]
                endpoint_url=self.url,
                region_name=REGION,
            )
            self._clients[service] = made
        return self._clients[service]

    def publish(self, data: Sequence[Datum]) -> None:
        """Publish to the current account."""
        now = datetime.now(UTC)
        for datum in data:
            entry = {
                "MetricName": datum.metric,
                "Dimensions": [{"Name": name, "Value": value} for name, value in datum.dimensions.items()],
                "Timestamp": now,
                "Values": list(datum.values),
            }
            self.client("cloudwatch").put_metric_data(Namespace=datum.namespace, MetricData=[entry])

    def read(self, metric: Mapping[str, Any], statistic: str, period: int) -> float | None:
        now = datetime.now(UTC)
        query = {"Id": "q", "MetricStat": {"Metric": metric, "Stat": statistic, "Period": period}}
        [found] = self.client("cloudwatch").get_metric_data(
            MetricDataQueries=[query],
            StartTime=now - timedelta(seconds=2 * period),
            EndTime=now + timedelta(seconds=1),
        )["MetricDataResults"]
        return float(found["Values"][-1]) if found["Values"] else None

    def state_of(self, alarm: Mapping[str, Any]) -> str:
        """Put the alarm; return its state."""
        cloudwatch = self.client("cloudwatch")
        cloudwatch.put_metric_alarm(**alarm)
        [found] = cloudwatch.describe_alarms(AlarmNames=[alarm["AlarmName"]])["MetricAlarms"]
        return str(found["StateValue"])


@contextmanager
def running(folder: Path) -> Iterator[StandIn]:
    port = free_port(0)
    settings = {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "STATE_DIR": str(folder / "aws"),
        "S3_DATA_DIR": str(folder / "s3"),
        "LOG_LEVEL": "WARNING",
    }
    command = [str(ROOT / ".venv-aws" / "bin" / "python"), "-m", "ministack"]
    child = Child("aws", command, clean_environment(**settings), folder / "aws.log", cwd=folder)
    child.start()
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: is_healthy(f"{url}/_localstack/health"), "the AWS stand-in")
        yield StandIn(url)
    finally:
        child.stop()
        child.join(15)

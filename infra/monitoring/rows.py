"""The rows of the alarms: a series of a metric, and an alarm on one or several of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from creator_search.catalogue import Queue, Table

RUNBOOK = "docs/operations.md"


@dataclass(frozen=True, slots=True)
class DeployedSearch:
    """The function that writes the index of the search engine, and the ARN of the state machine that repairs it."""

    indexer: str
    repair: str


@dataclass(frozen=True, slots=True)
class Deployed:
    """The names of the resources of a deployment."""

    namespace: str
    """The namespace of the metrics in creator_search.domain.metrics."""
    api: str
    functions: Mapping[str, str]
    queues: Mapping[Queue, str]
    dead_letters: Mapping[Queue, str]
    tables: Mapping[Table, str]
    reports: str | None = None
    """The ARN of the state machine of the reports, if the stage has them."""
    search: DeployedSearch | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """One statistic of one metric."""

    namespace: str
    metric: str
    statistic: str
    dimensions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Alarm:
    """It fires if the value is over the threshold (with `below`, under it) in `periods` consecutive periods.

    The value is that of the only series, or that of `expression`, in the notation of CloudWatch's metric math, over
    several series by their id. No data means no alarm, unless `silence_fires`.
    """

    name: str
    """Unique within one deployment, and stable."""
    section: str
    """Its section in the runbook."""
    summary: str
    series: Mapping[str, Series]
    threshold: float
    expression: str | None = None
    below: bool = False
    minutes: int = 5
    """The length of a period."""
    periods: int = 1
    silence_fires: bool = False

    @property
    def description(self) -> str:
        return f"{self.summary}. See {RUNBOOK}#{self.section}"

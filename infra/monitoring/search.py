"""The alarms of a stage that has a search engine."""

from collections.abc import Iterator

from infra.monitoring.machines import ends_without_success
from infra.monitoring.rows import Alarm, Deployed, Series

LAG_MINUTES = 15
"""Until a change is applied, searches still find a creator that was erased."""


def search_alarms(deployed: Deployed) -> Iterator[Alarm]:
    if deployed.search is None:
        return
    function = {"FunctionName": deployed.search.indexer}
    yield Alarm(
        name="search-lag",
        section="search-lag",
        summary="The index of the search engine is behind the table: searches find what was erased or has changed",
        series={"age": Series("AWS/Lambda", "IteratorAge", "Maximum", function)},
        threshold=LAG_MINUTES * 60 * 1000,
    )
    yield ends_without_success(
        deployed.search.repair,
        name="search-repair-failures",
        summary="The weekly comparison of the search engine with the table has not succeeded",
    )

"""The figures and measurements of the benchmarks."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from creator_search.adapters.aws.client import failing_as
from creator_search.adapters.dynamodb.items import from_wire, get, pages, to_wire
from creator_search.adapters.dynamodb.profile_rows import decode_figures
from creator_search.adapters.dynamodb.schema import CREATOR_FIGURES, FIGURES_SHARDS, benchmark_id
from creator_search.domain.analytics.distribution import Distribution
from creator_search.domain.analytics.measured import CreatorFigures, Figure, TierMeasurement
from creator_search.domain.errors import StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDBBenchmarkStore:
    """Implements BenchmarkStore. The measurement of a tier is one item, so it is replaced as a whole."""

    def __init__(self, client: "DynamoDBClient", *, profiles: str, control: str) -> None:
        self._client = client
        self._profiles = profiles
        self._control = control

    def list_figures(self) -> Iterator[CreatorFigures]:
        for shard in FIGURES_SHARDS:
            for page in pages(
                self._client.query,
                TableName=self._profiles,
                IndexName=CREATOR_FIGURES.name,
                KeyConditionExpression=f"{CREATOR_FIGURES.partition} = :shard",
                ProjectionExpression="figures",
                ExpressionAttributeValues=to_wire({":shard": shard}),
            ):
                found = (decode_figures(from_wire(wire).get("figures", {})) for wire in page["Items"])
                yield from (figures for figures in found if figures)

    def save_measurement(self, measurement: TierMeasurement) -> None:
        item = {
            "id": benchmark_id(measurement.tier),
            "measured_on": measurement.measured_on.isoformat(),
            "distributions": {
                figure: {"sample_size": found.sample_size, "percentiles": found.percentiles}
                for figure, found in measurement.distributions.items()
            },
        }
        with failing_as(StoreUnavailable):
            self._client.put_item(TableName=self._control, Item=to_wire(item))

    def load_measurement(self, tier: str) -> TierMeasurement | None:
        item = get(self._client, self._control, {"id": benchmark_id(tier)})
        if item is None or "measured_on" not in item:
            return None
        stored = item.get("distributions", {})
        distributions = {
            figure: Distribution(
                sample_size=stored[figure].get("sample_size", 0),
                percentiles=tuple(stored[figure].get("percentiles", ())),
            )
            for figure in Figure
            if figure in stored
        }
        return TierMeasurement(tier, date.fromisoformat(item["measured_on"]), distributions)

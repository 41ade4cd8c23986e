"""The figures and measurements of the benchmarks."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from creator_search.adapters.aws.client import failing_as
from creator_search.adapters.dynamodb.items import Item, epoch, from_wire, get, is_expired, pages, to_wire
from creator_search.adapters.dynamodb.profile_rows import decode_figures
from creator_search.adapters.dynamodb.schema import TTL_ATTRIBUTE
from creator_search.adapters.dynamodb.schema.control import benchmark_id, niche_id
from creator_search.adapters.dynamodb.schema.profiles import CREATOR_FIGURES, SHARDS
from creator_search.domain.analytics.distribution import Distribution
from creator_search.domain.analytics.measured import CreatorFigures, Figure, TierMeasurement
from creator_search.domain.analytics.niches import Niche, NicheMeasurement
from creator_search.domain.clock import Clock
from creator_search.domain.errors import StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_NICHE_LIFETIME = timedelta(days=30)


class DynamoDBBenchmarkStore:
    """Implements BenchmarkStore. The measurement of a tier is one item, so it is replaced as a whole."""

    def __init__(self, client: "DynamoDBClient", *, profiles: str, control: str, clock: Clock) -> None:
        self._client = client
        self._profiles = profiles
        self._control = control
        self._clock = clock

    def list_figures(self) -> Iterator[CreatorFigures]:
        for shard in SHARDS:
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
        found = {str(figure): distribution for figure, distribution in measurement.distributions.items()}
        self._save(benchmark_id(measurement.tier), measurement.measured_on, found)

    def load_measurement(self, tier: str) -> TierMeasurement | None:
        item = self._load(benchmark_id(tier))
        if item is None:
            return None
        stored = _distributions(item)
        found = {figure: stored[figure] for figure in Figure if figure in stored}
        return TierMeasurement(tier, date.fromisoformat(item["measured_on"]), found)

    def save_niche(self, measurement: NicheMeasurement) -> None:
        day = measurement.measured_on
        expires = datetime(day.year, day.month, day.day, tzinfo=UTC) + _NICHE_LIFETIME
        key = niche_id(measurement.niche.key)
        self._save(key, day, measurement.distributions, **{TTL_ATTRIBUTE: epoch(expires)})

    def load_niche(self, niche: Niche) -> NicheMeasurement | None:
        item = self._load(niche_id(niche.key))
        if item is None:
            return None
        day = date.fromisoformat(item["measured_on"])
        return NicheMeasurement(niche=niche, measured_on=day, distributions=_distributions(item))

    def _save(self, key: str, day: date, distributions: Mapping[str, Distribution], **attributes: int) -> None:
        found = {
            name: {"sample_size": distribution.sample_size, "percentiles": distribution.percentiles}
            for name, distribution in distributions.items()
        }
        item = {"id": key, "measured_on": day.isoformat(), "distributions": found, **attributes}
        with failing_as(StoreUnavailable):
            self._client.put_item(TableName=self._control, Item=to_wire(item))

    def _load(self, key: str) -> Item | None:
        item = get(self._client, self._control, {"id": key})
        return None if item is None or "measured_on" not in item or is_expired(item, self._clock()) else item


def _distributions(item: Item) -> Mapping[str, Distribution]:
    return {
        name: Distribution(sample_size=stored.get("sample_size", 0), percentiles=tuple(stored.get("percentiles", ())))
        for name, stored in item.get("distributions", {}).items()
    }

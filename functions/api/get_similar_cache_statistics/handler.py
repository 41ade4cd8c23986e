"""GET /api/similar-cache/stats."""

from dataclasses import asdict
from typing import Annotated

from creator_search import providers
from creator_search.http import Envelope, endpoint, lambda_handler, provided
from creator_search.services.cache_statistics import read_cache_statistics
from creator_search.services.ports import MetricsReader, SimilarStore
from pydantic import BaseModel

router, route = endpoint("get_similar_cache_statistics")


class CacheStatisticsData(BaseModel):
    """Counts and times cover the last 24 hours; `hit_rate` is a percentage."""

    entries: int
    bytes: int
    hits: int | None
    misses: int | None
    hit_rate: float | None
    clears: int | None
    clear_failures: int | None
    mean_clear_seconds: float | None
    notes: list[str]


class CacheStatisticsAnswer(Envelope):
    data: CacheStatisticsData


@route(
    example={
        "success": True,
        "data": {
            "entries": 120,
            "bytes": 48211034,
            "hits": 940,
            "misses": 130,
            "hit_rate": 87.85,
            "clears": 3,
            "clear_failures": 0,
            "mean_clear_seconds": 0.2311,
            "notes": [],
        },
    }
)
def get_similar_cache_statistics(
    store: Annotated[SimilarStore, provided(providers.similar_store)],
    metrics: Annotated[MetricsReader, provided(providers.metrics_reader)],
) -> CacheStatisticsAnswer:
    """Cached sets, their images' bytes, and the last 24 hours of hits and clears; null where nothing was measured."""
    figures = asdict(read_cache_statistics(store, metrics))
    return CacheStatisticsAnswer(data=CacheStatisticsData(bytes=figures.pop("image_bytes"), **figures))


handler = lambda_handler(router)

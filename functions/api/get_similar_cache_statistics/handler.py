"""GET /api/similar-cache/stats."""

from dataclasses import asdict
from typing import Annotated

from creator_search.bootstrap import Container
from creator_search.http import endpoint, lambda_handler, provided
from creator_search.schemas.envelope import Envelope
from creator_search.services.similar.statistics import SimilarCacheStatistics
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


@route()
def get_similar_cache_statistics(
    statistics: Annotated[SimilarCacheStatistics, provided(Container.similar_cache_statistics)],
) -> CacheStatisticsAnswer:
    """Cached sets, the size of their images, and hits and clears of the last 24 hours; null if nothing was measured."""
    figures = asdict(statistics.measure())
    return CacheStatisticsAnswer(data=CacheStatisticsData(bytes=figures.pop("image_bytes"), **figures))


handler = lambda_handler(router)

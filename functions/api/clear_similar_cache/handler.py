"""DELETE /api/profile/{username}/similar-cache."""

from datetime import datetime
from typing import Annotated, Self

from creator_search.bootstrap import Container
from creator_search.http import Now, Username, endpoint, lambda_handler, provided
from creator_search.schemas.envelope import Envelope
from creator_search.schemas.times import iso
from creator_search.services.similar.cache import ClearOutcome, SimilarCacheCleaner
from pydantic import BaseModel

router, route = endpoint("clear_similar_cache")


class CacheClearing(BaseModel):
    username: str
    operation_status: str
    cache_cleared: bool
    operation_duration_seconds: float


class CacheDetails(BaseModel):
    profiles_cleared: int
    images_invalidated: int
    cache_type: str
    cdn_coordination: str


class PerformanceImpact(BaseModel):
    system_impact: str
    concurrent_operations: str
    cache_regeneration: str


class NextSteps(BaseModel):
    cache_status: str
    next_request_behavior: str
    recommended_action: str


class ClearData(BaseModel):
    cache_clearing: CacheClearing
    cache_details: CacheDetails
    performance_impact: PerformanceImpact
    next_steps: NextSteps
    timestamp: str

    @classmethod
    def of(cls, username: str, outcome: ClearOutcome, now: datetime) -> Self:
        cleared = outcome.was_cached
        cdn = {None: "no_action_needed", True: "completed", False: "failed"}[outcome.cdn_invalidated]
        return cls(
            cache_clearing=CacheClearing(
                username=username,
                operation_status="completed",
                cache_cleared=cleared,
                operation_duration_seconds=round(outcome.seconds, 3),
            ),
            cache_details=CacheDetails(
                profiles_cleared=outcome.profiles_cleared,
                images_invalidated=outcome.images_deleted,
                cache_type="similar_profiles",
                cdn_coordination=cdn,
            ),
            performance_impact=PerformanceImpact(
                system_impact="minimal" if cleared else "none",
                concurrent_operations="unaffected",
                cache_regeneration="on_next_request" if cleared else "on_first_request",
            ),
            next_steps=NextSteps(
                cache_status="cleared" if cleared else "no_cache_found",
                next_request_behavior="Fresh data will be fetched and cached",
                recommended_action="Test similar profiles endpoint to verify fresh data"
                if cleared
                else "Cache will be populated on first similar profiles request",
            ),
            timestamp=iso(now),
        )


class ClearAnswer(Envelope):
    message: str
    data: ClearData


@route()
def clear_similar_cache(
    username: Username,
    now: Now,
    cleaner: Annotated[SimilarCacheCleaner, provided(Container.similar_cache_cleaner)],
) -> ClearAnswer:
    """Remove the cached set of one creator: the row, the stored images and the CDN's copies."""
    outcome = cleaner.clear(username)
    message = f"Cache cleared for @{username}" if outcome.was_cached else f"No cached data found for @{username}"
    return ClearAnswer(message=message, data=ClearData.of(username, outcome, now))


handler = lambda_handler(router)

"""DELETE /api/profile/{username}/similar-cache."""

from typing import Annotated, Self

from creator_search import providers
from creator_search.http import Envelope, Username, endpoint, lambda_handler, provided, timestamp
from creator_search.services.clear_similar_cache import ClearOutcome, ClearSimilarCache
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
    def of(cls, username: str, outcome: ClearOutcome) -> Self:
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
            timestamp=timestamp(),
        )


class ClearAnswer(Envelope):
    message: str
    data: ClearData


@route(
    example={
        "success": True,
        "message": "Cache cleared for @natgeo",
        "data": {
            "cache_clearing": {
                "username": "natgeo",
                "operation_status": "completed",
                "cache_cleared": True,
                "operation_duration_seconds": 0.214,
            },
            "cache_details": {
                "profiles_cleared": 20,
                "images_invalidated": 20,
                "cache_type": "similar_profiles",
                "cdn_coordination": "completed",
            },
            "performance_impact": {
                "system_impact": "minimal",
                "concurrent_operations": "unaffected",
                "cache_regeneration": "on_next_request",
            },
            "next_steps": {
                "cache_status": "cleared",
                "next_request_behavior": "Fresh data will be fetched and cached",
                "recommended_action": "Test similar profiles endpoint to verify fresh data",
            },
            "timestamp": "2026-01-31T12:00:00.000Z",
        },
    }
)
def clear_similar_cache(
    username: Username, clear: Annotated[ClearSimilarCache, provided(providers.clear_similar_cache)]
) -> ClearAnswer:
    """Remove the cached set of one creator: the row, the stored images and the CDN's copies."""
    outcome = clear(username)
    message = f"Cache cleared for @{username}" if outcome.was_cached else f"No cached data found for @{username}"
    return ClearAnswer(message=message, data=ClearData.of(username, outcome))


handler = lambda_handler(router)

"""The state of the running system."""

from collections.abc import Mapping
from typing import Any

from creator_search.catalogue.resources import PROBE_KEY, Bucket, IndexName, Items, Queue, Table
from creator_search.catalogue.rows import STREAM_TIMEOUT_SECONDS, Access, Limit, Operation, Use

_WATCHING: Mapping[str, Any] = {
    "tables": {Items.FIGURES: Use.READ | Use.UPDATE, Items.LOCKS: Use.READ | Use.ADD},
    "indexes": (IndexName.ACTIVE_JOBS,),
    "tag": "watching",
    "watches": tuple(Queue),
    "reads_metrics": True,
    "memory_mb": 1024,
}
WATCHING: tuple[Operation, ...] = (
    Operation(
        name="get_health",
        summary="Get the health of the system and of each service on which it depends",
        limit=Limit.NONE,
        path="/api/health",
        access=Access.PUBLIC,
        buckets={Bucket.IMAGES: Use.ADD},
        image_prefix=PROBE_KEY,
        upstream=True,
        serves_images=True,
        errors=(503,),
        **{**_WATCHING, "tables": {**_WATCHING["tables"], Table.SIMILAR: Use.READ}},
    ),
    Operation(
        name="get_metrics",
        summary="Get figures of the running system: requests, queues, caches, analyses, breakers",
        limit=Limit.NONE,
        path="/api/metrics",
        alternative="text/plain",
        errors=(503,),
        **_WATCHING,
    ),
    Operation(
        name="stream_metrics",
        summary="Stream the figures of the running system, every five seconds",
        limit=Limit.NONE,
        path="/api/streaming/metrics",
        timeout_seconds=STREAM_TIMEOUT_SECONDS,
        streams="text/event-stream",
        **_WATCHING,
    ),
)

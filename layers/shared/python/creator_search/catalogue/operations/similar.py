"""Similar creators."""

from creator_search.catalogue.resources import Bucket, Queue, Table
from creator_search.catalogue.rows import Access, Operation, Use

SIMILAR: tuple[Operation, ...] = (
    Operation(
        name="get_similar_profiles_fast",
        is_waited_for=True,
        summary="Get similar creators with permanent image URLs",
        path="/api/profile/{username}/similar-fast",
        tag="similar",
        cache_seconds=60,
        memory_mb=1536,
        tables={Table.SIMILAR: Use.BOTH, Table.MEMBERSHIPS: Use.WRITE, Table.CONTROL: Use.BOTH},
        sends=(Queue.MEDIA,),
        buckets={Bucket.IMAGES: Use.BOTH},
        upstream=True,
        serves_images=True,
        errors=(404, 503),
    ),
    Operation(
        name="get_similar_profiles",
        summary="Get similar creators with details, similarity and reasons",
        path="/api/profile/{username}/similar",
        tag="similar",
        cache_seconds=60,
        memory_mb=1536,
        tables={
            Table.PROFILES: Use.READ,
            Table.SIMILAR: Use.BOTH,
            Table.MEMBERSHIPS: Use.WRITE,
            Table.CONTROL: Use.BOTH,
        },
        sends=(Queue.MEDIA,),
        buckets={Bucket.IMAGES: Use.BOTH},
        upstream=True,
        serves_images=True,
        errors=(404, 503),
    ),
    Operation(
        name="clear_similar_cache",
        summary="Clear the cached similar profiles of one creator",
        method="DELETE",
        path="/api/profile/{username}/similar-cache",
        access=Access.ADMIN,
        is_audited=True,
        tag="similar",
        tables={Table.SIMILAR: Use.BOTH, Table.CONTROL: Use.BOTH},
        buckets={Bucket.IMAGES: Use.BOTH},
        invalidates_cdn=True,
        errors=(503,),
    ),
    Operation(
        name="get_similar_cache_statistics",
        summary="Get statistics of the cache of similar profiles",
        path="/api/similar-cache/stats",
        access=Access.ADMIN,
        tag="similar",
        tables={Table.SIMILAR: Use.READ},
        reads_metrics=True,
        errors=(503,),
    ),
)

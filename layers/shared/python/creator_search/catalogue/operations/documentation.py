"""The documentation of the API."""

from creator_search.catalogue.rows import Access, Limit, Operation

DOCUMENTATION: tuple[Operation, ...] = (
    Operation(
        name="get_openapi_document",
        summary="Get the OpenAPI 3.1 document of this API",
        limit=Limit.NONE,
        path="/openapi.json",
        access=Access.PUBLIC,
        tag="documentation",
        cache_seconds=3600,
    ),
    Operation(
        name="get_documentation",
        summary="Show the documentation of this API",
        limit=Limit.NONE,
        path="/docs",
        access=Access.PUBLIC,
        tag="documentation",
        cache_seconds=3600,
    ),
)

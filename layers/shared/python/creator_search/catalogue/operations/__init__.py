"""Every HTTP operation, in one module an area, and the functions that serve several of them."""

from creator_search.catalogue.operations.campaigns import EXPORT_LIST, MANAGE_CAMPAIGNS, MANAGE_LISTS
from creator_search.catalogue.operations.documentation import DOCUMENTATION
from creator_search.catalogue.operations.reading import READING
from creator_search.catalogue.operations.requests import REQUESTS
from creator_search.catalogue.operations.similar import SIMILAR
from creator_search.catalogue.operations.watching import WATCHING
from creator_search.catalogue.rows import Api, Operation

APIS: tuple[Api, ...] = (MANAGE_CAMPAIGNS, MANAGE_LISTS)

OPERATIONS: tuple[Operation, ...] = (
    *REQUESTS,
    *READING,
    *SIMILAR,
    *(operation for api in APIS for operation in api.operations),
    EXPORT_LIST,
    *WATCHING,
    *DOCUMENTATION,
)

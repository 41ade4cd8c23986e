"""Every HTTP operation, in one module an area, and the functions that serve several of them."""

from creator_search.catalogue.operations.callers import AUDIT, AUTHORIZER, CALLER_APIS
from creator_search.catalogue.operations.campaigns import EXPORT_LIST, MANAGE_CAMPAIGNS, MANAGE_LISTS
from creator_search.catalogue.operations.documentation import DOCUMENTATION
from creator_search.catalogue.operations.reading import READING
from creator_search.catalogue.operations.requests import REQUESTS
from creator_search.catalogue.operations.similar import SIMILAR
from creator_search.catalogue.operations.watching import WATCHING
from creator_search.catalogue.operations.webhooks import WEBHOOKS
from creator_search.catalogue.rows import Api, Operation

__all__ = ["APIS", "AUTHORIZER", "OPERATIONS"]

APIS: tuple[Api, ...] = (*CALLER_APIS, MANAGE_CAMPAIGNS, MANAGE_LISTS, WEBHOOKS)

OPERATIONS: tuple[Operation, ...] = (
    *REQUESTS,
    *READING,
    *SIMILAR,
    *(operation for api in APIS for operation in api.operations),
    *AUDIT,
    EXPORT_LIST,
    *WATCHING,
    *DOCUMENTATION,
)

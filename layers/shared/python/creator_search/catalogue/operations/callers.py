"""What belongs to the caller, and the audit log."""

from creator_search.catalogue.resources import Items, Queue, Table
from creator_search.catalogue.rows import Access, Api, Authorizer, Limit, Operation, Use

AUTHORIZER = Authorizer(
    name="authorize_caller",
    summary="Verifies the token or the API key of a request",
    timeout_seconds=10,
    is_waited_for=True,
    tables={Items.API_KEYS: Use.READ, Items.CALLERS: Use.UPDATE},  # the time at which a key was last used
)
_ME = "me"

CALLER_APIS: tuple[Api, ...] = (
    Api(
        name="manage_me",
        summary="Shows the caller, and erases everything that belongs to the caller",
        tables={
            Items.CALLERS: Use.READ | Use.BATCH,
            Items.API_KEYS: Use.DELETE,
            Items.REQUEST_COUNTS: Use.READ,
            Table.AUDIT: Use.ADD,
        },
        sends=(Queue.ERASURE,),
        operations=(
            Operation(
                name="get_me",
                summary="Get the caller, and the caller's limits",
                path="/api/me",
                tag=_ME,
                limit=Limit.NONE,
            ),
            Operation(
                name="erase_me",
                summary="Erase everything that belongs to you",
                method="DELETE",
                path="/api/me",
                tag=_ME,
                limit=Limit.NONE,
                status=204,
                errors=(403, 503),
            ),
        ),
    ),
    Api(
        name="manage_api_keys",
        summary="Creates, lists and deletes the caller's API keys",
        tables={Items.CALLERS: Use.READ | Use.ADD | Use.DELETE, Items.API_KEYS: Use.ADD | Use.DELETE},
        signs_cursors=True,
        operations=(
            Operation(
                name="create_api_key",
                summary="Create an API key",
                method="POST",
                path="/api/me/api-keys",
                tag=_ME,
                limit=Limit.NONE,
                status=201,
                answers_secret=True,
                errors=(403, 409, 503),
            ),
            Operation(
                name="list_api_keys",
                summary="List your API keys",
                path="/api/me/api-keys",
                tag=_ME,
                limit=Limit.NONE,
                errors=(503,),
            ),
            Operation(
                name="delete_api_key",
                summary="Delete an API key",
                method="DELETE",
                path="/api/me/api-keys/{id}",
                tag=_ME,
                limit=Limit.NONE,
                status=204,
                is_audited=True,
                errors=(503,),
            ),
        ),
    ),
    Api(
        name="manage_favorites",
        summary="Adds, lists and removes the caller's favourite creators",
        tables={Items.CALLERS: Use.READ | Use.ADD | Use.DELETE, Table.ERASURES: Use.READ},
        signs_cursors=True,
        operations=(
            Operation(
                name="list_favorites",
                summary="List your favourite creators",
                path="/api/me/favorites",
                tag=_ME,
                limit=Limit.NONE,
                errors=(503,),
            ),
            Operation(
                name="add_favorite",
                summary="Add a creator to your favourites",
                method="PUT",
                path="/api/me/favorites/{username}",
                tag=_ME,
                limit=Limit.NONE,
                errors=(503,),
            ),
            Operation(
                name="remove_favorite",
                summary="Remove a creator from your favourites",
                method="DELETE",
                path="/api/me/favorites/{username}",
                tag=_ME,
                limit=Limit.NONE,
                status=204,
                errors=(503,),
            ),
        ),
    ),
    Api(
        name="manage_activity",
        summary="Lists the caller's searches and opened profiles, and deletes the searches",
        tables={Items.CALLERS: Use.READ | Use.BATCH},
        signs_cursors=True,
        operations=(
            Operation(
                name="list_searches",
                summary="List your searches of the last 30 days",
                path="/api/me/searches",
                tag=_ME,
                limit=Limit.NONE,
                errors=(503,),
            ),
            Operation(
                name="delete_searches",
                summary="Delete your searches",
                method="DELETE",
                path="/api/me/searches",
                tag=_ME,
                limit=Limit.NONE,
                status=204,
                errors=(503,),
            ),
            Operation(
                name="list_opened_profiles",
                summary="List the profiles that you opened in the last 30 days",
                path="/api/me/profiles",
                tag=_ME,
                limit=Limit.NONE,
                errors=(503,),
            ),
        ),
    ),
)

AUDIT: tuple[Operation, ...] = (
    Operation(
        name="list_audit_entries",
        summary="List erasures, cleared caches, dispatched jobs and deletions, with their callers",
        path="/api/audit",
        access=Access.ADMIN,
        tag="audit",
        tables={Table.AUDIT: Use.READ},
        signs_cursors=True,
        errors=(503,),
    ),
)

"""Campaigns with their reports, and named lists of creators."""

from collections.abc import Mapping
from typing import Any

from creator_search.catalogue.resources import Items, Queue, Table
from creator_search.catalogue.rows import STATE_TABLES, STREAM_TIMEOUT_SECONDS, Api, Limit, Operation, Use

_REQUESTS: Mapping[str, Any] = {
    # Creators that are not stored are requested.
    "tables": {
        **STATE_TABLES,
        Items.CALLERS: Use.BOTH,
        Table.JOBS: Use.READ | Use.ADD | Use.DELETE,
        Items.TICKET_COUNTERS: Use.UPDATE,
        Items.REQUEST_COUNTS: Use.UPDATE,  # of requests that can reach the upstream
    },
    "sends": (Queue.PROFILE_MEDIUM,),
    "signs_cursors": True,
    "memory_mb": 1024,
}


def _operation(name: str, summary: str, method: str, path: str, *errors: int, **more: Any) -> Operation:
    settings = {"tag": "campaigns", **more}
    return Operation(
        name=name, summary=summary, method=method, path=path, errors=tuple(sorted({*errors, 503})), **settings
    )


_CAMPAIGN = "/api/campaigns/{id}"
MANAGE_CAMPAIGNS = Api(
    name="manage_campaigns",
    summary="Campaigns, their creators and posts, and their reports",
    operations=(
        _operation("create_campaign", "Create a campaign", "POST", "/api/campaigns", 409, status=201),
        _operation("list_campaigns", "List campaigns, newest first", "GET", "/api/campaigns"),
        _operation("get_campaign", "Get a campaign with its creators and posts", "GET", _CAMPAIGN),
        _operation("change_campaign", "Change a campaign", "PATCH", _CAMPAIGN, 412, 428),
        _operation("delete_campaign", "Delete a campaign", "DELETE", _CAMPAIGN, 412, status=204),
        _operation(
            "put_campaign_profile",
            "Add a creator to a campaign",
            "PUT",
            f"{_CAMPAIGN}/profiles/{{username}}",
            409,
            status=201,
        ),
        _operation(
            "delete_campaign_profile",
            "Remove a creator from a campaign",
            "DELETE",
            f"{_CAMPAIGN}/profiles/{{username}}",
            status=204,
        ),
        _operation(
            "put_campaign_post",
            "Add a post to a campaign by hand",
            "PUT",
            f"{_CAMPAIGN}/posts/{{shortcode}}",
            409,
            status=201,
        ),
        _operation(
            "delete_campaign_post",
            "Remove a post that was added by hand",
            "DELETE",
            f"{_CAMPAIGN}/posts/{{shortcode}}",
            status=204,
        ),
        _operation(
            "put_campaign_list", "Add the creators of a list to a campaign", "PUT", f"{_CAMPAIGN}/lists/{{list}}", 409
        ),
        _operation(
            "get_campaign_report",
            "Get the report of a campaign, as JSON or CSV",
            "GET",
            f"{_CAMPAIGN}/report",
            alternative="text/csv",
        ),
    ),
    **_REQUESTS,
)


def _of_lists(name: str, summary: str, method: str, path: str, *errors: int, **more: Any) -> Operation:
    return _operation(name, summary, method, path, *errors, tag="lists", limit=Limit.NONE, **more)


_LIST = "/api/me/lists/{id}"
MANAGE_LISTS = Api(
    name="manage_lists",
    summary="Named lists of creators",
    operations=(
        _of_lists("create_list", "Create a list", "POST", "/api/me/lists", 409, status=201),
        _of_lists("list_lists", "List the lists, newest first", "GET", "/api/me/lists"),
        _of_lists("get_list", "Get a list", "GET", _LIST),
        _of_lists("change_list", "Rename a list", "PATCH", _LIST, 412, 428),
        _of_lists("delete_list", "Delete a list", "DELETE", _LIST, 412, status=204),
        _of_lists("list_entries", "List the creators of a list", "GET", f"{_LIST}/profiles"),
        _of_lists(
            "put_list_entry",
            "Add a creator to a list, or replace the tags and the note",
            "PUT",
            f"{_LIST}/profiles/{{username}}",
            409,
            status=201,
        ),
        _of_lists(
            "delete_list_entry", "Remove a creator from a list", "DELETE", f"{_LIST}/profiles/{{username}}", status=204
        ),
        _of_lists(
            "import_list",
            "Add creators from a CSV file",
            "POST",
            f"{_LIST}/import",
            409,
            max_body_kilobytes=4096,  # a full list with long notes, as it is exported
        ),
    ),
    **_REQUESTS,
)

EXPORT_LIST = _of_lists(
    "export_list",
    "Download a list as CSV or XLSX",
    "GET",
    f"{_LIST}/export",
    # A function of its own: the gateway passes binary answers on unchanged only if they are streamed.
    streams="text/csv",
    timeout_seconds=STREAM_TIMEOUT_SECONDS,
    tables={Items.CALLERS: Use.READ},
    memory_mb=1024,
)

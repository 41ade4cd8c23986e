"""The webhooks of a caller."""

from typing import Any

from creator_search.catalogue.resources import Items, Queue
from creator_search.catalogue.rows import Api, Limit, Operation, Use

_PATH = "/api/me/webhooks"


def _operation(name: str, summary: str, method: str, path: str, **settings: Any) -> Operation:
    errors = (*settings.pop("errors", ()), 503)
    return Operation(
        name=name,
        summary=summary,
        method=method,
        path=f"{_PATH}{path}",
        limit=Limit.NONE,
        tag="webhooks",
        errors=errors,
        **settings,
    )


WEBHOOKS = Api(
    name="manage_webhooks",
    summary="Registers the webhooks of callers, and shows their deliveries",
    tables={Items.CALLERS: Use.READ | Use.ADD | Use.DELETE | Use.BATCH},
    sends=(Queue.WEBHOOK,),
    signs_cursors=True,
    operations=(
        _operation("create_webhook", "Register a webhook", "POST", "", status=201, answers_secret=True),
        _operation("list_webhooks", "List my webhooks", "GET", ""),
        _operation("get_webhook", "Get a webhook", "GET", "/{id}"),
        _operation("change_webhook", "Change, disable or enable a webhook", "PATCH", "/{id}"),
        _operation("delete_webhook", "Delete a webhook with its deliveries", "DELETE", "/{id}", status=204),
        _operation("list_webhook_deliveries", "List the last deliveries of a webhook", "GET", "/{id}/deliveries"),
        _operation(
            "retry_webhook_delivery",
            "Attempt a delivery again, now",
            "POST",
            "/{id}/deliveries/{delivery}/retry",
            status=202,
        ),
        _operation("test_webhook", "Send a ping to a webhook", "POST", "/{id}/test", status=202),
        _operation("rotate_webhook_secret", "Give a webhook a new secret", "POST", "/{id}/rotate", answers_secret=True),
    ),
)

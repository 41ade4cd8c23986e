"""Requests for profiles, and their queues."""

from collections.abc import Mapping

from creator_search.catalogue.resources import PROFILE_QUEUES, IndexName, Items, Queue, Table
from creator_search.catalogue.rows import STATE_TABLES, Access, Limit, Operation, Part, Use

_REQUEST_TABLES: Mapping[Part, Use] = {
    **STATE_TABLES,
    Table.JOBS: Use.READ | Use.ADD | Use.DELETE,
    Items.TICKET_COUNTERS: Use.UPDATE,
}
REQUESTS: tuple[Operation, ...] = (
    Operation(
        name="request_profile",
        is_waited_for=True,
        summary="Request a full profile",
        limit=Limit.UPSTREAM,
        records_activity=True,
        method="POST",
        path="/api/profile/{username}/request",
        tables={**_REQUEST_TABLES, Items.CALLERS: Use.BATCH},  # their activity
        sends=PROFILE_QUEUES,
        errors=(409, 503),
    ),
    Operation(
        name="request_profiles",
        summary="Request up to 100 full profiles",
        limit=Limit.UPSTREAM,
        records_activity=True,
        method="POST",
        path="/api/profiles/request",
        tables={**_REQUEST_TABLES, Items.CALLERS: Use.BATCH},  # their activity
        sends=PROFILE_QUEUES,
        errors=(409,),
    ),
    Operation(
        name="get_profile_status",
        is_waited_for=True,
        summary="Get the status of a profile",
        limit=Limit.NONE,
        path="/api/profile/{username}/status",
        tables=STATE_TABLES,
        errors=(503,),
    ),
    Operation(
        name="get_queue_status",
        summary="Get the status of the queues",
        limit=Limit.NONE,
        path="/api/viral-ideas/queue-status",
        tag="queues",
        indexes=(IndexName.ACTIVE_JOBS,),
        watches=PROFILE_QUEUES,
        errors=(503,),
    ),
    Operation(
        name="process_pending_jobs",
        summary="Dispatch all due jobs",
        method="POST",
        path="/api/viral-ideas/process-pending",
        access=Access.ADMIN,
        is_audited=True,
        tag="queues",
        tables=_REQUEST_TABLES,
        indexes=(IndexName.ACTIVE_JOBS,),
        sends=tuple(Queue),
        drains=tuple(Queue),
        watches=PROFILE_QUEUES,
        abandons=PROFILE_QUEUES,
        errors=(409, 503),
    ),
)

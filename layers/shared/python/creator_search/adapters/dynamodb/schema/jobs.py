"""The jobs table: partition key `username`."""

from creator_search.adapters.dynamodb.tables import Index, ItemKind, TableSchema
from creator_search.catalogue import IndexName
from creator_search.domain.jobs import JobStatus, Priority

ACTIVE_JOBS = Index(
    IndexName.ACTIVE_JOBS,
    "active",
    "due_at",
    True,
    ("requested_at", "next_attempt_at"),
    "PENDING and PROCESSING jobs of one priority by the time at which the sweeper checks them",
)


def active_key(status: JobStatus, priority: Priority) -> str:
    return f"{status}#{priority}"


JOBS = TableSchema(
    partition="username",
    sort=None,
    items=(ItemKind("<username>", "the current job; `active` and `due_at` only while it is active"),),
    indexes=(ACTIVE_JOBS,),
)

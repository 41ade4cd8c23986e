"""GET /api/audit."""

from typing import Annotated, Self

from creator_search.bootstrap import Container
from creator_search.domain.audit import AuditEntry
from creator_search.http import Blank, Cursor, Cursors, Now, PageLimit, endpoint, lambda_handler, provided
from creator_search.schemas.envelope import Envelope, ListMeta
from creator_search.schemas.times import iso
from creator_search.services.ports import AuditLog
from fastapi import Query
from pydantic import BaseModel

router, route = endpoint("list_audit_entries")


class AuditRow(BaseModel):
    """`action` is the id of an operation. `target` is the SHA-256 hash, in hexadecimal, of the username, account id or
    other id that it was applied to: names are not kept after an erasure."""

    action: str
    at: str
    subject: str
    request_id: str
    target: str | None

    @classmethod
    def of(cls, found: AuditEntry) -> Self:
        return cls(
            action=found.action,
            at=iso(found.at),
            subject=found.subject,
            request_id=found.request_id,
            target=found.target,
        )


class AuditAnswer(Envelope):
    data: list[AuditRow]
    meta: ListMeta


@route()
def list_audit_entries(
    cursors: Cursors,
    now: Now,
    log: Annotated[AuditLog, provided(Container.audit_log)],
    month: Annotated[
        str | None,
        Query(
            description="must be a month as in 2026-01; by default the present one, in UTC",
            pattern=r"^([0-9]{4}-(0[1-9]|1[0-2]))?$",
            examples=["2026-01"],
        ),
        Blank,
    ] = None,
    limit: PageLimit = 20,
    cursor: Cursor = None,
) -> AuditAnswer:
    """The erasures, cleared caches, dispatched jobs and deletions of a month with their callers, newest first. Entries
    are kept for two years; each is written before its action is carried out."""
    chosen = month or f"{now:%Y-%m}"
    scope = f"list_audit_entries#{chosen}"
    page = log.list_entries(chosen, limit, cursors.start(scope, cursor))
    return AuditAnswer(data=[AuditRow.of(found) for found in page.rows], meta=ListMeta.of(cursors.next(scope, page)))


handler = lambda_handler(router)

"""Ready-to-serve answers: the JSON that readers return, as writers stored it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class DocumentName(StrEnum):
    PROFILE = "profile"
    ANALYTICS = "analytics"
    INSIGHTS = "insights"


FRESH_FOR = {
    DocumentName.PROFILE: timedelta(hours=24),
    DocumentName.ANALYTICS: timedelta(hours=6),
    DocumentName.INSIGHTS: timedelta(days=7),
}
POSTS_FRESH_FOR = timedelta(hours=12)
KEPT_FOR = timedelta(days=30)
"""A document is a copy: one that is gone is built again from the rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """`body` is a JSON object without `meta`, which is the request's; `etag` is of the body.

    `updated_at` is when the upstream was last asked; `made_at` is when the rows that it was made from began to be read:
    of two documents the one with the later rows stands. `ai_coverage` is the share of posts analysed, as "98%".
    """

    body: str
    etag: str
    updated_at: datetime
    made_at: datetime
    fresh_until: datetime
    ai_coverage: str


def document(name: DocumentName, body: str, updated_at: datetime, made_at: datetime, ai_coverage: str) -> Document:
    return Document(
        body=body,
        etag=etag_of(body),
        updated_at=updated_at,
        made_at=made_at,
        fresh_until=updated_at + FRESH_FOR[name],
        ai_coverage=ai_coverage,
    )


def etag_of(body: str) -> str:
    return f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'

"""Stored answers: the JSON bodies that readers return."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class DocumentName(StrEnum):
    PROFILE = "profile"
    ANALYTICS = "analytics"
    INSIGHTS = "insights"


DOCUMENTS_FRESH_FOR = {
    DocumentName.PROFILE: timedelta(hours=24),
    DocumentName.ANALYTICS: timedelta(hours=6),
    DocumentName.INSIGHTS: timedelta(days=7),
}
POSTS_FRESH_FOR = timedelta(hours=12)
BUILD_ABANDONED_AFTER = timedelta(minutes=15)
"""Longer than a build takes from its documents to its profile."""
DOCUMENT_LIFETIME = timedelta(days=30)
"""A document is a copy: one that expired is rendered again from the rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """`body` is a JSON object without `meta`, which is the request's; `etag` is of the body.

    `updated_at` is that of its profile, `made_at` when reading the rows it is made from began. `ai_coverage` is the
    share of posts analyzed, as "98%".
    """

    body: str
    etag: str
    updated_at: datetime
    made_at: datetime
    fresh_until: datetime
    ai_coverage: str


def may_replace(new: Document, stored: Document) -> bool:
    """Whether `new` is not older than `stored`: by the time of the profile, then by the time of the rows.

    A stored document of a later profile is replaced all the same once it is old: had its build been completed, the
    profile that `new` is made from would be the later one.
    """
    if (stored.updated_at, stored.made_at) <= (new.updated_at, new.made_at):
        return True
    return stored.made_at <= new.made_at - BUILD_ABANDONED_AFTER


def document(name: DocumentName, body: str, updated_at: datetime, made_at: datetime, ai_coverage: str) -> Document:
    return Document(
        body=body,
        etag=etag_of(body),
        updated_at=updated_at,
        made_at=made_at,
        fresh_until=updated_at + DOCUMENTS_FRESH_FOR[name],
        ai_coverage=ai_coverage,
    )


def etag_of(body: str) -> str:
    return f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'

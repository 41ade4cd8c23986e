"""Stored documents: the JSON bodies that read operations return."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class DocumentName(StrEnum):
    PROFILE = "profile"
    ANALYTICS = "analytics"
    INSIGHTS = "insights"
    POSTS = "posts"
    """The first page of the posts, with what a request without parameters asks for."""


DOCUMENTS_FRESH_FOR = {
    DocumentName.PROFILE: timedelta(hours=24),
    DocumentName.ANALYTICS: timedelta(hours=6),
    DocumentName.INSIGHTS: timedelta(days=7),
    DocumentName.POSTS: timedelta(hours=12),
}
BUILD_ABANDONED_AFTER = timedelta(minutes=5)
"""Longer than the time that a build needs between writing its documents and its profile."""
DOCUMENT_LIFETIME = timedelta(days=30)
"""Documents are derived data: an expired one is rendered again from the rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMeta:
    """The fields of `meta` for one page of a listing.

    `position` is the content of the cursor to the next page, as JSON values, None at the end; `total` the number of
    entries of the listing, None if they are not counted, and `notes` the reasons for missing figures.
    """

    position: Sequence[Any] | None
    total: int | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One stored document.

    `body` is a JSON object without `meta`, which is added per request; `etag` is computed from the body. `updated_at`
    is the time of its profile, `made_at` the time at which reading its rows began. `ai_coverage` is the share of
    analyzed posts, as "98%". `source` is that of the profile. `page` is set if the document is a page of a listing.
    """

    body: str
    etag: str
    updated_at: datetime
    made_at: datetime
    fresh_until: datetime
    ai_coverage: str
    source: str | None = None
    page: PageMeta | None = None


def may_replace(new: Document, stored: Document) -> bool:
    """Whether `new` is at least as recent as `stored`, by the time of the profile, then by the time of the rows.

    A stored document of a more recent profile is also replaced after BUILD_ABANDONED_AFTER: if its build had completed,
    `new` would have been rendered from that build's profile.
    """
    if (stored.updated_at, stored.made_at) <= (new.updated_at, new.made_at):
        return True
    return stored.made_at <= new.made_at - BUILD_ABANDONED_AFTER


def document(
    name: DocumentName,
    body: str,
    updated_at: datetime,
    made_at: datetime,
    ai_coverage: str,
    source: str | None = None,
    page: PageMeta | None = None,
) -> Document:
    return Document(
        body=body,
        etag=etag_of(body),
        updated_at=updated_at,
        made_at=made_at,
        fresh_until=updated_at + DOCUMENTS_FRESH_FOR[name],
        ai_coverage=ai_coverage,
        source=source,
        page=page,
    )


def etag_of(body: str) -> str:
    return f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'

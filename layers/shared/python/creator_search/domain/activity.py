"""What a caller has done: searches, opened profiles and requests, kept for 30 days."""

from dataclasses import dataclass
from datetime import datetime, timedelta

KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Favorite:
    username: str
    added_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedSearch:
    """`query` is what was searched for, as in the query string; `results` is the number of creators on the page.
    `username` is the text of the search if that is a username: the erasure of this creator deletes the record."""

    query: str
    at: datetime
    results: int
    username: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedProfile:
    username: str
    first_opened_at: datetime
    last_opened_at: datetime
    times: int

    @property
    def expires_at(self) -> datetime:
        return self.last_opened_at + KEPT_FOR

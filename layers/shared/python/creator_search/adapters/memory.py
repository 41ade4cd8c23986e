"""Stored data that is kept in the memory of the process."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

from cachetools import TLRUCache, TTLCache

from creator_search.domain.clock import Clock
from creator_search.domain.documents import Document, DocumentName, may_replace

NOT_KEPT_FOR = timedelta(minutes=15)
"""How long documents of a creator are not kept after an erasure or the first full job was requested: longer than either
takes."""
_NOT_KEPT = 1000
UNANALYZED_KEPT_FOR = timedelta(seconds=5)
"""How long at most a document that was made lately is kept while captions are not analyzed: they usually are within
seconds of a job, and readers wait for that."""

Key = tuple[str, DocumentName]


class StoredDocuments(Protocol):
    """The store whose documents are kept."""

    def load_document(self, username: str, name: DocumentName) -> Document | None: ...

    def save_document(self, username: str, name: DocumentName, document: Document) -> bool: ...

    def delete_documents(self, username: str) -> None: ...


@dataclass(frozen=True, slots=True)
class _Kept:
    document: Document
    read_at: datetime

    def until(self, kept_for: timedelta) -> datetime:
        is_awaited = self.document.ai_coverage != "100%" and self.read_at - self.document.made_at < NOT_KEPT_FOR
        return self.read_at + (min(kept_for, UNANALYZED_KEPT_FOR) if is_awaited else kept_for)


class KeptDocumentStore:
    """Implements DocumentStore and DocumentMemory over a DocumentStore, for readers and for services that write
    documents in the same process.

    A document is returned from memory for `kept_for` after its read from the store began, or a shorter time while an
    analysis of its captions is awaited. What this process saves or deletes takes effect at once; a change by another
    process, such as an erasure, when that time has passed. That there is no document is not kept.

    There are never more than `max_documents`, nor bodies of more than `max_bytes`; those that were not used for the
    longest time are dropped. `record` is called at each read with whether the document was in memory.
    """

    def __init__(
        self,
        store: StoredDocuments,
        *,
        max_documents: int,
        max_bytes: int,
        kept_for: timedelta,
        clock: Clock,
        record: Callable[[bool], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._record = record
        # With a least size of an entry, the limit of their sizes is also that of their number.
        least = max(1, max_bytes // max_documents)
        self._kept: TLRUCache[Key, _Kept] = TLRUCache(
            maxsize=least * max_documents,
            ttu=lambda _key, kept, _now: kept.until(kept_for).timestamp(),
            timer=self._seconds,
            getsizeof=lambda kept: max(least, sys.getsizeof(kept.document.body)),
        )
        self._not_kept: TTLCache[str, bool] = TTLCache(_NOT_KEPT, NOT_KEPT_FOR.total_seconds(), timer=self._seconds)
        self._changes = 0
        """Counts what this process wrote: a read that began before a write may have found what it replaced."""
        self._lock = Lock()

    def load_document(self, username: str, name: DocumentName) -> Document | None:
        key, now = (username, name), self._clock()
        with self._lock:
            kept, changes = self._kept.get(key), self._changes
        self._record(kept is not None)
        if kept is not None:
            return kept.document
        document = self._store.load_document(username, name)
        with self._lock:
            if document is not None and changes == self._changes:
                self._keep(key, document, now)
        return document

    def save_document(self, username: str, name: DocumentName, document: Document) -> bool:
        key, now, is_saved = (username, name), self._clock(), False
        try:
            is_saved = self._store.save_document(username, name, document)
            return is_saved
        finally:
            with self._lock:
                self._changes += 1
                kept = self._kept.get(key)
                if is_saved and (kept is None or may_replace(document, kept.document)):
                    self._keep(key, document, now)
                elif not is_saved:
                    self._kept.pop(key, None)

    def delete_documents(self, username: str) -> None:
        try:
            self._store.delete_documents(username)
        finally:
            with self._lock:
                self._drop(username)

    def forget_documents(self, username: str) -> None:
        with self._lock:
            self._not_kept[username] = True
            self._drop(username)

    def _keep(self, key: Key, document: Document, read_at: datetime) -> None:
        self._kept.pop(key, None)  # the old one must not stay if the new one is not kept
        if key[0] in self._not_kept or sys.getsizeof(document.body) > self._kept.maxsize:
            return
        self._kept[key] = _Kept(document, read_at)

    def _drop(self, username: str) -> None:
        self._changes += 1
        for name in DocumentName:
            self._kept.pop((username, name), None)

    def _seconds(self) -> float:
        return self._clock().timestamp()

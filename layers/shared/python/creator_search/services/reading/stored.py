"""Reads stored documents before it is known whether they are the answer."""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

from creator_search.domain.clock import Clock
from creator_search.domain.documents import Document, DocumentName


@dataclass(frozen=True, slots=True)
class DocumentResult:
    document: Document
    is_cached: bool
    is_stale: bool = False


class DocumentLoader(Protocol):
    def load_document(self, username: str, name: DocumentName) -> Document | None:
        """Return the document, or None if there is none or it has expired. Raises Unavailable."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    username: str
    name: DocumentName
    found: Document | Exception | None


_ahead: ContextVar[_Outcome | None] = ContextVar("ahead", default=None)
"""What was read ahead for the request that is being handled."""


class StoredDocuments:
    """Reads a document for an answer that needs nothing else, and hands over what it found if that is not enough: the
    next `load_document` of the same document for the same request returns it, or raises its error. So a request reads
    once, and a failure is retried and counted once, however it is answered."""

    def __init__(self, documents: DocumentLoader, clock: Clock) -> None:
        self._documents = documents
        self._clock = clock

    def read_fresh(self, username: str, name: DocumentName) -> DocumentResult | None:
        """Return the document if it is stored and fresh. Does not raise: None after an error, too."""
        found: Document | Exception | None
        try:
            found = self._documents.load_document(username, name)
        except Exception as error:  # raised when the document is loaded again
            found = error
        if isinstance(found, Document) and self._clock() < found.fresh_until:
            return DocumentResult(found, is_cached=True)
        _ahead.set(_Outcome(username, name, found))
        return None

    def load_document(self, username: str, name: DocumentName) -> Document | None:
        """Return the document, or None if there is none or it has expired. Raises Unavailable."""
        ahead = _ahead.get()
        _ahead.set(None)
        if ahead is None or (ahead.username, ahead.name) != (username, name):
            return self._documents.load_document(username, name)
        if isinstance(ahead.found, Exception):
            raise ahead.found
        return ahead.found

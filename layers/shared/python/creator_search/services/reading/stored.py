"""Reads stored documents before it is known whether they are the answer."""

from dataclasses import dataclass
from typing import Protocol

from creator_search.domain.accounts import AccountRecord
from creator_search.domain.clock import Clock
from creator_search.domain.documents import Document, DocumentName
from creator_search.services.ahead import ReadAhead


@dataclass(frozen=True, slots=True)
class DocumentResult:
    document: Document
    is_cached: bool
    is_stale: bool = False


class DocumentLoader(Protocol):
    def load_document(self, username: str, name: DocumentName) -> Document | None:
        """Return the document, or None if there is none or it has expired. Raises Unavailable."""


class AccountLoader(Protocol):
    def load_account(self, account_id: str) -> AccountRecord | None: ...


class StoredDocuments:
    """Reads a document for an answer that needs nothing else, and hands over what it found if that is not enough."""

    def __init__(self, documents: DocumentLoader, accounts: AccountLoader, clock: Clock) -> None:
        self._documents: ReadAhead[Document | None] = ReadAhead(documents.load_document)
        self._accounts: ReadAhead[AccountRecord | None] = ReadAhead(accounts.load_account)
        self._clock = clock

    def read_fresh(self, username: str, name: DocumentName) -> DocumentResult | None:
        """Return the document if it is stored and fresh. Raises Unavailable."""
        found = self._documents.read(username, name)
        is_fresh = found is not None and self._clock() < found.fresh_until
        return DocumentResult(found, is_cached=True) if found and is_fresh else None

    def read_fresh_of_account(self, account_id: str, name: DocumentName) -> DocumentResult | None:
        """Return the document of the account that has this id of the platform, if it is stored and fresh. Two calls.
        Raises Unavailable."""
        record = self._accounts.read(account_id)
        return self.read_fresh(record.username, name) if record and record.username else None

    def load_document(self, username: str, name: DocumentName) -> Document | None:
        """Return the document, or None if there is none or it has expired. Raises Unavailable."""
        return self._documents.load(username, name)

    def load_account(self, account_id: str) -> AccountRecord | None:
        """Raises StoreUnavailable."""
        return self._accounts.load(account_id)

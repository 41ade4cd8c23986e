"""Answers that are stored: the field `document` of an operation in the catalogue states from what its answer is
read."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from creator_search.answers.cursors import CursorSigner
from creator_search.answers.documents import ReadyAnswer, Timer, document_answer
from creator_search.answers.similar import similar_text
from creator_search.bootstrap import Container
from creator_search.domain.documents import DocumentName, etag_of
from creator_search.domain.similar import DEFAULT_LIMIT
from creator_search.services.reading.stored import DocumentResult


@dataclass(frozen=True, slots=True)
class Subject:
    """The creator that is asked for, by username or by the platform's id of the account."""

    username: str | None
    account_id: str | None = None


def read_ready(container: Container, document: str, subject: Subject) -> ReadyAnswer | None:
    """Return the answer, or None if what is stored is not enough for one. Raises Unavailable."""
    return READERS[document](container, subject)


def _read_document(name: DocumentName, container: Container, subject: Subject) -> ReadyAnswer | None:
    timer = Timer(container.clock(), timedelta())
    found = _fresh(container, subject, name)
    return document_answer(found, timer) if found else None


def _read_posts(container: Container, subject: Subject) -> ReadyAnswer | None:
    from creator_search.answers.posts import first_page_answer  # with the domain of posts, which other answers need not

    timer = Timer(container.clock(), timedelta())
    found = _fresh(container, subject, DocumentName.POSTS)
    if found is None:
        return None
    return first_page_answer(found, timer, CursorSigner(lambda: container.cursor_key), str(subject.username))


def _fresh(container: Container, subject: Subject, name: DocumentName) -> DocumentResult | None:
    stored = container.stored_documents
    if subject.username is None:
        return stored.read_fresh_of_account(str(subject.account_id), name)
    return stored.read_fresh(subject.username, name)


def _read_similar(container: Container, subject: Subject) -> ReadyAnswer | None:
    found = container.stored_similar.read_fresh(str(subject.username), DEFAULT_LIMIT)
    if found is None:
        return None
    text = similar_text(found, container.cdn.image_url)
    return ReadyAnswer(etag_of(text), lambda: text)


READERS: Mapping[str, Callable[[Container, Subject], ReadyAnswer | None]] = {
    **{str(name): functools.partial(_read_document, name) for name in DocumentName},
    str(DocumentName.POSTS): _read_posts,
    "similar": _read_similar,
}
"""By the value of `document` in the catalogue."""

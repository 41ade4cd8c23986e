"""DocumentStore: small documents, and large ones, which the adapter stores elsewhere; with and without the
memory of the process."""

from datetime import timedelta

import pytest
from creator_search.domain.documents import DOCUMENT_LIFETIME, Document, DocumentName, document
from creator_search.services.ports import DocumentStore

from tests.fakes import START, FakeClock, stored_profile
from tests.fakes.values import erased
from tests.ports.conftest import Ports

PROFILE, ANALYTICS = DocumentName.PROFILE, DocumentName.ANALYTICS
SECOND = timedelta(seconds=1)
MOMENT = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)
"""How long a document is kept in memory."""
LARGE = 400_000


@pytest.fixture(params=["stored", "kept in memory"])
def documents(ports: Ports, request: pytest.FixtureRequest) -> DocumentStore:
    return ports.container.document_store if request.param == "stored" else ports.container.kept_documents


@pytest.fixture
def clock(ports: Ports) -> FakeClock:
    return ports.clock


def made(text: str = "a", *, updated: timedelta = SECOND, at: timedelta = SECOND, size: int = 1) -> Document:
    """Return a document of rows read `at` after START, of a profile updated `updated` after START."""
    return document(PROFILE, f'{{"text":"{text * size}"}}', START + updated, START + at, "98%")


@pytest.mark.parametrize("size", [1, LARGE], ids=["small", "large"])
def test_a_document_is_read_as_it_was_saved(documents: DocumentStore, size: int) -> None:
    stored = made("é🌲", size=size // 2 + 1, updated=MOMENT, at=3 * MOMENT)
    assert documents.save_document("ada", PROFILE, stored) is True
    assert documents.load_document("ada", PROFILE) == stored


def test_each_creator_has_one_document_of_each_name(documents: DocumentStore) -> None:
    documents.save_document("ada", PROFILE, made("a"))
    documents.save_document("ada", ANALYTICS, made("b"))
    documents.save_document("ada2", PROFILE, made("c"))
    assert documents.load_document("ada", PROFILE) == made("a")
    assert documents.load_document("ada", ANALYTICS) == made("b")
    assert documents.load_document("ada2", PROFILE) == made("c")
    assert documents.load_document("ada", DocumentName.INSIGHTS) is None
    assert documents.load_document("nobody", PROFILE) is None


@pytest.mark.parametrize("size", [1, LARGE], ids=["small", "large"])
@pytest.mark.parametrize(
    ("updated", "at"),
    [
        (2 * SECOND, 2 * SECOND),
        (2 * SECOND, timedelta(0)),
        (SECOND + MOMENT, timedelta(0)),
        (SECOND, 2 * SECOND),
        (SECOND, SECOND + MOMENT),
        (SECOND, SECOND),
    ],
)
def test_a_document_is_replaced_by_one_that_is_not_older(
    documents: DocumentStore, updated: timedelta, at: timedelta, size: int
) -> None:
    documents.save_document("ada", PROFILE, made("a", size=size))
    newer = made("b", updated=updated, at=at)
    assert documents.save_document("ada", PROFILE, newer) is True
    assert documents.load_document("ada", PROFILE) == newer


@pytest.mark.parametrize("size", [1, LARGE], ids=["small", "large"])
@pytest.mark.parametrize(
    ("updated", "at"),
    [
        (timedelta(0), 9 * SECOND),
        (SECOND - MOMENT, 9 * SECOND),
        (SECOND, timedelta(0)),
        (SECOND, SECOND - MOMENT),
    ],
)
def test_a_newer_document_is_kept(documents: DocumentStore, updated: timedelta, at: timedelta, size: int) -> None:
    documents.save_document("ada", PROFILE, made("a"))
    older = made("b", updated=updated, at=at, size=size)
    assert documents.save_document("ada", PROFILE, older) is False
    assert documents.load_document("ada", PROFILE) == made("a")


def test_a_small_document_can_grow_and_shrink_again(documents: DocumentStore) -> None:
    for number, size in enumerate((1, LARGE, LARGE + 1, 1)):
        stored = made("a", at=number * SECOND, size=size)
        assert documents.save_document("ada", PROFILE, stored)
        assert documents.load_document("ada", PROFILE) == stored


def test_a_document_expires_some_time_after_it_was_saved(documents: DocumentStore, clock: FakeClock) -> None:
    clock.advance(days=1)
    documents.save_document("ada", PROFILE, made())
    clock.time += DOCUMENT_LIFETIME - MINUTE
    assert documents.load_document("ada", PROFILE) == made()
    clock.time += MINUTE
    assert documents.load_document("ada", PROFILE) is None


def test_a_document_that_is_saved_again_is_kept_longer(documents: DocumentStore, clock: FakeClock) -> None:
    documents.save_document("ada", PROFILE, made())
    clock.time += DOCUMENT_LIFETIME - SECOND
    assert documents.save_document("ada", PROFILE, made())
    clock.time += DOCUMENT_LIFETIME - SECOND
    assert documents.load_document("ada", PROFILE) == made()


def test_an_expired_document_that_is_stored_is_replaced_by_a_newer_one_only(
    documents: DocumentStore, clock: FakeClock
) -> None:
    documents.save_document("ada", PROFILE, made())
    clock.time += DOCUMENT_LIFETIME
    assert documents.save_document("ada", PROFILE, made(updated=timedelta(0))) is False
    assert documents.load_document("ada", PROFILE) is None
    assert documents.save_document("ada", PROFILE, made("b", at=9 * SECOND)) is True
    assert documents.load_document("ada", PROFILE) == made("b", at=9 * SECOND)


def test_documents_of_one_username_are_deleted(documents: DocumentStore) -> None:
    documents.save_document("ada", PROFILE, made())
    documents.save_document("ada", ANALYTICS, made(size=LARGE))
    documents.save_document("ada2", ANALYTICS, made(size=LARGE))
    documents.delete_documents("ada")
    assert documents.load_document("ada", PROFILE) is None
    assert documents.load_document("ada", ANALYTICS) is None
    assert documents.load_document("ada2", ANALYTICS) == made(size=LARGE)
    documents.delete_documents("nobody")


def test_a_large_document_that_was_deleted_can_be_made_again(documents: DocumentStore) -> None:
    documents.save_document("ada", PROFILE, made(size=LARGE))
    documents.delete_documents("ada")
    assert documents.save_document("ada", PROFILE, made(size=LARGE))
    assert documents.load_document("ada", PROFILE) == made(size=LARGE)


def test_a_creator_without_documents_can_have_older_ones(ports: Ports) -> None:
    parts = ports.container
    parts.profile_store.save_profile(stored_profile(), fence=1, over=None)
    for name in DocumentName:
        parts.document_store.save_document("ada", name, made(size=LARGE if name is ANALYTICS else 1))
    erased(parts.profile_store, "ada")
    parts.document_store.delete_documents("ada")
    assert all(parts.document_store.load_document("ada", name) is None for name in DocumentName)
    assert parts.document_store.save_document("ada", PROFILE, made(updated=timedelta(0)))

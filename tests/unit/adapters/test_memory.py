"""Documents in the memory of a process."""

import json
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from creator_search.adapters.memory import NOT_KEPT_FOR, UNANALYZED_KEPT_FOR, KeptDocumentStore
from creator_search.domain.documents import Document, DocumentName, document
from creator_search.domain.errors import StoreUnavailable
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import START, FakeClock, FakeDocumentStore

PROFILE, ANALYTICS = DocumentName.PROFILE, DocumentName.ANALYTICS
KEPT_FOR = timedelta(seconds=60)


def made(number: int = 0, size: int = 1, name: DocumentName = PROFILE, coverage: str = "100%") -> Document:
    """Later numbers are of later profiles."""
    body = json.dumps({"number": number, "text": "x" * size})
    at = START + timedelta(microseconds=number)
    return document(name, body, at, at, coverage)


class Store(FakeDocumentStore):
    """A store that counts its reads, and in which another process may write during one."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.reads: list[tuple[str, DocumentName]] = []
        self.during_read: Callable[[], object] | None = None
        self.down = False

    def load_document(self, username: str, name: DocumentName) -> Document | None:
        self.reads.append((username, name))
        found = super().load_document(username, name)
        if self.during_read:
            meanwhile, self.during_read = self.during_read, None
            meanwhile()
        return found

    def save_document(self, username: str, name: DocumentName, document: Document) -> bool:
        if self.down:
            raise StoreUnavailable()
        return super().save_document(username, name, document)


class Process:
    def __init__(self, store: Store | None = None, max_documents: int = 100, max_bytes: int = 1_000_000) -> None:
        self.clock = store.clock if store else FakeClock()
        self.store = store or Store(self.clock)
        self.hits: list[bool] = []
        self.documents = KeptDocumentStore(
            self.store,
            max_documents=max_documents,
            max_bytes=max_bytes,
            kept_for=KEPT_FOR,
            clock=self.clock,
            record=self.hits.append,
        )

    def read(self, username: str = "ada", name: DocumentName = PROFILE) -> Document | None:
        return self.documents.load_document(username, name)


@pytest.fixture
def process() -> Process:
    return Process()


def test_a_document_is_read_from_the_store_once_a_minute(process: Process) -> None:
    process.store.save_document("ada", PROFILE, made())
    for _ in range(120):
        assert process.read() == made()
        process.clock.advance(seconds=1)
    assert len(process.store.reads) == 2
    assert process.hits == [False, *[True] * 59] * 2


def test_each_document_of_a_creator_is_kept_by_itself(process: Process) -> None:
    process.store.save_document("ada", PROFILE, made())
    process.store.save_document("ada", ANALYTICS, made(name=ANALYTICS))
    process.store.save_document("ben", PROFILE, made(1))
    for _ in range(2):
        assert process.read("ada") == made() and process.read("ben") == made(1)
        assert process.read("ada", ANALYTICS) == made(name=ANALYTICS)
    assert len(process.store.reads) == 3


def test_the_time_counts_from_the_begin_of_the_read(process: Process) -> None:
    process.store.save_document("ada", PROFILE, made())
    process.store.during_read = lambda: process.clock.advance(seconds=20)
    process.read()
    process.clock.advance(seconds=39)
    process.read()
    assert process.hits == [False, True]
    process.clock.advance(seconds=1)
    process.read()
    assert process.hits == [False, True, False]


def test_while_an_analysis_is_awaited_a_document_is_kept_for_seconds(process: Process) -> None:
    process.store.save_document("ada", PROFILE, made(coverage="98%"))
    process.read()
    process.clock.time += UNANALYZED_KEPT_FOR - timedelta(microseconds=1)
    process.store.save_document("ada", PROFILE, made(1))
    assert process.read() == made(coverage="98%")
    process.clock.time += timedelta(microseconds=1)
    assert process.read() == made(1)
    process.clock.time += KEPT_FOR - timedelta(microseconds=1)
    assert process.read() == made(1) and process.hits == [False, True, False, True]


def test_a_document_whose_captions_are_not_analyzed_for_long_is_kept_like_others(process: Process) -> None:
    process.store.save_document("ada", PROFILE, made(coverage="0%"))
    process.clock.time += NOT_KEPT_FOR
    process.read()
    process.clock.time += KEPT_FOR - timedelta(microseconds=1)
    process.read()
    assert process.hits == [False, True]


def test_that_there_is_no_document_is_not_kept(process: Process) -> None:
    assert process.read() is None
    process.store.save_document("ada", PROFILE, made())
    assert process.read() == made()


def test_what_another_process_wrote_or_deleted_is_visible_after_a_minute(process: Process) -> None:
    other = Process(process.store)
    other.documents.save_document("ada", PROFILE, made())
    assert process.read() == made()
    process.clock.advance(seconds=59)
    other.documents.save_document("ada", PROFILE, made(1))
    assert process.read() == made()
    process.clock.advance(seconds=1)
    assert process.read() == made(1)
    other.documents.delete_documents("ada")
    process.clock.time += KEPT_FOR
    assert process.read() is None


def test_what_this_process_wrote_or_deleted_is_visible_at_once(process: Process) -> None:
    process.documents.save_document("ada", PROFILE, made())
    assert process.read() == made() and process.store.reads == []
    process.documents.save_document("ada", PROFILE, made(1))
    assert process.read() == made(1)
    process.documents.delete_documents("ada")
    assert process.read() is None


def test_a_document_that_the_store_refused_is_not_shown_but_the_newer_one(process: Process) -> None:
    process.documents.save_document("ada", PROFILE, made(1))
    process.store.save_document("ada", PROFILE, made(2))  # by another process
    assert process.documents.save_document("ada", PROFILE, made(0)) is False
    assert process.read() == made(2)


def test_after_a_write_whose_result_is_unknown_the_store_is_read(process: Process) -> None:
    process.documents.save_document("ada", PROFILE, made())
    process.store.down = True
    with pytest.raises(StoreUnavailable):
        process.documents.save_document("ada", PROFILE, made(1))
    process.read()
    assert process.hits == [False]


def test_a_read_that_began_before_a_write_of_this_process_keeps_nothing(process: Process) -> None:
    process.store.save_document("ada", PROFILE, made())
    process.store.during_read = lambda: process.documents.save_document("ada", PROFILE, made(1))
    assert process.read() == made()
    assert process.read() == made(1)
    process.store.during_read = lambda: process.documents.delete_documents("ben")
    process.store.save_document("ben", PROFILE, made())
    process.read("ben")
    assert process.read("ben") is None


def test_after_an_erasure_was_requested_here_the_creator_is_read_from_the_store(process: Process) -> None:
    process.documents.save_document("ada", PROFILE, made())
    process.documents.save_document("ben", PROFILE, made())
    process.documents.forget_documents("ada")
    assert process.read() == made()  # not erased yet
    process.store.delete_documents("ada")  # by another process
    assert process.read() is None
    assert process.read("ben") == made() and process.hits == [False, False, True]
    process.clock.time += NOT_KEPT_FOR
    process.documents.save_document("ada", PROFILE, made(1))
    process.read()
    assert process.hits[-1]


def test_the_number_of_documents_is_limited_and_the_least_used_are_dropped() -> None:
    process = Process(max_documents=3)
    for number in range(5):
        process.documents.save_document(f"n{number}", PROFILE, made())
        process.read("n0")
    for number in (0, 3, 4, 1, 2):
        process.read(f"n{number}")
    assert [name for name, _ in process.store.reads] == ["n1", "n2"]


def test_a_document_larger_than_the_memory_is_not_kept() -> None:
    process = Process(max_bytes=1000)
    process.documents.save_document("ada", PROFILE, made())
    process.documents.save_document("ada", PROFILE, made(1, size=1000))
    assert process.read() == made(1, size=1000)
    assert process.read() == made(1, size=1000)
    assert process.hits == [False, False]


@given(st.lists(st.integers(1, 400), max_size=40), st.integers(1, 20), st.integers(1, 5))
def test_the_bodies_never_exceed_their_limit(sizes: list[int], max_documents: int, kilobytes: int) -> None:
    process = Process(max_documents=max_documents, max_bytes=kilobytes * 1000)
    for number, size in enumerate(sizes):
        process.documents.save_document(f"n{number}", PROFILE, made(size=size))
    process.store.rows.clear()
    found = [process.read(f"n{number}") for number in range(len(sizes))]
    kept = [len(document.body) for document in found if document]
    assert len(kept) <= max_documents and sum(kept) <= kilobytes * 1000


def test_threads_that_read_and_write_see_no_document_older_than_the_last_that_this_process_saved() -> None:
    process, lock, newest = Process(max_documents=4), threading.Lock(), dict.fromkeys("abcdef", 0)
    for name in newest:
        process.store.save_document(name, PROFILE, made())

    def act(number: int) -> None:
        name = random.choice(list(newest))
        if number % 5 == 0:
            with lock:
                process.documents.save_document(name, PROFILE, made(number))
                newest[name] = max(newest[name], number)
        else:
            least = newest[name]
            found = process.read(name)
            assert found and json.loads(found.body)["number"] >= least

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(act, range(5000)))

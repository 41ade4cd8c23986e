"""Refresh requests of stale reads over moto, by processes that share the store and the queue."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from creator_search.bootstrap import Container
from creator_search.bootstrap.process import process_container
from creator_search.domain.documents import DocumentName

from tests.seeds import NOW, another_process, numbered_post, store_creator

PROCESSES, READS = 10, 1000


def messages_in(queue: str) -> int:
    found = process_container().sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"])
    return int(found["Attributes"]["ApproximateNumberOfMessages"])


def test_a_thousand_stale_reads_in_ten_processes_send_one_message(aws: dict[str, str]) -> None:
    store_creator(numbered_post(1), age=timedelta(hours=24))
    processes = [another_process() for _ in range(PROCESSES)]

    def read(number: int) -> bool:
        creators = processes[number % PROCESSES].creators
        return creators.read_document("ada", DocumentName.PROFILE, NOW + timedelta(minutes=5)).is_stale

    with ThreadPoolExecutor(PROCESSES) as pool:
        assert all(pool.map(read, range(READS)))
    assert messages_in(aws["QUEUE_PROFILE_MEDIUM"]) == 1


@pytest.mark.parametrize("lost", ["TABLE_CONTROL", "QUEUE_PROFILE_MEDIUM"])
def test_a_stale_read_is_answered_although_its_refresh_cannot_be_requested(
    aws: dict[str, str], lost: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_creator(numbered_post(1), age=timedelta(hours=24))
    monkeypatch.setenv(lost, "missing" if lost.startswith("TABLE") else f"{aws[lost]}-missing")
    creators = Container().creators
    found = creators.read_document("ada", DocumentName.PROFILE, NOW + timedelta(minutes=5))
    assert found.is_stale and messages_in(aws["QUEUE_PROFILE_MEDIUM"]) == 0

"""Stale reads in many operating system processes over the AWS stand-in."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from creator_search.bootstrap.process import process_container
from creator_search.domain.documents import DocumentName
from creator_search.domain.profile_types import ProfileType

from infra.toolkit import ROOT
from tests.local_system import PATIENCE_SECONDS, System, until
from tests.seeds import numbered_post, store_creator

pytestmark = pytest.mark.system

PROCESSES, READS = 10, 1000
READER = """
import sys
from datetime import UTC, datetime, timedelta
from creator_search.bootstrap import Container
from creator_search.domain.documents import DocumentName

container, username, reads = Container(), sys.argv[1], int(sys.argv[2])
container.dynamodb, container.sqs, container.creators
print("ready", flush=True)
input()
deadline = datetime.now(UTC) + timedelta(minutes=5)
found = [container.creators.read_document(username, DocumentName.PROFILE, deadline) for _ in range(reads)]
print(sum(document.is_stale for document in found))
"""


def test_a_thousand_stale_reads_in_ten_processes_send_one_message(system: System, connected: dict[str, str]) -> None:
    # The schedule refreshes primary profiles only, so it does not take part.
    store_creator(numbered_post(1), username="read.often", age=timedelta(hours=25), profile_type=ProfileType.SECONDARY)
    assert process_container().document_store.load_document("read.often", DocumentName.PROFILE)
    sqs = system.client("sqs")
    queue = sqs.create_queue(QueueName="stale-reads")["QueueUrl"]  # which no worker empties
    environment = {**os.environ, **connected, "QUEUE_PROFILE_MEDIUM": queue}
    command = [sys.executable, "-c", READER, "read.often", str(READS // PROCESSES)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    readers = [
        subprocess.Popen(command, env=environment, cwd=ROOT, text=True, **pipes)  # type: ignore[call-overload]
        for _ in range(PROCESSES)
    ]
    try:
        assert [reader.stdout.readline() for reader in readers] == ["ready\n"] * PROCESSES
        for reader in readers:
            reader.stdin.write("\n")
            reader.stdin.flush()
        answers = [reader.communicate(timeout=PATIENCE_SECONDS)[0].splitlines()[-1] for reader in readers]
    finally:
        for reader in readers:
            reader.kill()
    assert answers == [str(READS // PROCESSES)] * PROCESSES

    def messages() -> int:
        found = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"])
        return int(found["Attributes"]["ApproximateNumberOfMessages"])

    until(lambda: messages() > 0, "the message")
    assert messages() == 1

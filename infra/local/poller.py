"""The local event source of one queue of a worker: receives messages, calls the handler, deletes the processed ones.

Usage: `python -m infra.local.poller process_profiles profile-high`. It may be killed at any point: its messages are
delivered again, and another worker claims its job when the lease ends.
"""

import argparse
import os
import signal
import threading
from typing import Any

import boto3
from botocore.config import Config
from creator_search.catalogue import FUNCTIONS, Queue, Worker, environment_name

from infra.local import roles
from infra.local.invocation import handler_of

RECEIVE_WAIT_SECONDS = 5
PAUSE_AFTER_FAILURE_SECONDS = 1


class Poller:
    """Polls with as many threads as the catalogue allows concurrent batches."""

    def __init__(self, worker: Worker, queue: Queue) -> None:
        self._worker = worker
        self._queue = queue
        self._url = os.environ[environment_name(queue)]
        self._invoke = handler_of(worker)
        self._sqs = boto3.client("sqs", config=Config(max_pool_connections=32, retries={"mode": "standard"}))
        self._stopping = threading.Event()

    def run(self) -> None:
        threads = [threading.Thread(target=self._poll) for _ in range(self._worker.concurrency[self._queue])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def stop(self, *_: object) -> None:
        """Stop receiving messages; those in progress are completed."""
        self._stopping.set()

    def _poll(self) -> None:
        while not self._stopping.is_set():
            try:
                answer = self._sqs.receive_message(
                    QueueUrl=self._url,
                    MaxNumberOfMessages=self._worker.batch_size,
                    WaitTimeSeconds=RECEIVE_WAIT_SECONDS,
                    AttributeNames=["All"],
                    MessageAttributeNames=["All"],
                )
                if messages := answer.get("Messages", []):
                    self._work(messages)
            except Exception as error:
                print(f"poller of {self._queue}: {error!r}", flush=True)
                self._stopping.wait(PAUSE_AFTER_FAILURE_SECONDS)

    def _work(self, messages: list[Any]) -> None:
        answer = self._invoke({"Records": [self._record(m) for m in messages]})
        failed = {f["itemIdentifier"] for f in answer["batchItemFailures"]}
        for message in messages:
            if message["MessageId"] not in failed:
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])

    def _record(self, message: Any) -> dict[str, Any]:
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message.get("Attributes", {}),
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:us-east-1:000000000000:{self._url.rsplit('/', 1)[-1]}",
            "awsRegion": "us-east-1",
        }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("worker")
    parser.add_argument("queue", type=Queue)
    arguments = parser.parse_args()
    worker = FUNCTIONS[arguments.worker]
    assert isinstance(worker, Worker)
    if arguments.queue is Queue.PROFILE_LOW:
        os.nice(10)  # all workers share the processors: LOW has the lowest priority
    roles.enforce()
    poller = Poller(worker, arguments.queue)
    signal.signal(signal.SIGTERM, poller.stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    poller.run()


if __name__ == "__main__":
    main()

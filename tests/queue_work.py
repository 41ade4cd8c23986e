"""Runs the worker of a queue over moto, as its event source does."""

from creator_search.bootstrap.process import process_container
from creator_search.catalogue import FUNCTIONS, Queue
from creator_search.config import resource_name

from infra.local.invocation import handler_of


def work_queue(queue: Queue, worker: str) -> None:
    """Process the messages of the queue until none is visible. Every message must succeed."""
    sqs, url = process_container().sqs, resource_name(queue)
    invoke = handler_of(FUNCTIONS[worker])
    while messages := sqs.receive_message(QueueUrl=url, AttributeNames=["All"]).get("Messages"):
        for message in messages:
            record = {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": message["Attributes"],
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:us-east-1:000000000000:{url.rsplit('/', 1)[-1]}",
                "awsRegion": "us-east-1",
            }
            assert invoke({"Records": [record]}) == {"batchItemFailures": []}
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

"""AWS clients, and the mapping of their errors. boto3 is imported at first use, because it is a third of a cold
start.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from creator_search.domain.errors import Unavailable

if TYPE_CHECKING:
    from botocore.config import Config as BotoConfig

_created: WeakSet[Any] = WeakSet()
_PRIMED: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "dynamodb": ("get_item", {"TableName": "primed", "Key": {"primed": {"S": "primed"}}}),
    "s3": ("head_object", {"Bucket": "primed", "Key": "primed"}),
    "sqs": ("send_message", {"QueueUrl": "https://primed.invalid/0/primed", "MessageBody": "primed"}),
}
"""A call of each service, which `prime_clients` makes without sending it."""

# Bugs in this code rather than failures of the service: raised unchanged.
_OUR_FAULT = frozenset({"ValidationException", "ValidationError", "SerializationException"})


def client_config(*, read_timeout: float = 5, connect_timeout: float = 2, attempts: int = 3) -> "BotoConfig":
    """`attempts` are those of the SDK; 1 for a client that is retried by other code."""
    from botocore.config import Config as BotoConfig

    return BotoConfig(
        connect_timeout=connect_timeout,
        read_timeout=read_timeout,
        retries={"mode": "standard", "total_max_attempts": attempts},
        max_pool_connections=64,
        tcp_keepalive=True,
    )


def create_client(service: str, **settings: float) -> Any:
    """Create a boto3 client; `settings` are passed to `client_config`."""
    import boto3

    client = boto3.client(service, config=client_config(**settings))  # type: ignore[call-overload,arg-type]
    _created.add(client)
    return client


def prime_clients() -> None:
    """Let every client of this process serialize, sign and parse one call, without a connection: what botocore loads at
    the first call is loaded then."""
    for client in list(_created):
        if found := _PRIMED.get(client.meta.service_model.service_name):
            operation, parameters = found
            client.meta.events.register("before-send", _unsent)
            try:
                getattr(client, operation)(**parameters)
            finally:
                client.meta.events.unregister("before-send", _unsent)


def close_connections() -> None:
    """Close the connections of every client of this process. Its next call opens a new one."""
    for client in list(_created):
        client.close()


def _unsent(request: Any, **_: Any) -> Any:
    """Answer a request in place of its service."""
    from io import BytesIO

    from botocore.awsrequest import AWSResponse
    from botocore.compat import HTTPHeaders
    from urllib3 import HTTPResponse

    body = b"" if request.method == "HEAD" else b"{}"
    return AWSResponse(request.url, 200, HTTPHeaders(), HTTPResponse(BytesIO(body), preload_content=False))


@contextmanager
def failing_as(unavailable: type[Unavailable]) -> Iterator[None]:
    """Raise `unavailable()` for errors of AWS calls in the block; failed conditional writes are raised unchanged."""
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        if is_our_fault(error) or is_conditional_failure(error) or is_transaction_conflict(error):
            raise
        raise unavailable() from error
    except (BotoCoreError, Boto3Error) as error:
        raise unavailable() from error


def is_our_fault(error: BaseException) -> bool:
    """Whether AWS refused a call because of a bug in this code."""
    from botocore.exceptions import ClientError

    return isinstance(error, ClientError) and error.response.get("Error", {}).get("Code", "") in _OUR_FAULT


def is_transaction_conflict(error: BaseException) -> bool:
    """Whether a transaction was cancelled because a condition failed, or because another write changed an item. Not for
    another write that a transaction refused: it can be repeated, and the SDK does not do so."""
    from botocore.exceptions import ClientError

    if not isinstance(error, ClientError):
        return False
    found = error.response.get("Error", {}).get("Code")
    reasons = {reason.get("Code") for reason in error.response.get("CancellationReasons", [])}
    return found == "TransactionCanceledException" and bool(reasons & {"ConditionalCheckFailed", "TransactionConflict"})


def is_conditional_failure(error: BaseException) -> bool:
    from botocore.exceptions import ClientError

    return (
        isinstance(error, ClientError)
        and error.response.get("Error", {}).get("Code") == "ConditionalCheckFailedException"
    )

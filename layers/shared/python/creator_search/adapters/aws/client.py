"""AWS clients, and the mapping of their errors. boto3 is imported at first use, because it is a third of a cold
start.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from creator_search.domain.errors import Unavailable

if TYPE_CHECKING:
    from botocore.config import Config as BotoConfig

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

    return boto3.client(service, config=client_config(**settings))  # type: ignore[call-overload,arg-type]


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

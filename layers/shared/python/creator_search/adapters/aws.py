"""AWS clients, made at first use (importing boto3 is a third of a cold start), and what their failures mean."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from creator_search.domain.errors import Unavailable

if TYPE_CHECKING:
    from botocore.config import Config as BotoConfig

# A mistake of ours, not the service's trouble: these must surface as they are.
_OUR_FAULT = frozenset({"ValidationException", "ValidationError", "SerializationException"})


def client_config(*, read_timeout: float = 5, attempts: int = 3) -> "BotoConfig":
    from botocore.config import Config as BotoConfig

    return BotoConfig(
        connect_timeout=2,
        read_timeout=read_timeout,
        retries={"mode": "standard", "total_max_attempts": attempts},
        max_pool_connections=64,
        tcp_keepalive=True,
    )


@contextmanager
def failing_as(unavailable: type[Unavailable]) -> Iterator[None]:
    """Every failure of an AWS call inside becomes `unavailable()`; conditional failures are the caller's to catch."""
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in _OUR_FAULT or code == "ConditionalCheckFailedException":
            raise
        raise unavailable() from error  # type: ignore[call-arg]
    except (BotoCoreError, Boto3Error) as error:
        raise unavailable() from error  # type: ignore[call-arg]


def is_conditional_failure(error: Exception) -> bool:
    from botocore.exceptions import ClientError

    return (
        isinstance(error, ClientError)
        and error.response.get("Error", {}).get("Code") == "ConditionalCheckFailedException"
    )

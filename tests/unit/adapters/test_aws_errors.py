"""The errors of AWS calls, as the services see them."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from creator_search.adapters.aws.client import failing_as, is_transaction_conflict
from creator_search.domain.errors import StoreUnavailable


def answered(code: str, *reasons: str) -> ClientError:
    answer: Any = {
        "Error": {"Code": code, "Message": ""},
        "CancellationReasons": [{"Code": reason} for reason in reasons],
    }
    return ClientError(answer, "Operation")


@pytest.mark.parametrize(
    "error",
    [
        # Of a put, an update or a delete while a transaction changes the item.
        answered("TransactionConflictException"),
        answered("TransactionCanceledException", "None", "ThrottlingError"),
        answered("ProvisionedThroughputExceededException"),
    ],
    ids=lambda error: error.response["Error"]["Code"],
)
def test_a_call_that_can_be_repeated_means_that_the_store_is_not_available(error: ClientError) -> None:
    with pytest.raises(StoreUnavailable), failing_as(StoreUnavailable):
        raise error


@pytest.mark.parametrize("reason", ["ConditionalCheckFailed", "TransactionConflict"])
def test_a_transaction_that_others_prevented_is_told_apart(reason: str) -> None:
    error = answered("TransactionCanceledException", "None", reason)
    with pytest.raises(ClientError), failing_as(StoreUnavailable):
        raise error
    assert is_transaction_conflict(error)


def test_a_failed_condition_is_told_apart() -> None:
    with pytest.raises(ClientError), failing_as(StoreUnavailable):
        raise answered("ConditionalCheckFailedException")

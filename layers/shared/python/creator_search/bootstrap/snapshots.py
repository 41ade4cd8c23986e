"""What is ready before the first request: in the snapshot of a function, with what an instance restored from it renews;
and after an initialization without one."""

import random
from typing import TYPE_CHECKING

from creator_search.catalogue import Bucket, Queue, Table
from creator_search.environment import has_any, is_initialized_for_snapshot

if TYPE_CHECKING:
    from creator_search.bootstrap.container import Container


def register_snapshot_hooks(container: "Container") -> None:
    """Register the hooks, if Lambda is initializing this process for a snapshot."""
    if not is_initialized_for_snapshot():
        return
    # part of Lambda's runtime
    from snapshot_restore_py import (  # type: ignore[import-untyped]
        register_after_restore,
        register_before_snapshot,
    )

    register_before_snapshot(prime, container)
    register_after_restore(renew)


def prime(container: "Container") -> None:
    """Create the clients of the resources in the environment, and use each without a connection. It takes 0.4 to 0.6 s
    of CPU, which otherwise the first request of every instance does."""
    from creator_search.adapters.aws.client import prime_clients

    if has_any(Table):
        _create_table_clients(container)
    if has_any(Bucket):
        _ = container.s3
    if has_any(Queue):
        _ = container.sqs
    prime_clients()


def prime_tables(container: "Container") -> None:
    """Do the same for the clients of the tables only, which takes 0.2 s of CPU time."""
    from creator_search.adapters.aws.client import prime_clients

    _create_table_clients(container)
    prime_clients()


def _create_table_clients(container: "Container") -> None:
    _ = (container.dynamodb, container.cache_dynamodb, container.breaker_dynamodb)


def renew() -> None:
    """Instances of one snapshot must not share the state of `random`, and its connections are closed at the other
    end."""
    from creator_search.adapters.aws.client import close_connections

    random.seed()
    close_connections()

"""A query of an index whose entries are in several partitions, in the order of its sort key."""

import math
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from creator_search.adapters.aws.client import failing_as
from creator_search.adapters.dynamodb.items import Item, WireItem, from_wire, to_wire
from creator_search.adapters.dynamodb.tables import Index
from creator_search.domain.errors import StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MOST_EXAMINED = 3600
"""Items that one query reads at most, in all partitions together."""
_MOST_AT_ONCE = 300
_ENDED: list[Any] = []

PartitionPosition = list[Any] | None
"""Where one partition continues: the values of the table's key and of the sort key; None for its beginning, an empty
list if it has no more items."""


@dataclass(slots=True)
class _Partition:
    name: str
    position: PartitionPosition
    """Of the last item that was taken."""
    read_to: PartitionPosition
    """Of the last item that was examined."""
    found: deque[Item] = field(default_factory=deque)
    reads: int = 0

    @property
    def has_ended(self) -> bool:
        return self.read_to == _ENDED

    @property
    def next_position(self) -> PartitionPosition:
        return self.position if self.found else self.read_to


class ShardedQuery:
    """Reads only those partitions whose next items can be the next of the result, and these at the same time."""

    def __init__(
        self,
        client: "DynamoDBClient",
        index: Index,
        request: Mapping[str, Any],
        partitions: Sequence[str],
        *,
        key: tuple[str, str],
        without: Callable[[Item], bool],
    ) -> None:
        """`request` has the arguments of a Query, with the partition as `:partition`; `key` names the key of the table.
        Items for which `without` is true are left out."""
        self._client = client
        self._index = index
        self._request = request
        self._names = partitions
        self._key = (*key, index.sort)
        self._without = without
        self._is_ascending = request["ScanIndexForward"]
        self._is_filtered = "FilterExpression" in request

    def read(
        self, wanted: int, positions: Sequence[PartitionPosition] | None
    ) -> tuple[list[Item], list[PartitionPosition] | None]:
        """Return up to `wanted` items, and the positions of the partitions from which to continue, None at the end.

        With a selective filter there can be fewer items, or none, although there are more. Raises StoreUnavailable.
        """
        starts = positions or [None] * len(self._names)
        partitions = [_Partition(name, at, at) for name, at in zip(self._names, starts, strict=True)]
        found: list[Item] = []
        examined = 0
        while True:
            best = self._best(partitions)
            open_ones = list(self._before(partitions, best))
            if best and len(found) == wanted:
                break
            if open_ones:
                if examined >= MOST_EXAMINED:
                    break
                examined += self._read_pages(open_ones, wanted, MOST_EXAMINED - examined)
            elif best is None:
                return found, None
            else:
                found.append(best.found.popleft())
                best.position = self._position(found[-1])
        return found, [partition.next_position for partition in partitions]

    def _best(self, partitions: Sequence[_Partition]) -> _Partition | None:
        """Return the partition that has the first of the items that were read."""
        having = [partition for partition in partitions if partition.found]
        choose = min if self._is_ascending else max
        return choose(having, key=lambda partition: partition.found[0][self._index.sort]) if having else None

    def _before(self, partitions: Sequence[_Partition], best: _Partition | None) -> Iterator[_Partition]:
        """Yield the partitions that can have an item before the first one that was read."""
        for partition in partitions:
            if partition.found or partition.has_ended:
                continue
            if best is None or not partition.read_to:
                yield partition
                continue
            reached, first = partition.read_to[-1], best.found[0][self._index.sort]
            if reached < first if self._is_ascending else reached > first:
                yield partition

    def _read_pages(self, partitions: Sequence[_Partition], wanted: int, most: int) -> int:
        """Read a page of each partition; return how many items were examined."""
        if len(partitions) == 1:
            return self._read_page(partitions[0], wanted, most)
        share = math.ceil(most / len(partitions))
        with ThreadPoolExecutor(len(partitions)) as pool:
            # With the context of the request: its deadline, and the id for the logs.
            reads = [pool.submit(copy_context().run, self._read_page, one, wanted, share) for one in partitions]
        return sum(read.result() for read in reads)

    def _read_page(self, partition: _Partition, wanted: int, most: int) -> int:
        arguments = {**self._request, "Limit": min(most, self._page_size(partition, wanted))}
        values = {**self._request["ExpressionAttributeValues"], **to_wire({":partition": partition.name})}
        if partition.read_to:
            arguments["ExclusiveStartKey"] = self._start_key(partition)
        with failing_as(StoreUnavailable):
            page = self._client.query(**{**arguments, "ExpressionAttributeValues": values})
        items = map(from_wire, page["Items"])
        partition.found.extend(item for item in items if not self._without(item))
        last = page.get("LastEvaluatedKey")
        partition.read_to = self._position(from_wire(last)) if last else _ENDED
        partition.reads += 1
        return page["ScannedCount"]

    def _page_size(self, partition: _Partition, wanted: int) -> int:
        """Twice the share of the partition if nothing is filtered; else larger pages each time."""
        number = len(self._names)
        if not self._is_filtered:
            return min(wanted + 1, 2 * math.ceil(wanted / number) + 2)
        return min(_MOST_AT_ONCE, math.ceil(_MOST_AT_ONCE / number) << min(partition.reads, 8))

    def _position(self, item: Item) -> list[Any]:
        return [item[name] for name in self._key]

    def _start_key(self, partition: _Partition) -> WireItem:
        key = dict(zip(self._key, partition.read_to or (), strict=True))
        return to_wire({**key, self._index.partition: partition.name})

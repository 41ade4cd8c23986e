"""What a table, an index and a kind of item are, for the schema."""

from dataclasses import dataclass

from creator_search.catalogue import IndexName


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index. `attributes` are projected in addition to the keys: None projects all, () only the
    keys.
    """

    name: IndexName
    partition: str
    sort: str
    sort_is_number: bool
    attributes: tuple[str, ...] | None
    purpose: str

    @property
    def projection(self) -> str:
        """The value of DynamoDB's ProjectionType."""
        if self.attributes is None:
            return "ALL"
        return "INCLUDE" if self.attributes else "KEYS_ONLY"


@dataclass(frozen=True, slots=True)
class ItemKind:
    """One kind of item. `key` is its sort key, or its partition key if the table has no sort key; parts in angle
    brackets are placeholders."""

    key: str
    purpose: str


@dataclass(frozen=True, slots=True)
class TableSchema:
    partition: str
    sort: str | None
    items: tuple[ItemKind, ...]
    indexes: tuple[Index, ...] = ()

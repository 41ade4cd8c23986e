"""The table of erasures, which only the operations that accept erasures write: partition key `name_hash`."""

from creator_search.adapters.dynamodb.schema.digest import digest
from creator_search.adapters.dynamodb.tables import ItemKind, TableSchema

ERASURES = TableSchema(
    partition="name_hash",
    sort=None,
    items=(ItemKind("<hash>", "a username or an account whose data was erased"),),
)


def tombstone_key(name: str) -> dict[str, str]:
    """`name` is a username, or the key of an account (domain.accounts.account_key)."""
    return {ERASURES.partition: digest(name)}

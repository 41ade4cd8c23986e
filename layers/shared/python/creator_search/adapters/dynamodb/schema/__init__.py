"""The data model: every table, key, item and index, defined once, in one module a table.

The adapters use it to read and write, `infra` creates the tables from it, and a test compares docs/data-model.md with
it. It imports neither boto3 nor another adapter, so that synthesising the stack does not load them.
"""

from collections.abc import Mapping

from creator_search.adapters.dynamodb.schema.accounts import ACCOUNTS
from creator_search.adapters.dynamodb.schema.audit import AUDIT
from creator_search.adapters.dynamodb.schema.control import CONTROL
from creator_search.adapters.dynamodb.schema.erasures import ERASURES
from creator_search.adapters.dynamodb.schema.jobs import JOBS
from creator_search.adapters.dynamodb.schema.profiles import PROFILES
from creator_search.adapters.dynamodb.schema.similar import MEMBERSHIPS, SIMILAR
from creator_search.adapters.dynamodb.tables import TableSchema
from creator_search.catalogue import Table

TTL_ATTRIBUTE = "expires_at"
"""Epoch seconds. DynamoDB deletes expired items up to days late, so every reader checks it."""

TABLES: Mapping[Table, TableSchema] = {
    Table.PROFILES: PROFILES,
    Table.JOBS: JOBS,
    Table.SIMILAR: SIMILAR,
    Table.MEMBERSHIPS: MEMBERSHIPS,
    Table.ACCOUNTS: ACCOUNTS,
    Table.AUDIT: AUDIT,
    Table.ERASURES: ERASURES,
    Table.CONTROL: CONTROL,
}

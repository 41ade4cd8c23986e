"""One change of a table's indexes at a time: DynamoDB creates or deletes one index of a table in an update, and
CloudFormation rolls back a deployment with more.

`infra/indexes.json` has the indexes that are deployed. `python -m infra.indexes` writes it after a deployment.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from creator_search.adapters.dynamodb.schema import TABLES

DEPLOYED = Path(__file__).with_name("indexes.json")
Indexes = Mapping[str, Mapping[str, Any]]
"""The definitions of the indexes of every table, by the names of table and index."""


def defined() -> Indexes:
    """Return the indexes of the schema."""
    found = {table.value: {index.name: asdict(index) for index in spec.indexes} for table, spec in TABLES.items()}
    normal: Indexes = json.loads(json.dumps(found))
    return normal


def deployed() -> Indexes:
    found: Indexes = json.loads(DEPLOYED.read_text())
    return found


def refusals(before: Indexes, after: Indexes) -> list[str]:
    """Return what cannot be deployed: more than one index that was added or removed in a table that exists, or an
    index that was changed under its name."""
    found = []
    for table in sorted(before.keys() & after.keys()):
        old, new = before[table], after[table]
        names = sorted(old.keys() ^ new.keys())
        if len(names) > 1:
            found.append(
                f"{table}: {', '.join(names)} are added or removed at once. Deploy one of them, wait until it is "
                "ACTIVE, run `python -m infra.indexes`, and deploy the next"
            )
        found += [
            f"{table}: {name} changes. Add it under another name, deploy, and delete the old one afterwards"
            for name in sorted(old.keys() & new.keys())
            if old[name] != new[name]
        ]
    return found


if __name__ == "__main__":
    DEPLOYED.write_text(f"{json.dumps(defined(), indent=2, sort_keys=True)}\n")

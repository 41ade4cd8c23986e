"""docs/data-model.md names every table, item and index of the schema, and no others."""

import re
from collections.abc import Iterator

from creator_search.adapters.dynamodb.schema import TABLES
from creator_search.adapters.dynamodb.tables import Index, TableSchema
from creator_search.catalogue import Table

from infra.toolkit import ROOT

Rows = list[list[str]]


def sections() -> dict[str, str]:
    parts = re.split(r"^## ", (ROOT / "docs" / "data-model.md").read_text(), flags=re.M)
    return {part.splitlines()[0]: part for part in parts}


def rows(section: str, first_column: str) -> Rows:
    """Yield the rows of the section's table with this first column; cells without backticks."""

    def cells() -> Iterator[list[str]]:
        inside = False
        for line in section.splitlines():
            found = [cell.strip().replace("`", "") for cell in line.strip().strip("|").split("|")]
            if line.startswith(f"| {first_column} "):
                inside = True
            elif not line.startswith("|"):
                inside = False
            elif inside and not line.startswith("|--"):
                yield found

    return list(cells())


def test_every_table_of_the_schema_has_a_section_with_its_keys() -> None:
    assert set(TABLES) == set(Table)
    for table, schema in TABLES.items():
        keys = f"Partition key `{schema.partition}`" + (f", sort key `{schema.sort}`." if schema.sort else ".")
        assert keys in sections()[table.value]


def test_the_items_of_each_table_are_those_of_the_schema() -> None:
    for table, schema in TABLES.items():
        documented = [row[0] for row in rows(sections()[table.value], "item")]
        assert documented == [kind.key for kind in schema.items], table


def test_the_indexes_of_each_table_are_those_of_the_schema() -> None:
    for table, schema in TABLES.items():
        documented = [row[:4] for row in rows(sections()[table.value], "index")]
        assert documented == [expected_row(index) for index in schema.indexes], table


def expected_row(index: Index) -> list[str]:
    if index.attributes is None:
        projects = "all"
    elif not index.attributes:
        projects = "keys"
    elif len(index.attributes) > 5:
        projects = "search attributes"
    else:
        projects = ", ".join(index.attributes)
    return [index.name, index.partition, index.sort, projects]


def test_the_page_documents_no_table_that_does_not_exist() -> None:
    with_keys = {name for name, text in sections().items() if "Partition key" in text}
    assert with_keys == {table.value for table in TABLES}


def test_the_indexes_use_all_projection_types_of_dynamodb() -> None:
    projections = {schema_index.projection for schema in schemas() for schema_index in schema.indexes}
    assert projections == {"ALL", "INCLUDE", "KEYS_ONLY"}


def schemas() -> list[TableSchema]:
    return list(TABLES.values())

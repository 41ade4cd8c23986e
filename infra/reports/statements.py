"""SQL and types that are generated from the tables of the reports."""

from pathlib import Path

from infra.reports.tables import EXPORT_ID, EXPORTED, ReportTable, Tree, Type, Wire, item_tree

EXPORTED_ITEMS = "exported_items"
"""The table of exported items: one JSON object a line, `{"Item": {…}}`."""
ID_PLACE = ":export_id"
"""Is replaced by the id of an export in the statements of `insert`."""

_GLUE = {
    Wire.TEXT: "struct<s:string>",
    Wire.NUMBER: "struct<n:string>",
    Wire.FLAG: "struct<bool:boolean>",
    Wire.TEXTS: "struct<l:array<struct<s:string>>>",
}
_SQL_TYPES = {Type.TEXT: "varchar"}


def item_type() -> str:
    """Return the type of the column `item` in Glue. The SerDe compares names without regard to case."""
    return _struct(item_tree())


def _struct(tree: Tree) -> str:
    fields = (
        f"{name}:{_GLUE[found] if isinstance(found, Wire) else f'struct<m:{_struct(found)}>'}"
        for name, found in tree.items()
    )
    return f"struct<{','.join(fields)}>"


def select(table: ReportTable) -> str:
    """Return the query of the rows of one export. The partition is the last column, as INSERT expects."""
    columns = [
        f"CAST({column.sql.format(*(attribute.sql for attribute in column.attributes))} "
        f"AS {_SQL_TYPES.get(column.type, column.type)}) AS {column.name}"
        for column in table.columns
    ]
    listed = ",\n  ".join([*columns, f"{EXPORTED}.{EXPORT_ID}"])
    return (
        f"SELECT\n  {listed}\nFROM {EXPORTED_ITEMS} AS {EXPORTED}\n"
        f"WHERE {EXPORTED}.{EXPORT_ID} = '{ID_PLACE}' AND {table.condition}"
    )


def insert(table: ReportTable) -> str:
    return f"INSERT INTO {table.name}\n{select(table)}"


def queries() -> dict[str, str]:
    """Return the queries of the reports, by name."""
    return {path.stem: path.read_text() for path in sorted((Path(__file__).parent / "queries").glob("*.sql"))}

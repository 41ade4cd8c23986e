"""Exports of the table of profiles, and DuckDB in place of Athena on their files."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import duckdb

from infra.reports.statements import EXPORTED_ITEMS, ID_PLACE, select
from infra.reports.tables import EXPORT_ID, REPORT_TABLES, Tree, Wire, item_tree

_BUCKET = "exports"
_KINDS = {Wire.TEXT: "VARCHAR", Wire.NUMBER: "VARCHAR", Wire.FLAG: "BOOLEAN", Wire.TEXTS: 'STRUCT("S" VARCHAR)[]'}
_WAIT_SECONDS = 30


def export_table(table: str, export_id: str, folder: Path) -> None:
    """Export a table of moto into `folder` as DynamoDB exports into a bucket: `AWSDynamoDB/<id>/data/*.gz` with the
    manifests beside. moto writes the data only; the manifests are added as DynamoDB writes them."""
    dynamodb, s3 = boto3.client("dynamodb"), boto3.client("s3")
    s3.create_bucket(Bucket=_BUCKET)
    recovery = {"PointInTimeRecoveryEnabled": True}
    dynamodb.update_continuous_backups(TableName=table, PointInTimeRecoverySpecification=recovery)  # type: ignore[arg-type]
    arn = dynamodb.describe_table(TableName=table)["Table"]["TableArn"]
    started = dynamodb.export_table_to_point_in_time(
        TableArn=arn, S3Bucket=_BUCKET, S3Prefix=export_id, ExportFormat="DYNAMODB_JSON"
    )
    described = _finished(dynamodb, started["ExportDescription"]["ExportArn"])
    of_export = folder / "AWSDynamoDB" / export_id
    (of_export / "data").mkdir(parents=True)
    files = []
    for found in s3.list_objects_v2(Bucket=_BUCKET, Prefix=f"{export_id}/")["Contents"]:
        data = s3.get_object(Bucket=_BUCKET, Key=found["Key"])["Body"].read()
        name = f"data/{found['Key'].rpartition('/')[2].replace('.gz', '.json.gz')}"
        (of_export / name).write_bytes(data)
        files.append({"itemCount": described["ItemCount"], "dataFileS3Key": f"AWSDynamoDB/{export_id}/{name}"})
    (of_export / "_started").touch()
    (of_export / "manifest-files.json").write_text("\n".join(map(json.dumps, files)))
    summary = {"itemCount": described["ItemCount"], "outputFormat": "DYNAMODB_JSON", "exportType": "FULL_EXPORT"}
    (of_export / "manifest-summary.json").write_text(json.dumps(summary))


def _finished(dynamodb: Any, arn: str) -> Any:
    """Return the description of an export that is completed."""
    for _ in range(_WAIT_SECONDS * 100):
        described = dynamodb.describe_export(ExportArn=arn)["ExportDescription"]
        if described["ExportStatus"] != "IN_PROGRESS":
            assert described["ExportStatus"] == "COMPLETED", described
            return described
        time.sleep(0.01)
    raise AssertionError("the export does not end")


class Reports:
    """The database of the reports over exports in `folder`. Its Parquet is partitioned as Athena writes it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._database = duckdb.connect()
        # Of the functions in the statements, Trino has these two under other names than DuckDB.
        self._database.execute("CREATE MACRO regexp_like(value, pattern) AS regexp_matches(value, pattern)")
        self._database.execute("CREATE MACRO cardinality(list) AS len(list)")

    def convert(self, export_id: str) -> None:
        """Do what the INSERT statements do for one export. A table without rows does not exist."""
        data = self._folder / "AWSDynamoDB" / export_id / "data" / "*.json.gz"
        columns = f"{{'Item': '{duckdb_type(item_tree())}'}}"
        self._database.execute(
            f"CREATE OR REPLACE VIEW {EXPORTED_ITEMS} AS SELECT \"Item\" AS item, '{export_id}' AS {EXPORT_ID} "
            f"FROM read_json('{data}', format = 'newline_delimited', columns = {columns})"
        )
        for table in REPORT_TABLES:
            into = self._folder / "parquet" / table.name
            into.mkdir(parents=True, exist_ok=True)
            query = select(table).replace(ID_PLACE, export_id)
            self._database.execute(
                f"COPY ({query}) TO '{into}' (FORMAT parquet, PARTITION_BY ({EXPORT_ID}), OVERWRITE_OR_IGNORE)"
            )
            if any(into.iterdir()):
                self._database.execute(
                    f"CREATE OR REPLACE VIEW {table.name} AS "
                    f"SELECT * FROM read_parquet('{into}/*/*.parquet', hive_partitioning = true)"
                )

    def rows(self, query: str) -> list[dict[str, Any]]:
        cursor = self._database.execute(query)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def types(self, table: str) -> dict[str, str]:
        return {row["column_name"]: row["column_type"] for row in self.rows(f"DESCRIBE {table}")}


def duckdb_type(tree: Tree) -> str:
    """Return the type of an item in DuckDB, which compares the names in JSON with regard to case."""

    def fields() -> Iterator[str]:
        for name, found in tree.items():
            kind, of = (found.value, _KINDS[found]) if isinstance(found, Wire) else ("M", duckdb_type(found))
            yield f'"{name}" STRUCT("{kind}" {of})'

    return f"STRUCT({', '.join(fields())})"

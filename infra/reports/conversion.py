"""The state machine that exports the table and converts the export: Amazon States Language with JSONata."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from infra.reports.statements import ID_PLACE, insert
from infra.reports.tables import REPORT_TABLES

EXPORTS = "exports"
"""The prefix of the exports; that of a table's Parquet is `parquet/<table>/`, that of the answers `results/`."""
_CHECK_SECONDS = 300
_MOST_HOURS = 20
"""An export that takes longer would meet that of the next day."""


@dataclass(frozen=True, slots=True)
class Places:
    """Names that are known when the stack is deployed."""

    table_arn: str
    bucket: str
    workgroup: str
    database: str


def definition(places: Places) -> Mapping[str, Any]:
    """A failed conversion is not repeated: an INSERT that failed may have left files in the partition of its export.
    The reports then stay those of the export before."""
    convert = {f"Convert {table.name}": _conversion(insert(table), places) for table in REPORT_TABLES}
    steps = [*convert, "Converted"]
    for name, following in pairwise(steps):
        convert[name]["Next"] = following
    return {
        "QueryLanguage": "JSONata",
        "TimeoutSeconds": _MOST_HOURS * 3600,
        "StartAt": "Export",
        "States": {
            "Export": {
                "Type": "Task",
                "Resource": "arn:aws:states:::aws-sdk:dynamodb:exportTableToPointInTime",
                "Arguments": {
                    "TableArn": places.table_arn,
                    "S3Bucket": places.bucket,
                    "S3Prefix": EXPORTS,
                    "ExportFormat": "DYNAMODB_JSON",
                },
                "Assign": {
                    "export_arn": "{% $states.result.ExportDescription.ExportArn %}",
                    "export_id": "{% $split($states.result.ExportDescription.ExportArn, '/')[-1] %}",
                },
                "Next": "Wait",
            },
            "Wait": {"Type": "Wait", "Seconds": _CHECK_SECONDS, "Next": "Describe"},
            "Describe": {
                "Type": "Task",
                "Resource": "arn:aws:states:::aws-sdk:dynamodb:describeExport",
                "Arguments": {"ExportArn": "{% $export_arn %}"},
                "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 30, "MaxAttempts": 5}],
                "Assign": {"status": "{% $states.result.ExportDescription.ExportStatus %}"},
                "Next": "Exported?",
            },
            "Exported?": {
                "Type": "Choice",
                "Choices": [
                    {"Condition": "{% $status = 'COMPLETED' %}", "Next": steps[0]},
                    {"Condition": "{% $status = 'FAILED' %}", "Next": "Not exported"},
                ],
                "Default": "Wait",
            },
            "Not exported": {"Type": "Fail", "Error": "ExportFailed", "Cause": "{% 'See ' & $export_arn %}"},
            **convert,
            "Converted": {"Type": "Succeed"},
        },
    }


def _conversion(statement: str, places: Places) -> dict[str, Any]:
    # A string of JSONata is written as one of JSON.
    text = json.dumps(statement)
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::athena:startQueryExecution.sync",
        "Arguments": {
            "QueryString": f'{{% $replace({text}, "{ID_PLACE}", $export_id) %}}',
            "WorkGroup": places.workgroup,
            "QueryExecutionContext": {"Catalog": "AwsDataCatalog", "Database": places.database},
        },
    }

"""The daily export of the table of profiles, its Parquet, and the queries of reports."""

from typing import Any

from aws_cdk import CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_athena as athena
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct
from creator_search.catalogue import Table

from infra.constructs.findings import MANAGED_KEY, acknowledge, imported_name
from infra.data_stack import DataStack
from infra.reports.conversion import EXPORTS, Places, definition
from infra.reports.statements import EXPORTED_ITEMS, item_type, queries
from infra.reports.tables import EXPORT_ID, REPORT_TABLES, ReportTable

KEPT_DAYS = 2
"""Days after which S3 deletes exports, Parquet and answers, counted from the next midnight: an export that fails leaves
that of the day before. A creator that is erased is in exports for three days at most, and in answers to queries of the
oldest export for three more."""
_GB = 1_000_000_000
REPORT_SCAN_BYTES = 10 * _GB
CONVERSION_SCAN_BYTES = 2_000 * _GB
"""Each statement of the conversion reads the whole export: the rows of ten million creators, of 182 KB each
(infra/costs/counts.json), are 1.8 TB before compression."""
_HOUR_UTC = "2"
_READ_PARTITIONS = ("GetDatabase", "GetTable", "GetPartition", "GetPartitions", "BatchGetPartition")
_WRITE_PARTITIONS = ("CreatePartition", "BatchCreatePartition")
_PREFIXES = (EXPORTS, "parquet", "results")
_JSON_SERDE = "org.openx.data.jsonserde.JsonSerDe"
_PARQUET = "org.apache.hadoop.hive.ql.io.parquet"


class ReportsStack(Stack):
    """It runs no code of its own: Step Functions calls DynamoDB and Athena (docs/decisions/0026-reports.md)."""

    def __init__(self, scope: Construct, construct_id: str, *, data: DataStack, **stack: Any) -> None:
        super().__init__(scope, construct_id, **stack)
        self._bucket = self._exports_bucket()
        self._database = self.stack_name.lower().replace("-", "_")
        self._add_tables()
        conversion = self._workgroup("Conversion", f"{self.stack_name}-conversion", CONVERSION_SCAN_BYTES)
        reports = self._workgroup("Reports", self.stack_name, REPORT_SCAN_BYTES)
        self._add_queries(reports)
        self.machine = self._state_machine(data.storage.tables[Table.PROFILES], conversion)
        scheduler.Schedule(
            self,
            "Daily",
            description="Exports the table of profiles and converts it to Parquet",
            schedule=scheduler.ScheduleExpression.cron(minute="0", hour=_HOUR_UTC),
            target=targets.StepFunctionsStartExecution(self.machine),
        )
        outputs = {
            "ReportsBucket": self._bucket.bucket_name,
            "ReportsDatabase": self._database,
            "ReportsWorkgroup": reports.name,
            "ReportsStateMachine": self.machine.state_machine_arn,
        }
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)

    def _exports_bucket(self) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            "Exports",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=RemovalPolicy.DESTROY,  # it contains copies only
            lifecycle_rules=[
                s3.LifecycleRule(
                    expiration=Duration.days(KEPT_DAYS), abort_incomplete_multipart_upload_after=Duration.days(1)
                )
            ],
        )
        why = "The objects are copies that are deleted after two days, and Athena records who queried them"
        acknowledge(bucket, {"AwsSolutions-S1": why, "CKV_AWS_21": "Earlier versions would outlive an erasure"})
        return bucket

    def _add_tables(self) -> None:
        database = glue.CfnDatabase(
            self,
            "Database",
            catalog_id=self.account,
            database_input=glue.CfnDatabase.DatabaseInputProperty(
                name=self._database, description="Reports of Creator Search on exports of the table of profiles"
            ),
        )
        for made in (self._exported_items(), *map(self._parquet_table, REPORT_TABLES)):
            made.add_resource_dependency(database)

    def _exported_items(self) -> glue.CfnTable:
        """Every export has a folder with its id, which a query must name: then its partition need not be registered."""
        location = self._bucket.s3_url_for_object(f"{EXPORTS}/AWSDynamoDB")
        parameters = {
            "projection.enabled": "true",
            f"projection.{EXPORT_ID}.type": "injected",
            "storage.location.template": f"{location}/${{{EXPORT_ID}}}/data/",
        }
        storage = glue.CfnTable.StorageDescriptorProperty(
            location=f"{location}/",
            columns=[glue.CfnTable.ColumnProperty(name="item", type=item_type())],
            input_format="org.apache.hadoop.mapred.TextInputFormat",
            output_format="org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
            serde_info=glue.CfnTable.SerdeInfoProperty(serialization_library=_JSON_SERDE),
        )
        return self._table(EXPORTED_ITEMS, storage, parameters)

    def _parquet_table(self, table: ReportTable) -> glue.CfnTable:
        storage = glue.CfnTable.StorageDescriptorProperty(
            location=self._bucket.s3_url_for_object(f"parquet/{table.name}/"),
            columns=[glue.CfnTable.ColumnProperty(name=column.name, type=column.type) for column in table.columns],
            input_format=f"{_PARQUET}.MapredParquetInputFormat",
            output_format=f"{_PARQUET}.MapredParquetOutputFormat",
            serde_info=glue.CfnTable.SerdeInfoProperty(
                serialization_library=f"{_PARQUET}.serde.ParquetHiveSerDe", parameters={"serialization.format": "1"}
            ),
        )
        return self._table(table.name, storage, {"classification": "parquet"})

    def _table(
        self, name: str, storage: glue.CfnTable.StorageDescriptorProperty, parameters: dict[str, str]
    ) -> glue.CfnTable:
        return glue.CfnTable(
            self,
            f"Table{name.title().replace('_', '')}",
            catalog_id=self.account,
            database_name=self._database,
            table_input=glue.CfnTable.TableInputProperty(
                name=name,
                table_type="EXTERNAL_TABLE",
                parameters={"EXTERNAL": "TRUE", **parameters},
                partition_keys=[glue.CfnTable.ColumnProperty(name=EXPORT_ID, type="string")],
                storage_descriptor=storage,
            ),
        )

    def _workgroup(self, construct_id: str, name: str, scan_bytes: int) -> athena.CfnWorkGroup:
        """Clients cannot override its configuration."""
        return athena.CfnWorkGroup(
            self,
            f"Workgroup{construct_id}",
            name=name,
            recursive_delete_option=True,
            work_group_configuration=athena.CfnWorkGroup.WorkGroupConfigurationProperty(
                bytes_scanned_cutoff_per_query=scan_bytes,
                enforce_work_group_configuration=True,
                engine_version=athena.CfnWorkGroup.EngineVersionProperty(
                    selected_engine_version="Athena engine version 3"
                ),
                publish_cloud_watch_metrics_enabled=True,
                result_configuration=athena.CfnWorkGroup.ResultConfigurationProperty(
                    encryption_configuration=athena.CfnWorkGroup.EncryptionConfigurationProperty(
                        encryption_option="SSE_S3"
                    ),
                    output_location=self._bucket.s3_url_for_object("results/"),
                ),
            ),
        )

    def _add_queries(self, workgroup: athena.CfnWorkGroup) -> None:
        for name, query in queries().items():
            named = athena.CfnNamedQuery(
                self,
                f"Query{name.title().replace('_', '')}",
                name=name,
                database=self._database,
                query_string=query,
                work_group=workgroup.name,
            )
            named.add_resource_dependency(workgroup)

    def _state_machine(self, table: dynamodb.Table, workgroup: athena.CfnWorkGroup) -> sfn.StateMachine:
        places = Places(
            table_arn=table.table_arn,
            bucket=self._bucket.bucket_name,
            workgroup=workgroup.name,
            database=self._database,
        )
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))
        for statement in self._statements(table.table_arn, workgroup):
            role.add_to_policy(statement)
        self._acknowledge(role, table)
        log = logs.LogGroup(self, "Log", retention=logs.RetentionDays.ONE_MONTH, removal_policy=RemovalPolicy.DESTROY)
        acknowledge(log, {"CKV_AWS_158": MANAGED_KEY})
        machine = sfn.StateMachine(
            self,
            "Conversion",
            comment="Exports the table of profiles and converts it to Parquet",
            definition_body=sfn.DefinitionBody.from_string(self.to_json_string(dict(definition(places)))),
            role=role,
            tracing_enabled=True,
            logs=sfn.LogOptions(destination=log, level=sfn.LogLevel.ALL),
        )
        machine.node.add_dependency(workgroup)
        return machine

    def _acknowledge(self, role: iam.Role, table: dynamodb.Table) -> None:
        exports = f"{imported_name(role, table, table.table_arn)}/export/*"
        bucket = f"<{self.get_logical_id(self._bucket.node.default_child)}.Arn>"  # type: ignore[arg-type]
        reasons = {
            "AwsSolutions-IAM5[Resource::*]": "The actions of X-Ray and of the delivery of logs have no resource types",
            f"AwsSolutions-IAM5[Resource::{exports}]": "DynamoDB chooses the ids of exports",
        }
        for prefix in _PREFIXES:
            reasons[f"AwsSolutions-IAM5[Resource::{bucket}/{prefix}/*]"] = (
                "DynamoDB and Athena choose the keys of objects"
            )
        acknowledge(role, reasons)

    def _statements(self, table_arn: str, workgroup: athena.CfnWorkGroup) -> list[iam.PolicyStatement]:
        glue_arns = [
            self.format_arn(service="glue", resource="catalog"),
            self.format_arn(service="glue", resource="database", resource_name=self._database),
        ]
        parquet = [
            self.format_arn(service="glue", resource="table", resource_name=f"{self._database}/{table.name}")
            for table in REPORT_TABLES
        ]
        raw = self.format_arn(service="glue", resource="table", resource_name=f"{self._database}/{EXPORTED_ITEMS}")
        written = [self._bucket.arn_for_objects(f"{prefix}/*") for prefix in _PREFIXES]
        return [
            _allow("dynamodb", ["ExportTableToPointInTime"], [table_arn]),
            _allow("dynamodb", ["DescribeExport"], [f"{table_arn}/export/*"]),
            _allow("s3", ["GetBucketLocation", "ListBucket", "ListBucketMultipartUploads"], [self._bucket.bucket_arn]),
            _allow("s3", ["GetObject", "PutObject", "AbortMultipartUpload", "ListMultipartUploadParts"], written),
            _allow("s3", ["PutObjectAcl"], written[:1]),  # DynamoDB demands it of who exports
            _allow(
                "athena",
                ["StartQueryExecution", "GetQueryExecution", "StopQueryExecution"],
                [self.format_arn(service="athena", resource="workgroup", resource_name=workgroup.name)],
            ),
            _allow(
                "athena",
                ["GetDataCatalog"],
                [self.format_arn(service="athena", resource="datacatalog", resource_name="AwsDataCatalog")],
            ),
            _allow("glue", _READ_PARTITIONS, [*glue_arns, *parquet, raw]),
            _allow("glue", _WRITE_PARTITIONS, [*glue_arns, *parquet]),
        ]


def _allow(service: str, actions: Any, resources: list[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=[f"{service}:{action}" for action in actions], resources=resources)

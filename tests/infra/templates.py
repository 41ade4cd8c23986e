"""Reading a synthesised CloudFormation template."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from creator_search.catalogue import (
    EXPIRE_DAYS,
    EXPIRE_PREFIXES,
    FUNCTIONS,
    OPTIONAL_FUNCTIONS,
    Bucket,
    Queue,
    Table,
)

from infra.local.resources import table_request

Template = Mapping[str, Any]
_BY_SUMMARY = {row.summary: row.name for row in (*FUNCTIONS.values(), *OPTIONAL_FUNCTIONS.values())}


MONITORING, DATA, WORKERS, EDGE, REGION = "-monitoring", "-data", "-workers", "-edge", "CreatorSearch-region"
"""The ends of the names of the stacks with the alarms, the data, the workers and the distribution; the stack of the
region."""
SEARCH = "-search"


def template_file(assembly: Path, suffix: str = ".template.json") -> Path:
    """The file of the API's stack. The names of the other stacks of the stage begin with its name."""
    of_stage = [path for path in assembly.glob(f"*{suffix}") if not path.name.startswith(REGION)]
    return min(of_stage, key=lambda path: len(path.name))


def data_file(assembly: Path) -> Path:
    [found] = assembly.glob(f"*{DATA}.template.json")
    return found


def workers_file(assembly: Path, suffix: str = ".template.json") -> Path:
    [found] = assembly.glob(f"*{WORKERS}{suffix}")
    return found


def edge_file(assembly: Path) -> Path:
    [found] = assembly.glob(f"*{EDGE}.template.json")
    return found


def monitoring_file(assembly: Path) -> Path:
    [found] = assembly.glob(f"*{MONITORING}.template.json")
    return found


def search_files(assembly: Path, suffix: str = ".template.json") -> list[Path]:
    """The file of the stack with the search engine, if the stage has one."""
    return list(assembly.glob(f"*{SEARCH}{suffix}"))


def read_template(assembly: Path) -> Template:
    """Return API, workers, data and search engine as if they were one stack: imports are replaced by what they refer
    to."""
    exporting = (data_file(assembly), *search_files(assembly))
    exports: dict[str, Any] = {}
    resources: dict[str, Any] = {}
    outputs: dict[str, Any] = {}
    for file in (*exporting, template_file(assembly), workers_file(assembly)):
        found = _without_imports(json.loads(file.read_text()), exports)
        assert not set(found["Resources"]) & set(resources)
        resources |= found["Resources"]
        for name, output in found.get("Outputs", {}).items():
            if "Export" in output and file in exporting:
                exports[output["Export"]["Name"]] = output["Value"]
            else:
                outputs[name] = output
    return {"Resources": resources, "Outputs": outputs}


def _without_imports(value: Any, exports: Mapping[str, Any]) -> Any:
    match value:
        case {"Fn::ImportValue": name}:
            return exports[name]
        case dict():
            return {key: _without_imports(found, exports) for key, found in value.items()}
        case list():
            return [_without_imports(found, exports) for found in value]
    return value


def of_type(template: Template, kind: str) -> dict[str, Any]:
    """The properties of the resources of one type, by logical id."""
    return {name: r.get("Properties", {}) for name, r in template["Resources"].items() if r["Type"] == kind}


def functions(template: Template) -> dict[str, Any]:
    """The functions' properties, by the name of their row."""
    found = of_type(template, "AWS::Lambda::Function").values()
    return {_BY_SUMMARY[p["Description"]]: p for p in found if p.get("Description") in _BY_SUMMARY}


def function_names(template: Template) -> dict[str, str]:
    """The names of the rows, by the logical id of their function."""
    found = of_type(template, "AWS::Lambda::Function")
    return {
        logical: _BY_SUMMARY[p["Description"]] for logical, p in found.items() if p.get("Description") in _BY_SUMMARY
    }


def text(value: Any) -> str:
    """Convert a value to text, with intrinsic functions in the notation of CloudFormation's Fn::Sub."""
    match value:
        case str():
            return value
        case {"Ref": name} | {"Fn::ImportValue": name}:
            return f"${{{name}}}"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"${{{name}.{attribute}}}"
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(text(part) for part in parts)
    raise ValueError(f"not a string in a template: {value}")


@dataclass(frozen=True, slots=True)
class Resources:
    """ARNs of the catalogue's resources, in the notation of `text`, identified by their distinguishing properties."""

    tables: Mapping[Table, str]
    queues: Mapping[Queue, str]
    dead_letters: Mapping[Queue, str]
    buckets: Mapping[Bucket, str]
    secrets: Mapping[str, str]
    distribution: str

    @classmethod
    def of(cls, template: Template) -> "Resources":
        tables = {_table_key(p): f"${{{name}.Arn}}" for name, p in of_type(template, "AWS::DynamoDB::Table").items()}
        sqs = of_type(template, "AWS::SQS::Queue")
        queues = {queue: template["Outputs"][f"Queue{_pascal(queue)}Url"]["Value"]["Ref"] for queue in Queue}
        s3 = {_expiry(p): f"${{{name}.Arn}}" for name, p in of_type(template, "AWS::S3::Bucket").items()}
        secrets = [p["Name"] for p in of_type(template, "AWS::SecretsManager::Secret").values()]
        secret = "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret"
        [distribution] = of_type(template, "AWS::CloudFront::Distribution")
        return cls(
            tables={table: tables[_table_key(table_request(table))] for table in Table},
            queues={queue: f"${{{logical}.Arn}}" for queue, logical in queues.items()},
            dead_letters={
                queue: text(sqs[logical]["RedrivePolicy"]["deadLetterTargetArn"]) for queue, logical in queues.items()
            },
            buckets={bucket: s3[_days(bucket)] for bucket in Bucket},
            secrets={name.rsplit("/", 1)[1]: f"{secret}:{name}-??????" for name in secrets},
            distribution=f"arn:${{AWS::Partition}}:cloudfront::${{AWS::AccountId}}:distribution/${{{distribution}}}",
        )


def _table_key(table: Mapping[str, Any]) -> str:
    """Return the key schema and indexes, which are unique per table."""
    return json.dumps([table["KeySchema"], table.get("GlobalSecondaryIndexes", [])], sort_keys=True)


def _expiry(bucket: Mapping[str, Any]) -> int | None:
    """Return the days until objects expire, which are unique per bucket."""
    rules = bucket.get("LifecycleConfiguration", {}).get("Rules", [])
    return rules[0]["ExpirationInDays"] if rules else None


def _pascal(queue: Queue) -> str:
    return "".join(word.title() for word in queue.value.split("-"))


def _days(bucket: Bucket) -> int | None:
    return EXPIRE_PREFIXES[bucket][1] if bucket in EXPIRE_PREFIXES else EXPIRE_DAYS.get(bucket)

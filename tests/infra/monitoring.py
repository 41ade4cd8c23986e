"""Reading the template of the alarms."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from creator_search.catalogue import FUNCTIONS, Queue, Table

from infra.monitoring.alarms import all_alarms
from infra.monitoring.reports import report_alarms
from infra.monitoring.rows import Deployed, DeployedSearch
from infra.monitoring.search import search_alarms
from tests.infra.templates import Resources, Template, function_names, monitoring_file, of_type, read_template

_DEPLOYED = Deployed(
    namespace="CreatorSearch-dev",
    api="CreatorSearch-dev",
    functions={name: name for name in FUNCTIONS},
    queues={queue: queue for queue in Queue},
    dead_letters={queue: queue.dead_letter for queue in Queue},
    tables={table: table for table in Table},
)
ROWS = all_alarms(_DEPLOYED)
"""The rows of the alarms of a deployment in which every resource has the name of its row in the catalogue."""
OPTIONAL_ROWS = (
    *report_alarms(replace(_DEPLOYED, reports="reports")),
    *search_alarms(replace(_DEPLOYED, search=DeployedSearch("index_creators", "repair"))),
)
"""Those of a stage with reports and a search engine besides."""


def read_monitoring(assembly: Path) -> Template:
    found: Template = json.loads(monitoring_file(assembly).read_text())
    return found


def read_alarms(assembly: Path) -> Mapping[str, Mapping[str, Any]]:
    """Return the properties of every alarm by its deployed name, without actions. References to resources of the
    service are replaced by the names of their rows in the catalogue."""
    names = {**_names(read_template(assembly)), **_names_of_machines(assembly)}
    found = of_type(read_monitoring(assembly), "AWS::CloudWatch::Alarm").values()
    actions = ("AlarmActions", "OKActions", "Tags")
    return {p["AlarmName"]: _resolved({k: v for k, v in p.items() if k not in actions}, names) for p in found}


def _names(service: Template) -> Mapping[str, str]:
    """The names of the rows by the outputs of the service that refer to their resources."""
    resources = Resources.of(service)
    arns = {arn: row.value for row, arn in (*resources.tables.items(), *resources.queues.items())}
    arns |= {arn: queue.dead_letter for queue, arn in resources.dead_letters.items()}
    rows = {arn.removeprefix("${").removesuffix(".Arn}"): row for arn, row in arns.items()} | function_names(service)
    names = {}
    for output, definition in service["Outputs"].items():
        match definition["Value"]:
            case {"Ref": logical} | {"Fn::GetAtt": [logical, "QueueName"]} if logical in rows:
                names[output] = rows[logical]
    return names


def _names_of_machines(assembly: Path) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for stack, named in (("reports", "reports"), ("search", "repair")):
        for file in assembly.glob(f"*-{stack}.template.json"):
            template: Template = json.loads(file.read_text())
            [machine] = of_type(template, "AWS::StepFunctions::StateMachine")
            outputs = template["Outputs"].items()
            found |= {name: named for name, output in outputs if output["Value"] == {"Ref": machine}}
    return found


def _resolved(value: Any, names: Mapping[str, str]) -> Any:
    match value:
        case {"Fn::GetStackOutput": reference}:
            return names[reference["OutputName"]]
        case dict():
            return {key: _resolved(part, names) for key, part in value.items()}
        case list():
            return [_resolved(part, names) for part in value]
    return value

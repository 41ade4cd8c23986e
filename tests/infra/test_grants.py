"""The permissions of every function's role are exactly those that its catalogue row declares."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from creator_search.adapters.dynamodb.schema import TABLES
from creator_search.catalogue import (
    FUNCTIONS,
    OPTIONAL_FUNCTIONS,
    SEARCH_INDEX,
    Authorizer,
    Bucket,
    Function,
    Items,
    Part,
    Table,
    Use,
    Worker,
)

from tests.infra.templates import Resources, Template, functions, of_type, read_template, text

Permission = tuple[str, str, str]
"""An action, a resource, and what the condition limits it to: the beginnings of the partition keys of the only items,
as `breaker#* lock#*`, or of the only keys that may be listed."""

TABLE = {
    Use.READ: ("dynamodb:BatchGetItem", "dynamodb:GetItem"),
    Use.ADD: ("dynamodb:PutItem",),
    Use.UPDATE: ("dynamodb:UpdateItem",),
    Use.CHECK: ("dynamodb:ConditionCheckItem",),
    Use.DELETE: ("dynamodb:DeleteItem",),
    Use.BATCH: ("dynamodb:BatchWriteItem",),
}
WITH_SORT_KEY = {Table.PROFILES, Table.MEMBERSHIPS, Table.ACCOUNTS, Table.AUDIT}
"""The tables of which several items may be read in one query."""
OBJECTS = {
    "get_similar_profiles": "similar/*",
    "get_similar_profiles_fast": "similar/*",
    "clear_similar_cache": "similar/*",
    "get_health": "health/probe.txt",
}
"""The only images of functions that do not need all."""
CONSUME = (
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    "sqs:ReceiveMessage",
)
REDRIVE = ("sqs:DeleteMessage", "sqs:ReceiveMessage")


def kinds(template: Template) -> set[str]:
    return {resource["Type"] for resource in template["Resources"].values()}


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def role_of(template: Template, name: str) -> str:
    role: str = functions(template)[name]["Role"]["Fn::GetAtt"][0]
    return role


def statements(template: Template, role: str) -> Iterator[Any]:
    """Yield the statements of the role's inline policies and of all policies attached to it."""
    for policy in template["Resources"][role]["Properties"].get("Policies", []):
        yield from policy["PolicyDocument"]["Statement"]
    for kind in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
        for policy in of_type(template, kind).values():
            if {"Ref": role} in policy.get("Roles", []):
                yield from policy["PolicyDocument"]["Statement"]
    for policy in of_type(template, "AWS::IAM::RolePolicy").values():
        if policy["RoleName"] == {"Ref": role}:
            yield from policy["PolicyDocument"]["Statement"]


def granted(template: Template, name: str) -> set[Permission]:
    role = role_of(template, name)
    found: set[Permission] = set()
    for arn in template["Resources"][role]["Properties"].get("ManagedPolicyArns", []):
        found.add(("a managed policy", text(arn), ""))
    for statement in statements(template, role):
        assert set(statement) - {"Condition"} == {"Effect", "Action", "Resource"}, statement
        assert statement["Effect"] == "Allow", statement
        only = limited_to(statement["Condition"]) if "Condition" in statement else ""
        found |= {(a, text(r), only) for a in listed(statement["Action"]) for r in listed(statement["Resource"])}
    return found


def limited_to(condition: Any) -> str:
    [(operator, keys)] = condition.items()
    [(key, patterns)] = keys.items()
    assert (operator, key) in {("ForAllValues:StringLike", "dynamodb:LeadingKeys"), ("StringLike", "s3:prefix")}
    return " ".join(sorted(listed(patterns)))


def expected(template: Template, row: Function) -> set[Permission]:
    resources = Resources.of(template)
    log = text(functions(template)[row.name]["LoggingConfig"]["LogGroup"]).replace("}", ".Arn}")
    found: set[Permission] = {
        ("logs:CreateLogStream", log, ""),
        ("logs:PutLogEvents", log, ""),
        ("xray:PutTelemetryRecords", "*", ""),
        ("xray:PutTraceSegments", "*", ""),
    }

    def allow(actions: tuple[str, ...], *arns: str, only: str = "") -> None:
        found.update((action, arn, only) for action in actions for arn in arns)

    for table in row.all_tables:
        uses = {part: use for part, use in row.all_parts.items() if part is table or table_of_items(part) is table}
        for each, actions in TABLE.items():
            used = {part for part, use in uses.items() if each in use}
            only = "" if table in used else " ".join(sorted(f"{part}#*" for part in used))
            with_query = each is Use.READ and table in WITH_SORT_KEY
            if used:
                allow((*actions, "dynamodb:Query") if with_query else actions, resources.tables[table], only=only)
    for index in row.indexes:
        [arn] = [resources.tables[t] for t, schema in TABLES.items() if index in [i.name for i in schema.indexes]]
        allow(("dynamodb:Query",), f"{arn}/index/{index}")
    for bucket, use in row.buckets.items():
        arn = resources.buckets[bucket]
        objects = f"{arn}/{OBJECTS.get(row.name, '*') if bucket is Bucket.IMAGES else '*'}"
        if Use.READ in use:
            allow(("s3:ListBucket",), arn)
            allow(("s3:GetObject",), objects)
        if Use.ADD in use:
            allow(("s3:PutObject",), objects)
        if Use.DELETE in use:
            allow(("s3:DeleteObject",), objects)
        if Use.DELETE in use and Use.READ not in use:
            prefix = OBJECTS.get(row.name, "") if bucket is Bucket.IMAGES else ""
            allow(("s3:ListBucket",), arn, only=prefix)
    for queue in row.sends:
        allow(("sqs:SendMessage",), resources.queues[queue])
    for queue in row.drains:
        allow(REDRIVE, resources.dead_letters[queue])
    for queue in row.watches:
        allow(("sqs:GetQueueAttributes",), resources.queues[queue], resources.dead_letters[queue])
    for queue in row.abandons:
        allow(("sqs:SendMessage",), resources.dead_letters[queue])
    if isinstance(row, Worker):
        for queue in row.concurrency:
            allow(CONSUME, resources.queues[queue])
            allow(("sqs:SendMessage",), resources.dead_letters[queue])
    if row.upstream:
        allow(("secretsmanager:GetSecretValue",), resources.secrets["upstream-keys"])
    if row.signs_cursors:
        allow(("secretsmanager:GetSecretValue",), resources.secrets["cursor-key"])
    if row.hashes_commenters:
        allow(("secretsmanager:GetSecretValue",), resources.secrets["commenter-key"])
    if isinstance(row, Authorizer):
        allow(("secretsmanager:GetSecretValue",), resources.secrets["origin-key"])
    if row.search and "AWS::OpenSearchServerless::Collection" in kinds(template):
        [collection] = of_type(template, "AWS::OpenSearchServerless::Collection")
        allow(("aoss:APIAccessAll",), f"${{{collection}.Arn}}")
    if row.name == "index_creators":
        allow(("dynamodb:ListStreams",), "*")
        stream = f"{resources.tables[Table.PROFILES].removesuffix('.Arn}')}.StreamArn}}"
        allow(("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"), stream)
    if row.invalidates_cdn:
        allow(("cloudfront:CreateInvalidation",), resources.distribution)
    if row.reads_metrics:
        allow(("cloudwatch:GetMetricData",), "*")
    return found


def table_of_items(part: Part) -> Table | None:
    return part.table if isinstance(part, Items) else None


MOST_POLICY_CHARACTERS = 10_240
"""Of all inline policies of a role."""


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_functions_role_has_exactly_the_permissions_of_its_row(template: Template, name: str) -> None:
    assert granted(template, name) == expected(template, FUNCTIONS[name])


@pytest.mark.parametrize("name", ["search_creators", *OPTIONAL_FUNCTIONS])
def test_what_uses_a_search_engine_has_exactly_the_permissions_of_its_row(
    assemblies: Mapping[str, Path], name: str
) -> None:
    searching = read_template(assemblies["searching"])
    row = {**FUNCTIONS, **OPTIONAL_FUNCTIONS}[name]
    assert granted(searching, name) == expected(searching, row)


def test_the_search_engine_lets_each_role_do_what_its_row_declares_and_nobody_else(
    assemblies: Mapping[str, Path],
) -> None:
    allowed = {}
    searching = read_template(assemblies["searching"])
    [collection] = of_type(searching, "AWS::OpenSearchServerless::Collection").values()
    for policy in of_type(searching, "AWS::OpenSearchServerless::AccessPolicy").values():
        [statement] = json.loads(text(policy["Policy"]))
        [rule], [principal] = statement["Rules"], statement["Principal"]
        assert (rule["ResourceType"], rule["Resource"]) == ("index", [f"index/{collection['Name']}/{SEARCH_INDEX}"])
        allowed[principal] = set(rule["Permission"])
    assert allowed == {
        f"${{{role_of(searching, name)}.Arn}}": permissions
        for name, permissions in {
            "search_creators": {"aoss:ReadDocument"},
            "index_creators": {"aoss:WriteDocument"},
            "repair_creator_index": {"aoss:CreateIndex", "aoss:ReadDocument", "aoss:WriteDocument"},
        }.items()
    }


def test_who_may_write_tombstones_and_the_audit_log_and_delete_from_them() -> None:
    writes = {
        table: {name: row.all_parts[table] & Use.WRITE for name, row in FUNCTIONS.items() if table in row.all_parts}
        for table in (Table.ERASURES, Table.AUDIT)
    }
    assert {name for name, use in writes[Table.ERASURES].items() if use} == {"erase_profile", "erase_profile_by_id"}
    assert all(use in Use.ADD for uses in writes.values() for use in uses.values())


def test_who_may_make_api_keys_read_their_digests_and_delete_them() -> None:
    uses = {name: row.all_parts[Items.API_KEYS] for name, row in FUNCTIONS.items() if Items.API_KEYS in row.all_parts}
    assert uses == {
        "authorize_caller": Use.READ,
        "manage_api_keys": Use.ADD | Use.DELETE,
        "manage_me": Use.DELETE,
        "erase_profiles": Use.DELETE,
    }


def test_no_role_may_write_all_items_of_a_table_that_is_granted_in_parts() -> None:
    """Who reads the state of a creator reads four tables in one batch, the control table among them."""
    shared = {items.table for items in Items}
    assert shared == {Table.CONTROL, Table.ACCOUNTS}
    whole = {name: row.all_parts[table] for name, row in FUNCTIONS.items() for table in shared & row.all_parts.keys()}
    assert set(whole.values()) == {Use.READ}
    assert Table.ACCOUNTS not in {table for row in FUNCTIONS.values() for table in row.all_parts}
    assert {"get_profile_status", "request_profile", "process_profiles"} < set(whole)


def test_the_items_of_the_control_table_are_those_that_are_granted() -> None:
    kinds = {kind.key.partition("#")[0] for kind in TABLES[Table.CONTROL].items}
    assert kinds == {items.value for items in Items if items.table is Table.CONTROL}


def test_a_policy_has_less_than_the_characters_that_iam_allows(template: Template) -> None:
    arn = "a" * 150  # the longest have 125 characters
    for name in FUNCTIONS:
        policy = [
            {**each, "Resource": [arn for _ in listed(each["Resource"])]}
            for each in statements(template, role_of(template, name))
        ]
        assert len(json.dumps(policy, separators=(",", ":"))) < MOST_POLICY_CHARACTERS, name


def test_who_may_receive_and_delete_dead_letters() -> None:
    assert {name for name, row in FUNCTIONS.items() if row.drains} == {"process_pending_jobs"}


def test_no_two_functions_share_a_role(template: Template) -> None:
    assert len({role_of(template, name) for name in FUNCTIONS}) == len(FUNCTIONS)


def test_the_only_resource_policy_that_allows_access_lets_cloudfront_read_images(template: Template) -> None:
    kinds = ("AWS::SQS::QueuePolicy", "AWS::S3::BucketPolicy", "AWS::SecretsManager::ResourcePolicy")
    allowed = [
        (statement["Principal"], statement["Action"], text(statement["Resource"]))
        for kind in kinds
        for policy in of_type(template, kind).values()
        for statement in policy.get("PolicyDocument", policy.get("ResourcePolicy"))["Statement"]
        if statement["Effect"] == "Allow"
    ]
    [images] = {text(template["Outputs"]["ImagesBucket"]["Value"]).replace("}", ".Arn}/*")}
    assert allowed == [({"Service": "cloudfront.amazonaws.com"}, "s3:GetObject", images)]
    assert not any("ResourcePolicy" in table for table in of_type(template, "AWS::DynamoDB::Table").values())


def test_environment_variables_name_exactly_the_resources_of_the_row(template: Template) -> None:
    resources = Resources.of(template)

    def name_of(arn: str) -> str:
        return arn.replace(".Arn}", "}")

    for row in FUNCTIONS.values():
        indexed = {table for table, spec in TABLES.items() for index in spec.indexes if index.name in row.indexes}
        wanted = {f"TABLE_{t.name}": name_of(resources.tables[t]) for t in {*row.all_tables, *indexed}}
        wanted |= {f"BUCKET_{bucket.name}": name_of(resources.buckets[bucket]) for bucket in row.buckets}
        consumed = tuple(row.concurrency) if isinstance(row, Worker) else ()
        for queue in (*row.sends, *row.drains, *row.watches, *row.abandons, *consumed):
            wanted[f"QUEUE_{queue.name}"] = name_of(resources.queues[queue])
            wanted[f"QUEUE_{queue.name}_DEAD_LETTER"] = name_of(resources.dead_letters[queue])
        variables = functions(template)[row.name].get("Environment", {}).get("Variables", {})
        assert {k: text(v) for k, v in variables.items() if k.startswith(("TABLE_", "BUCKET_", "QUEUE_"))} == wanted
        named = {k for k in variables if k.startswith("CDN_") or k.endswith("_SECRET")}
        rest = {
            "UPSTREAM_SECRET": row.upstream,
            "CURSOR_SECRET": row.signs_cursors,
            "COMMENTER_SECRET": row.hashes_commenters,
            "ORIGIN_SECRET": isinstance(row, Authorizer),
            "CDN_BASE_URL": row.serves_images,
            "CDN_DISTRIBUTION_ID": row.invalidates_cdn,
        }
        assert named == {variable for variable, is_needed in rest.items() if is_needed}
        assert not any("KEY" in variable for variable in variables)

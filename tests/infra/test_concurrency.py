"""Quotas, reservations and throttles: what is throttled loses no message, and no caller takes all of the API."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from creator_search.catalogue import AUTHORIZER, FUNCTIONS, SCHEDULES, WORKERS, Queue

from infra.concurrency import needed_concurrency, reservations, stage_rate
from tests.infra.templates import Template, functions, of_type, read_template, template_file, text

SOURCE = "AWS::Lambda::EventSourceMapping"


@pytest.fixture(scope="module")
def reserving(assemblies: Mapping[str, Path]) -> Template:
    return read_template(assemblies["reserving"])


def reserved(template: Template) -> Mapping[str, int]:
    made = functions(template).items()
    return {name: p["ReservedConcurrentExecutions"] for name, p in made if "ReservedConcurrentExecutions" in p}


def test_nothing_is_reserved_unless_the_quota_of_the_account_is_given(template: Template) -> None:
    assert reserved(template) == {}


def test_the_quota_that_is_needed_is_printed_and_an_output(assembly: Path, template: Template) -> None:
    sources = sum(p["ScalingConfig"]["MaximumConcurrency"] for p in of_type(template, SOURCE).values())
    [stage] = of_type(template, "AWS::ApiGateway::Stage").values()
    [throttle] = [setting["ThrottlingRateLimit"] for setting in stage["MethodSettings"]]
    needed = sources + len(SCHEDULES) + throttle * 2 // 5  # of 0.4 s a request
    assert template["Outputs"]["ConcurrencyNeeded"]["Value"] == str(needed) == str(needed_concurrency())
    metadata = json.loads(template_file(assembly, ".metadata.json").read_text())
    entries = [entry for found in metadata.values() for entry in found]
    printed = [e["data"] for e in entries if e["type"] == "aws:cdk:info" and "concurrent executions" in e["data"]]
    assert len(printed) == 1 and f"a quota of {needed} concurrent executions" in printed[0]


def test_a_worker_may_run_more_than_its_event_sources_ask_for_so_that_no_receive_is_throttled(
    reserving: Template,
) -> None:
    made = reserved(reserving)
    for worker in WORKERS:
        assert made[worker.name] > sum(worker.concurrency.values())


def test_the_functions_that_people_wait_for_share_what_a_quarter_of_the_quota_leaves(reserving: Template) -> None:
    made = reserved(reserving)
    waited_for = {row.name for row in FUNCTIONS.values() if row.is_waited_for}
    assert set(made) == waited_for | {worker.name for worker in WORKERS}
    others = {made[name] for name in waited_for - {AUTHORIZER.name}}
    assert others == {made[AUTHORIZER.name] // 2} and min(others) >= 60
    assert 1000 - sum(made.values()) >= 250


@pytest.mark.parametrize("quota", [10, 100, 200])
def test_a_quota_that_is_too_small_is_refused_with_the_one_that_is_needed(quota: int) -> None:
    with pytest.raises(
        ValueError, match=f"account_concurrency={quota} is too small.*Request a higher quota"
    ) as refused:
        reservations(quota)
    least = int(str(refused.value).split("they need ")[1].split(".")[0])
    assert least - sum(reservations(least).values()) == 100
    with pytest.raises(ValueError, match="too small"):
        reservations(least - 1)


def test_the_stage_has_a_rate_and_a_burst_that_a_callers_own_limit_is_a_small_part_of(template: Template) -> None:
    [stage] = of_type(template, "AWS::ApiGateway::Stage").values()
    [settings] = stage["MethodSettings"]
    assert (settings["ResourcePath"], settings["HttpMethod"]) == ("/*", "*")
    assert settings["ThrottlingBurstLimit"] >= settings["ThrottlingRateLimit"] >= 100 * 120 / 60


def test_a_deployment_chooses_the_throttle_of_its_stage(reserving: Template) -> None:
    [stage] = of_type(reserving, "AWS::ApiGateway::Stage").values()
    [settings] = stage["MethodSettings"]
    assert (settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]) == (1000, 2000)
    needed = int(reserving["Outputs"]["ConcurrencyNeeded"]["Value"])
    assert needed - needed_concurrency() == 0.4 * 800


@pytest.mark.parametrize("rate", ["many", "0", "-5", "1.5"])
def test_a_throttle_that_is_no_number_of_requests_is_refused(rate: str) -> None:
    with pytest.raises(ValueError, match=f"requests_per_second={rate}: must be a whole number of 1 or more"):
        stage_rate(rate)


def test_a_dead_letter_queue_takes_messages_of_its_own_queue_only(template: Template) -> None:
    queues = of_type(template, "AWS::SQS::Queue")
    arns = {
        text(q["RedrivePolicy"]["deadLetterTargetArn"]): q["QueueName"] for q in queues.values() if "RedrivePolicy" in q
    }
    allowed = {
        f"${{{logical}.Arn}}": (
            q["RedriveAllowPolicy"]["redrivePermission"],
            *map(text, q["RedriveAllowPolicy"]["sourceQueueArns"]),
        )
        for logical, q in queues.items()
        if "RedriveAllowPolicy" in q
    }
    prefix = "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:"
    assert allowed == {arn: ("byQueue", prefix + name) for arn, name in arns.items()}
    assert len(allowed) == len(Queue)

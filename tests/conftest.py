"""Fixtures of all tests. The project's code is never patched; moto replaces AWS."""

import copyreg
import gc
import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from creator_search.bootstrap import Container
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import PROVIDERS, Secret
from hypothesis import HealthCheck, settings
from moto import mock_aws
from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.responses import DynamoHandler

from infra.local import roles
from infra.local.resources import make_distribution, provision, put_secrets
from tests.collection import collection, running_collection

__all__ = ["collection", "running_collection"]

for _variable in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[_variable]  # no test connects to a real account
os.environ.update(
    AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test", AWS_DEFAULT_REGION="us-east-1", AWS_REGION="us-east-1"
)

roles.enforce()

# On a busy machine, examples take longer than the limits of hypothesis.
settings.register_profile("any_speed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any_speed")


# The tests of a file run on one worker, which makes what they share once. So do the files of these folders.
_TOGETHER = ("browser", "e2e", "faults", "model_export")
_ALONE = "tests/faults/test_dependencies.py"  # starts a system of its own, and waits for retries most of the time
_LONGEST_FIRST = ("browser", "e2e", "infra", "faults", "model_export", "integration", "ports")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with what takes longest, so that no worker is left with it at the end. The synthesis of the stacks is
    between the tests that start local systems, so that few of them run at the same time."""
    place = {name: number for number, name in enumerate(_LONGEST_FIRST)}

    def turn(item: pytest.Item) -> int:
        file = item.nodeid.split("::")[0]
        return -1 if file == _ALONE else place.get(file.split("/")[1], len(place))

    items.sort(key=turn)


@pytest.hookimpl(optionalhook=True)  # the hook is unknown if xdist is disabled
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):  # type: ignore[misc]
        """Sends all tests of a scope to one worker, other scopes to any free one."""

        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.split("::")[0]
            folder = file.split("/")[1]
            return folder if folder in _TOGETHER and file != _ALONE else file

    return ByFile(config, log)


def pytest_collection_finish() -> None:
    """Look for garbage less often, and not among the modules and tests, which live to the end: most tests make and drop
    many objects, and the search took a third of their processor time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 20)


_SESSION: Any = {"core": {"reset_boto3_session": False, "mock_credentials": False}}
"""One session for all tests: a new one reads the descriptions of the AWS services again, for half a second."""
_STATE: Mapping[Any, tuple[str, str]] = {
    "cloudfront": ("aws", "distributions"),
    "dynamodb": ("us-east-1", "tables"),
    "secretsmanager": ("us-east-1", "secrets"),
    "s3": ("aws", "buckets"),
    "sqs": ("us-east-1", "queues"),
}
"""Where moto keeps the resources of a service: the region and the attribute of its backend."""
_SECRETS = {
    Secret.UPSTREAM_KEYS: json.dumps({provider.key: "" for provider in PROVIDERS}),
    Secret.CURSOR_KEY: "a key for tests",
    Secret.COMMENTER_KEY: "another key for tests",
}
copyreg.pickle(threading.Condition, lambda _: (threading.Condition, ()))  # a copy of a queue has one of its own


@pytest.fixture(scope="session")
def provisioned() -> tuple[dict[str, str], dict[str, Any]]:
    """The environment that names the catalogue's resources, and moto's state with them. A copy of it takes a thirtieth
    of the time in which they are created."""
    with mock_aws(config=_SESSION):
        environment = {**provision(), **put_secrets(_SECRETS), "CDN_DISTRIBUTION_ID": make_distribution()}
        return environment, {
            service: getattr(get_backend(service)[DEFAULT_ACCOUNT_ID][region], name)
            for service, (region, name) in _STATE.items()
        }


@pytest.fixture
def aws(
    monkeypatch: pytest.MonkeyPatch, provisioned: tuple[dict[str, str], dict[str, Any]]
) -> Iterator[dict[str, str]]:
    """Have the catalogue's resources in moto; yield the environment that names them. A lock makes moto's DynamoDB
    atomic. Nothing may be refused that the test does not expect (`roles.take_refusals`).
    """
    lock, call = threading.RLock(), DynamoHandler.call_action

    def atomic(self: DynamoHandler) -> Any:
        with lock:
            return call(self)

    named, state = provisioned
    with mock_aws(config=_SESSION):
        for service, (region, name) in _STATE.items():
            backend = get_backend(service)[DEFAULT_ACCOUNT_ID][region]
            setattr(backend, name, deepcopy(state[service]))
        monkeypatch.setattr(DynamoHandler, "call_action", atomic)
        environment = {
            **named,
            "LOCAL_CALLER": "true",
            "CDN_BASE_URL": "https://cdn.test",
        }
        for variable, value in environment.items():
            monkeypatch.setenv(variable, value)
        process_container.cache_clear()
        roles.take_refusals()
        yield environment
        container = process_container()
        if Container.activity_recorder.is_built(container):
            container.activity_recorder.finish(timedelta(seconds=10))  # its threads must not outlive the mock
    process_container.cache_clear()
    assert not roles.take_refusals()


@pytest.fixture
def aws_calls(aws: dict[str, str]) -> Callable[[], list[str]]:
    """Return a function that returns the AWS operations called since its last call, but for those that record what a
    caller did, which happen at any time after the answer."""
    calls: list[str] = []

    def record(model: Any, params: dict[str, Any], **_: Any) -> None:
        if '"accounts"' not in str(params.get("body")):
            calls.append(model.name)

    container = process_container()
    for client in (container.dynamodb, container.breaker_dynamodb, container.sqs, container.s3):
        client.meta.events.register("before-call", record)

    def taken() -> list[str]:
        found, calls[:] = calls[:], []
        return found

    return taken

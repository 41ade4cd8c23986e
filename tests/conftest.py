"""Fixtures of all tests. The project's code is never patched; moto replaces AWS."""

import os
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from creator_search.bootstrap import Container
from creator_search.bootstrap.process import process_container
from hypothesis import HealthCheck, settings
from moto import mock_aws
from moto.dynamodb.responses import DynamoHandler

from infra.local.resources import make_distribution, provision
from tests.local_system import connected, no_faults, system

__all__ = ["connected", "no_faults", "system"]

for _variable in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[_variable]  # no test connects to a real account
os.environ.update(
    AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test", AWS_DEFAULT_REGION="us-east-1", AWS_REGION="us-east-1"
)

# On a busy machine, examples take longer than the limits of hypothesis.
settings.register_profile("any_speed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any_speed")


# Tests that share something costly to start run on one worker, which starts it once.
_TOGETHER = {
    "browser": "system",
    "e2e": "system",
    "faults": "system",
    "tests/faults/test_dependencies.py": "dependencies",  # starts a system of its own
    "model_export": "models",
}


@pytest.hookimpl(optionalhook=True)  # the hook is unknown if xdist is disabled
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from xdist.scheduler import LoadScopeScheduling

    class ByPlace(LoadScopeScheduling):  # type: ignore[misc]
        """Sends all tests of a scope to one worker, other scopes to any free one."""

        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.split("::")[0]
            return _TOGETHER.get(file) or _TOGETHER.get(file.split("/")[1], nodeid)

    return ByPlace(config, log)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Create the catalogue's resources in moto; yield the environment that names them. A lock makes moto's DynamoDB
    atomic.
    """
    lock, call = threading.RLock(), DynamoHandler.call_action

    def atomic(self: DynamoHandler) -> Any:
        with lock:
            return call(self)

    # One session for all tests: a new one reads the descriptions of the AWS services again, for half a second.
    with mock_aws(config={"core": {"reset_boto3_session": False, "mock_credentials": False}}):
        monkeypatch.setattr(DynamoHandler, "call_action", atomic)
        environment = {
            **provision(),
            "LOCAL_CALLER": "true",
            "CURSOR_KEY": "a key for tests",
            "COMMENTER_KEY": "another key for tests",
            "CDN_BASE_URL": "https://cdn.test",
            "CDN_DISTRIBUTION_ID": make_distribution(),
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        process_container.cache_clear()
        yield environment
        container = process_container()
        if Container.activity_recorder.is_built(container):
            container.activity_recorder.finish(timedelta(seconds=10))  # its threads must not outlive the mock
    process_container.cache_clear()


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

import pytest
from creator_search.bootstrap.process import process_container
from fastapi.testclient import TestClient

from infra.local.gateway import compose
from tests.local_client import local_client


@pytest.fixture
def api(aws: dict[str, str]) -> TestClient:
    """The composed API over the container of the process."""
    return local_client(compose(process_container()))

import pytest
from creator_search.bootstrap.process import process_container
from fastapi.testclient import TestClient

from infra.local.gateway import compose


@pytest.fixture
def api(aws: dict[str, str]) -> TestClient:
    """The composed API over the container of the process."""
    return TestClient(compose(process_container()), raise_server_exceptions=False)

"""A sandbox whose time stands still, so that two calls give the same counts."""

import pytest

from infra.local.sandbox import creators


@pytest.fixture(autouse=True)
def sandbox_time(monkeypatch: pytest.MonkeyPatch) -> int:
    at = creators.clock()
    monkeypatch.setattr(creators, "clock", lambda: at)
    return at

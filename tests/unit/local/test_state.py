from pathlib import Path

import pytest

from infra.local.state import hold
from infra.local.system import CannotStart, LocalSystem, Ports


def test_a_second_system_does_not_start_with_the_state_of_a_running_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOCAL_STATE", str(tmp_path))
    system = LocalSystem(Ports(api=1, aws=2, cdn=3, sandbox=4))
    running = hold(system.state)
    assert running
    with running, pytest.raises(CannotStart, match="set LOCAL_STATE"):
        system.start()
    assert system.children == {}


def test_state_can_be_used_again_after_its_system_has_stopped(tmp_path: Path) -> None:
    running = hold(tmp_path)
    assert running
    assert hold(tmp_path) is None
    running.close()
    again = hold(tmp_path)
    assert again
    again.close()

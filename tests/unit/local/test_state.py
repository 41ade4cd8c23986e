import socket
import sys
from pathlib import Path

import pytest

from infra.local.ports import CannotStart, Ports
from infra.local.processes import Child, clean_environment, free_port
from infra.local.state import hold
from infra.local.system import LocalSystem


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


def test_a_folder_that_cannot_have_the_state_is_named_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setenv("LOCAL_STATE", str(file))
    system = LocalSystem(Ports(api=1, aws=2, cdn=3, sandbox=4))
    with pytest.raises(CannotStart, match=rf"kept in {file}/sandbox: Not a directory\. .* set LOCAL_STATE"):
        system.start()
    assert system.children == {}


@pytest.mark.parametrize("given", ["abc", "0", "65536", "-1", "٨٠", "8000.0"])
def test_a_port_that_is_none_is_named_with_its_variable(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANDBOX_PORT", given)
    with pytest.raises(CannotStart, match=rf"SANDBOX_PORT={given} is not a port"):
        Ports.chosen()


def test_two_parts_cannot_have_one_port(monkeypatch: pytest.MonkeyPatch) -> None:
    port = str(free_port(0))
    monkeypatch.setenv("API_PORT", port)
    monkeypatch.setenv("AWS_PORT", str(free_port(0)))
    monkeypatch.setenv("CDN_PORT", port)
    with pytest.raises(CannotStart, match=f"API_PORT and CDN_PORT are both {port}"):
        Ports.chosen()


def test_a_port_in_use_is_named_with_the_variable_that_changes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("API_PORT", str(port))
        with pytest.raises(CannotStart, match=f"Port {port} is in use: .* set API_PORT"):
            Ports.chosen()


def test_state_is_held_until_the_process_that_saves_it_has_ended(tmp_path: Path) -> None:
    running = hold(tmp_path)
    assert running
    command = [sys.executable, "-c", "import time; time.sleep(600)"]
    saving = Child("aws", command, clean_environment(), tmp_path / "aws.log", inherited=(running.fileno(),))
    saving.start()
    try:
        running.close()  # as if its system was killed
        assert hold(tmp_path) is None
    finally:
        saving.stop()
        saving.join(20)
    again = hold(tmp_path)
    assert again
    again.close()


def test_state_can_be_used_again_after_its_system_has_stopped(tmp_path: Path) -> None:
    running = hold(tmp_path)
    assert running
    assert hold(tmp_path) is None
    running.close()
    again = hold(tmp_path)
    assert again
    again.close()

"""The commands that watch the system, against a server with given answers, and the command that reads logs."""

import json
import os
import pty
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from creator_search_client import Client
from typer.testing import CliRunner, Result

from infra.cli import output
from infra.cli.main import app
from infra.cli.watching import follow
from infra.local.processes import free_port
from tests.answering import Answer, answering

HEALTH = {
    "status": "degraded",
    "health_score": 74,
    "services": {
        "database": {"status": "healthy", "latency_ms": 3.4, "breaker": "closed", "detail": None},
        "upstream_api": {
            "status": "degraded",
            "latency_ms": None,
            "breaker": "open",
            "detail": {"decodo-profile": "open", "note": "[red]\u001b[31mnot markup"},
        },
        "from_a_later_version": "fine",
    },
    "alerts": [
        {"name": "QueueDepth", "severity": "warning", "value": 120, "threshold": 100, "since": "2026-01-31T12:00:00Z"}
    ],
    "version": "0.1.0",
}
SNAPSHOT: dict[str, Any] = {
    "health_score": 74,
    "requests": {"per_minute": 12.5, "p95_ms": 40},
    "queues": {"profile-high": {"waiting": 3, "oldest_age_seconds": 4}, "profile-low": {"waiting": 0}},
    "breakers": [{"name": "decodo-profile", "state": "open"}],
    "alerts": HEALTH["alerts"],
}


def event(data: object) -> str:
    return f"data: {json.dumps(data)}\n\n"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def nowhere() -> str:
    return f"http://127.0.0.1:{free_port(0)}"


@pytest.mark.parametrize(("status", "http", "code"), [("healthy", 200, 0), ("degraded", 200, 0), ("unhealthy", 503, 1)])
def test_health_exits_with_1_only_if_the_system_is_unhealthy(status: str, http: int, code: int) -> None:
    with answering(health=[Answer(http, {**HEALTH, "status": status})]) as server:
        assert run("health", "--api", server.url).exit_code == code
        as_json = run("health", "--json", "--api", server.url)
    assert as_json.exit_code == code and json.loads(as_json.stdout)["status"] == status


def test_health_shows_the_services_and_the_alerts_as_text() -> None:
    with answering(health=[Answer(200, HEALTH)]) as server:
        # In a process, because a console reads its width when it is made.
        shown = subprocess.run(
            [Path(sys.executable).with_name("creator-search"), "health", "--api", server.url],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "COLUMNS": "200"},
        ).stdout
    assert "degraded · score 74 · version 0.1.0" in shown
    assert "3 ms" in shown and "decodo-profile: open" in shown and "fine" in shown
    assert "[red]\N{REPLACEMENT CHARACTER}[31mnot markup" in shown
    assert "warning alert QueueDepth: 120 (threshold 100) since 2026-01-31T12:00:00Z" in shown


def test_health_shows_a_document_with_only_a_status() -> None:
    with answering(health=[Answer(200, {"status": "healthy", "services": None, "alerts": [None]})]) as server:
        shown = run("health", "--api", server.url)
    assert shown.exit_code == 0 and "healthy · score - · version -" in shown.stdout


@pytest.mark.parametrize("command", [("health",), ("watch", "--once")])
def test_a_system_that_cannot_be_reached_is_exit_code_2(command: tuple[str, ...]) -> None:
    done = run(*command, "--api", nowhere())
    assert done.exit_code == 2 and "No answer from" in done.stderr
    as_json = run(*command, "--json", "--api", nowhere())
    assert as_json.exit_code == 2 and json.loads(as_json.stdout)["success"] is False


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (Answer(401, {"error": "Refused"}), "Refused: set CREATOR_SEARCH_TOKEN or CREATOR_SEARCH_API_KEY to one\n"),
        (Answer(500, {"error": "An internal error", "request_id": "r1"}), "An internal error (request r1)\n"),
        (Answer(404, {"error": "There is none"}), "There is none\n"),
    ],
)
def test_an_error_says_what_to_do(answer: Answer, shown: str) -> None:
    with answering(health=[answer]) as server:
        assert run("health", "--api", server.url).stderr == shown


def test_an_api_that_does_not_run_is_named_with_the_command_that_starts_one() -> None:
    api = nowhere()
    assert run("me", "--api", api).stderr == (
        f"No answer from {api}: Connection refused; `make run` starts a local system, --api names another address\n"
    )


@pytest.mark.parametrize("json_option", [(), ("--json",)])
def test_output_to_a_full_disk_fails_with_one_line(json_option: tuple[str, ...]) -> None:
    with answering(health=[Answer(200, HEALTH)]) as server, Path("/dev/full").open("w") as full:
        command = [str(Path(sys.executable).with_name("creator-search")), "health", "--api", server.url, *json_option]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (1, "The output cannot be written: No space left on device\n")


def test_a_file_that_cannot_be_written_is_named_with_the_reason(tmp_path: Path) -> None:
    missing = tmp_path / "missing" / "posts.csv"
    assert run("export", "natgeo", "-o", str(missing)).stderr == (
        f"{missing} cannot be written: No such file or directory\n"
    )
    assert run("export", "natgeo", "-o", str(tmp_path)).stderr == f"{tmp_path} cannot be written: it is a folder\n"


def test_a_request_that_is_not_completed_in_time_says_how_to_go_on() -> None:
    asked = Answer(body={"data": {"message": "Profile ada added"}})
    waits = Answer(body={"data": {"status": "pending", "message": "Profile ada is waiting in the queue"}})
    with answering(request=[asked], status=[waits]) as server:
        done = run("request", "ada", "--wait", "--timeout", "0", "--api", server.url)
        assert run("status", "ada", "--api", server.url).stdout == "Profile ada is waiting in the queue\n  pending\n"
    assert (done.exit_code, done.stdout) == (2, "Profile ada added\n  pending\n")
    assert done.stderr == "Not completed after 0 s; the work goes on: creator-search status ada\n"


def test_notes_are_shown_one_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    output.show_document({"notes": ["The first, a sentence", "The second"], "none": {"notes": []}, "rate": 1.5})
    assert capsys.readouterr().out == (
        "notes  The first, a sentence\n       The second\nrate   1.5\n\nnone\nnotes  -\n"
    )


def test_a_server_that_is_no_creator_search_is_not_healthy() -> None:
    with answering(health=[Answer(200, {"ok": True})]) as server:
        assert run("health", "--api", server.url).exit_code == 2


def test_watch_once_prints_one_snapshot() -> None:
    with answering(metrics=[Answer(events=[": open\n\n", event(SNAPSHOT), event({})], stays=True)]) as server:
        shown = run("watch", "--once", "--api", server.url)
        as_json = run("watch", "--once", "--json", "--api", server.url)
    assert shown.exit_code == 0
    for text in ("warning alert QueueDepth", "health_score 74", "per_minute 12.5", "profile-high", "decodo-profile"):
        assert text in shown.stdout
    assert [json.loads(line) for line in as_json.stdout.splitlines()] == [SNAPSHOT]


def test_tables_that_are_piped_show_whole_names_and_figures() -> None:
    row = {f"figure_{number}": 1234.5 for number in range(9)}
    snapshot = {"success": True, "data": {"operations": {"get_similar_profiles_fast": row}}}
    with answering(metrics=[Answer(events=[event(snapshot)])]) as server:
        shown = run("watch", "--once", "--api", server.url).stdout
    assert "get_similar_profiles_fast" in shown and shown.count("1234.5") == len(row)


def test_a_snapshot_of_an_unknown_form_is_shown() -> None:
    strange = {"success": True, "data": {"a": None, "b": [1, "[bold]x"], "c": {"d": {"e": {"f": [True]}}}, "g": []}}
    with answering(metrics=[Answer(events=[event(strange)])]) as server:
        shown = run("watch", "--once", "--api", server.url)
    assert shown.exit_code == 0 and "[bold]x" in shown.stdout and "f: yes" in shown.stdout


def test_watch_connects_again_and_pauses_longer_while_there_is_no_snapshot() -> None:
    answers = [
        Answer(events=[event({"n": 1}), event({"n": 2})]),
        Answer(503, {"success": False, "error": "Try later"}),
        Answer(events=["data: not json\n\n", event({"stream_completed": False, "error_code": "TIME_LIMIT"})]),
        Answer(events=[event({"n": 3})]),
    ]
    pauses: list[float] = []
    reasons: list[str] = []
    with answering(metrics=answers) as server:
        snapshots = follow(Client(server.url).snapshots, pauses.append, reasons.append)
        assert [next(snapshots)["n"] for _ in range(3)] == [1, 2, 3]
    assert pauses == [0.5, 1, 2]
    assert reasons == ["The stream ended", "Try later", "The stream ended"]


def test_watch_connects_again_to_a_server_that_was_away() -> None:
    port_is_closed = Client(nowhere())
    pauses: list[float] = []
    with answering(metrics=[Answer(events=[event({"n": 1})])]) as server:
        clients = iter([port_is_closed, port_is_closed, Client(server.url)])
        snapshots = follow(lambda: next(clients).snapshots(), pauses.append, lambda _: None)
        assert next(snapshots) == {"n": 1}
    assert pauses == [0.5, 1]


def test_watch_ends_when_the_api_refuses() -> None:
    with answering(metrics=[Answer(401, {"success": False, "error": "Sign in"})]) as server:
        done = run("watch", "--json", "--api", server.url)
    assert done.exit_code == 1 and json.loads(done.stdout)["error"] == "Sign in"


def heed_ctrl_c() -> None:
    """Undo that a shell lets the commands that it starts in the background ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_ctrl_c_ends_watch_with_0() -> None:
    with answering(metrics=[Answer(events=[event({"n": 1})], stays=True)]) as server:
        process = subprocess.Popen(
            [Path(sys.executable).with_name("creator-search"), "watch", "--json", "--api", server.url],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=heed_ctrl_c,
        )
        assert process.stdout is not None
        assert json.loads(process.stdout.readline()) == {"n": 1}
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=300)
    assert (process.returncode, rest, errors) == (0, "", "")


def test_watch_in_a_terminal_shows_the_newest_snapshot_until_ctrl_c() -> None:
    snapshots = [event(SNAPSHOT), event({"queues": {"profile-high": {"waiting": 41}}})]
    ours, theirs = pty.openpty()
    with answering(metrics=[Answer(events=snapshots), Answer(503, {"error": "Away"})]) as server:
        process = subprocess.Popen(
            [Path(sys.executable).with_name("creator-search"), "watch", "--api", server.url],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, "TERM": "xterm", "COLUMNS": "120", "LINES": "40"},
            preexec_fn=heed_ctrl_c,
        )
        os.close(theirs)
        shown = ""
        while "41" not in shown or "Away; connecting again" not in shown:
            shown += os.read(ours, 65536).decode(errors="replace")
        process.send_signal(signal.SIGINT)
        with suppress(OSError):  # the end of the terminal
            while rest := os.read(ours, 65536):
                shown += rest.decode(errors="replace")
        assert process.wait(30) == 0
    os.close(ours)
    assert "Traceback" not in shown and "per_minute" in shown


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state of a local system with the logs of three processes, whose lines are of other time zones and formats."""
    monkeypatch.setenv("LOCAL_STATE", str(tmp_path))
    logs = tmp_path / "sandbox" / "logs"
    logs.mkdir(parents=True)
    wanted = {"level": "INFO", "request_id": "wanted"}

    def write(process: str, *lines: object) -> None:
        texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        (logs / f"{process}.log").write_text("\n".join(texts) + "\n")

    write(
        "process_profiles-profile-high",
        {**wanted, "timestamp": "2026-01-31 13:00:00,250+0100", "message": "second", "username": "ada"},
        {**wanted, "timestamp": "2026-01-31T12:00:02.000+00:00", "message": "fourth", "outcome": "two words\u001b[31m"},
        "-- process_profiles-profile-high ended with -9; restarting it",
        '{"request_id": "wanted", "message": "cut o',
    )
    write(
        "api",
        {**wanted, "timestamp": "2026-01-31T12:00:00.100+00:00", "message": "first", "status": 200},
        {**wanted, "timestamp": "2026-01-31T12:00:00.100+00:00", "message": "another", "request_id": "wanted-not"},
        "plain text about wanted",
    )
    write("analyze_posts-analysis", {**wanted, "timestamp": "2026-01-31T07:00:01.000-05:00", "message": "third"})
    return tmp_path


@pytest.mark.usefixtures("state")
def test_logs_shows_the_lines_of_all_processes_in_order_of_time() -> None:
    done = run("logs", "wanted")
    assert done.exit_code == 0
    assert [line.split() for line in done.stdout.splitlines()] == [
        ["2026-01-31T12:00:00.100Z", "api", "INFO", "first", "status=200"],
        ["2026-01-31T12:00:00.250Z", "process_profiles-profile-high", "INFO", "second", "username=ada"],
        ["2026-01-31T12:00:01.000Z", "analyze_posts-analysis", "INFO", "third"],
        [
            "2026-01-31T12:00:02.000Z",
            "process_profiles-profile-high",
            "INFO",
            "fourth",
            'outcome="two',
            'words\\u001b[31m"',
        ],
    ]


def test_logs_shows_the_metrics_of_an_answer_as_its_access_log_and_no_other_metrics(state: Path) -> None:
    metrics = {"_aws": {"Timestamp": 1769860800100, "CloudWatchMetrics": []}, "request_id": "answered"}
    answer = {**metrics, "method": "GET", "path": "/docs", "status": 200, "RequestSeconds": [0.25]}
    with (state / "sandbox" / "logs" / "api.log").open("a") as log:
        log.write(f"{json.dumps(answer)}\n{json.dumps({**metrics, 'StoreSeconds': [0.1]})}\n")
    assert run("logs", "answered").stdout.split() == [
        *("2026-01-31T12:00:00.100Z", "api", "INFO", "request", "answered"),
        *("method=GET", "path=/docs", "status=200", "seconds=0.25"),
    ]


@pytest.mark.usefixtures("state")
def test_logs_prints_the_lines_as_json() -> None:
    found = json.loads(run("logs", "wanted", "--json").stdout)
    assert [(line["process"], line["message"]) for line in found] == [
        ("api", "first"),
        ("process_profiles-profile-high", "second"),
        ("analyze_posts-analysis", "third"),
        ("process_profiles-profile-high", "fourth"),
    ]


def test_logs_says_in_one_line_that_there_is_nothing(state: Path) -> None:
    done = run("logs", "unknown")
    assert done.exit_code == 1 and done.stdout == ""
    assert done.stderr.splitlines() == [f"No log line of request unknown in {state}"]
    as_json = run("logs", "unknown", "--json")
    assert as_json.exit_code == 1 and json.loads(as_json.stdout)["success"] is False

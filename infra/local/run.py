"""What `make run` does: starts the system, runs the main job for a sample creator, then serves until Ctrl-C."""

import argparse
import os
import shlex
import signal
import threading

import boto3
from creator_search.adapters.dynamodb.schema.profiles import PROFILE_ITEM
from creator_search.catalogue import Table
from creator_search_client import Client, ClientError
from rich.console import Console
from rich.text import Text

from infra import console
from infra.cli.creators import show_change, show_profile, show_similar
from infra.local.ports import CannotStart, Ports
from infra.local.processes import is_healthy, wait_until
from infra.local.system import LocalSystem

SAMPLE_CREATOR = "natgeo"
MAIN_JOB_SECONDS = 600
out = Console(highlight=False, soft_wrap=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make run ARGS=")
    parser.add_argument("--once", action="store_true", help="end after the main job")
    parser.add_argument(
        "--creator", default=os.environ.get("SAMPLE_CREATOR", SAMPLE_CREATOR), help="the creator of the main job"
    )
    parser.add_argument("--no-sample", action="store_true", help="serve without running the main job")
    arguments = parser.parse_args()
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: _interrupt(stopped))
    try:
        system = LocalSystem(Ports.chosen(), lambda line: out.print(Text(line, style="yellow")))
    except CannotStart as error:
        out.print(Text(str(error), style="red"))
        return 2
    try:
        return _run(system, arguments, stopped)
    except CannotStart as error:
        out.print(Text(str(error), style="red"))
        return 2
    except TimeoutError as error:
        _print_error(str(error), system)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if system.children:
            out.print("Stopping…")
        system.stop()


def _interrupt(stopped: threading.Event) -> None:
    if stopped.is_set():
        return
    stopped.set()
    raise KeyboardInterrupt


def _run(system: LocalSystem, arguments: argparse.Namespace, stopped: threading.Event) -> int:
    with out.status("Starting the AWS stand-in, the API, the workers, the schedules and the CDN…"):
        system.start()
        wait_until(lambda: is_healthy(f"{system.api}/openapi.json"), "the API")
    _print_addresses(system)
    code = 0 if arguments.no_sample else _main_job(system, arguments.creator, is_serving=not arguments.once)
    if arguments.once:
        return code
    out.print("\nServing. Ctrl-C stops the system; its state is kept.")
    try:
        while not stopped.wait(3600):
            pass
    except KeyboardInterrupt:
        pass
    return 0


def _print_error(text: str, system: LocalSystem) -> None:
    out.print(Text.assemble((text, "red"), f"; the logs are in {system.logs}"))


def _print_addresses(system: LocalSystem) -> None:
    if console.is_built():
        out.print(f"Console   {system.api}/")
    out.print(f"API       {system.api}   docs: {system.api}/docs")
    out.print(f"AWS       {system.aws}   tables, queues and bucket as the stack declares them")
    out.print(f"CDN       {system.cdn}")
    out.print(f"Upstream  {system.sandbox or 'the providers set in the environment'}")
    out.print(f"State     {system.state}")
    for line in system.missing():
        out.print(f"[yellow]Missing   {line}[/yellow]")
    out.print("[dim]Not included: CloudFront's edge caches, API Gateway's throttling, and IAM.[/dim]")


def _main_job(system: LocalSystem, creator: str, *, is_serving: bool) -> int:
    """Process the sample creator through the HIGH queue and show the progress. Returns 0 if it completed."""
    client = Client(system.api)
    _forget(creator)
    out.print(f"\n[bold]Main job[/bold]: request @{creator} (HIGH queue)")
    try:
        asked = client.request(creator, source="frontend").data
        out.print(f"  {asked['message']} · request {asked.get('request_id', '-')}")
        last = client.wait(creator, timeout=MAIN_JOB_SECONDS, on_change=show_change).data
        if last["status"] != "completed":
            why = last.get("error_message") or f"the status is {last['status']}"
            _print_error(f"@{creator} was not processed: {why}", system)
            return 1
        show_profile(client.profile(creator))
        show_similar(client.similar(creator, limit=5))
    except ClientError as error:
        _print_error(f"@{creator} was not processed: {error}", system)
        return 1
    _print_next(system, creator, asked.get("request_id"), is_serving=is_serving)
    return 0


def _print_next(system: LocalSystem, creator: str, request_id: str | None, *, is_serving: bool) -> None:
    commands = []
    if is_serving:
        commands += [
            f"curl {system.api}/api/profile/{creator}",
            f"curl '{system.api}/api/profile/{creator}/similar-fast?limit=5'",
            f".venv/bin/creator-search request another.name --wait --api {system.api}",
        ]
    if request_id:
        folder = os.environ.get("LOCAL_STATE")
        variable = f"LOCAL_STATE={shlex.quote(folder)} " if folder else ""
        commands.append(f"{variable}.venv/bin/creator-search logs {request_id}")
    for number, command in enumerate(commands):
        out.print(f"\nTry   {command}" if number == 0 else f"      {command}", markup=False)


def _forget(creator: str) -> None:
    """Delete the sample's rows: state is kept between runs, and a stored profile would not be built again."""
    dynamodb = boto3.client("dynamodb")
    key = {"username": {"S": creator.strip().lstrip("@").lower()}}
    dynamodb.delete_item(TableName=Table.PROFILES, Key={**key, "item": {"S": PROFILE_ITEM}})
    dynamodb.delete_item(TableName=Table.JOBS, Key=key)
    dynamodb.delete_item(TableName=Table.SIMILAR, Key=key)

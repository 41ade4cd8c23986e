"""`make rehearse`: `cdk deploy` of the synthesised stack onto the AWS stand-in, with IAM enforced, and requests through
its API Gateway, Lambda functions and SQS event sources. Then a second deployment, of a changed shared layer.

What it does not prove is printed at the end.
"""

import argparse
import json
import shutil
import ssl
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import boto3
import httpx
from creator_search_client import Client
from rich.console import Console

from infra.constructs.packaging import SHARED
from infra.local.processes import Child, clean_environment, free_port, is_healthy, python, wait_until
from infra.local.sandbox.app import DECODO_TOKEN, RAPIDAPI_KEY
from infra.toolkit import ROOT, cdk, environment

STACK = "CreatorSearch-rehearsal"
ACCOUNT, REGION = "000000000000", "us-east-1"
JOB_SECONDS = 60
NOT_PROVEN = (
    "arm64 and Python 3.13 (the layers were built for this machine), SnapStart, the container image of the worker that "
    "analyzes captions, the order of CloudFormation's updates, CloudFront's edges and origin access control, response "
    "compression by API Gateway, streaming through the web adapter, throttling, WAF, and the monitoring "
    "stack, which is not deployed: the stand-in has no alarms on metric math and no anomaly detection of costs"
)
# The error text that the second deployment changes.
USERNAMES = SHARED / "creator_search" / "domain" / "usernames.py"
TOO_LONG = "Username too long"
TOO_LONG_CHANGED = "Username too long, says the second deployment"
out = Console(highlight=False, soft_wrap=True)


class Rehearsal:
    def __init__(self, folder: Path, *, enforce_iam: bool) -> None:
        self._folder = folder
        self._enforce_iam = enforce_iam
        self._aws_port, self._sandbox_port = free_port(4567), free_port(8003)
        # HTTPS, because the bucket policies deny plain HTTP.
        self.aws = f"https://127.0.0.1:{self._aws_port}"
        self.certificate = folder / "ministack-tls" / "server.crt"
        self._sandbox = f"http://127.0.0.1:{self._sandbox_port}"
        self._children: list[Child] = []
        self._sources = folder / "sources"
        self._credentials = {
            "AWS_ENDPOINT_URL": self.aws,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_CA_BUNDLE": str(self.certificate),
            "NODE_EXTRA_CA_CERTS": str(self.certificate),
        }

    @property
    def tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.certificate))

    def start(self) -> None:
        for part in ("layers", "functions"):
            shutil.copytree(ROOT / part, self._sources / part, ignore=shutil.ignore_patterns("__pycache__"))
        stand_in = str(ROOT / ".venv-aws" / "bin" / "python")
        settings = {
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self._aws_port),
            "MINISTACK_HOST": "127.0.0.1",
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "USE_SSL": "1",
            "TMPDIR": str(self._folder),  # the folder in which the stand-in writes its certificate
            "AUTH": "true" if self._enforce_iam else "false",
            "STATE_DIR": str(self._folder / "aws"),
            "S3_DATA_DIR": str(self._folder / "s3"),
            "LOG_LEVEL": "INFO",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }
        self._child("aws", [stand_in, "-m", "ministack"], clean_environment(**settings))
        self._child(
            "sandbox",
            python("infra.local.sandbox.app", "--port", str(self._sandbox_port)),
            clean_environment(),
        )
        wait_until(self.certificate.exists, "the AWS stand-in's certificate (it needs the openssl command)")
        wait_until(lambda: is_healthy(f"{self.aws}/_localstack/health", self.tls), "the AWS stand-in")
        wait_until(lambda: is_healthy(f"{self._sandbox}/_calls"), "the sandbox upstream")

    def _child(self, name: str, command: list[str], environ: dict[str, str]) -> None:
        child = Child(name, command, environ, self._folder / f"{name}.log", cwd=ROOT)
        child.start()
        self._children.append(child)

    def stop(self) -> None:
        for child in self._children:
            child.stop()
        for child in self._children:
            child.join(15)

    def change(self, file: Path, before: str, after: str) -> None:
        """Replace one occurrence of a text in the copy of the sources that `deploy` uses."""
        copy = self._sources / file
        text = copy.read_text()
        assert text.count(before) == 1, f"{before!r} occurs {text.count(before)} times in {file}"
        copy.write_text(text.replace(before, after))

    def live_versions(self) -> dict[str, str]:
        """Return the version to which the alias `live` of every function refers."""
        client = self.client("lambda")
        names = [
            f["FunctionName"] for page in client.get_paginator("list_functions").paginate() for f in page["Functions"]
        ]
        aliases = {name: client.list_aliases(FunctionName=name)["Aliases"] for name in names}
        return {name: a["FunctionVersion"] for name, found in aliases.items() for a in found if a["Name"] == "live"}

    def bootstrap(self) -> None:
        self._cdk("bootstrap", f"aws://{ACCOUNT}/{REGION}")

    def deploy(self) -> dict[str, str]:
        """Deploy; return the stack's outputs. Raises RuntimeError if the CDK fails."""
        outputs = self._folder / "outputs.json"
        self._cdk("deploy", STACK, "--require-approval", "never", "--outputs-file", str(outputs))
        found: dict[str, str] = json.loads(outputs.read_text())[STACK]
        return found

    def _cdk(self, *arguments: str) -> None:
        environ = environment(
            **clean_environment(**self._credentials),
            DECODO_BASE_URL=f"{self._sandbox}/decodo",
            RAPIDAPI_BASE_URL=f"{self._sandbox}/rapidapi",
            IMAGE_HOST_ALLOWLIST=f"127.0.0.1:{self._sandbox_port}",
        )
        context = {"stage": "rehearsal", "rehearsal": "true", "sources": str(self._sources)}
        options = [option for key, value in context.items() for option in ("-c", f"{key}={value}")]
        if cdk(["--ci", *arguments, "--output", str(self._folder / "cdk.out"), *options], environ):
            raise RuntimeError(f"cdk {arguments[0]} failed; logs in {self._folder}")

    def print_problems(self) -> None:
        """Print warnings and errors that the functions logged."""
        try:
            logs = self.client("logs")
            for group in logs.describe_log_groups()["logGroups"]:
                for event in logs.filter_log_events(logGroupName=group["logGroupName"])["events"]:
                    if any(word in event["message"] for word in ("ERROR", "WARNING", "Traceback", "Error")):
                        out.print(f"{group['logGroupName']}: {event['message'][:1500]}", markup=False)
        except Exception as error:
            out.print(f"(the functions' logs cannot be read: {error!r})")

    def client(self, service: str) -> Any:
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.aws,
            verify=str(self.certificate),
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - the stand-in's own
        )


def check_contract(rehearsal: Rehearsal, api: str, outputs: Mapping[str, str]) -> None:
    """Run the checks. Raises AssertionError or ClientError at the first answer that differs from the contract."""
    keys = json.dumps({"DECODO_API_KEY": DECODO_TOKEN, "RAPIDAPI_KEY": RAPIDAPI_KEY})
    rehearsal.client("secretsmanager").put_secret_value(SecretId=outputs["UpstreamKeysSecret"], SecretString=keys)
    client = Client(api, verify=rehearsal.tls, timeout=60)
    web = httpx.Client(base_url=api, verify=rehearsal.tls, timeout=60)
    _step("The OpenAPI document and the docs answer through API Gateway")
    assert web.get("/openapi.json").json()["openapi"].startswith("3.1")
    assert "swagger" in web.get("/docs").text.lower()
    _step("A request is queued, and SQS invokes the worker")
    asked = client.request("ada.lopez", source="frontend").data
    assert asked["queued"] and asked["priority"] == "HIGH", asked
    last = client.wait("ada.lopez", timeout=JOB_SECONDS, on_change=lambda d: out.print(f"    {d['status']}")).data
    assert last["status"] == "completed" and last["profile_type"] == "primary", last
    read = client.profile("ada.lopez").data
    assert read["meta"]["cache_hit"] and read["profile"]["followers"] > 0, read
    _step("Similar profiles are read from the cache, which the job filled, and their images from the bucket")
    similar = client.similar("ada.lopez", limit=5)
    assert similar.message == "Found 5 similar profiles (cached)", similar.message
    key = str(similar.data[0]["profile_image_url"]).split("/", 3)[3].split("?")[0]
    image = rehearsal.client("s3").get_object(Bucket=outputs["ImagesBucket"], Key=key)["Body"].read()
    assert image.startswith(b"\xff\xd8"), "not a JPEG"
    _step(
        "Posts, analytics, search, similar creators, export and streams answer with the permissions of their functions"
    )
    first = web.get("/api/profile/ada.lopez/posts?limit=5").json()
    second = web.get("/api/profile/ada.lopez/posts", params={"limit": 5, "cursor": first["meta"]["next_cursor"]}).json()
    assert len({p["shortcode"] for p in (*first["posts"], *second["posts"])}) == 10, second
    for days in (30, 90):
        assert web.get(f"/api/profile/ada.lopez/analytics?days={days}").json()["days"] == days
    assert web.get("/api/creators/search?q=ada").json()["data"][0]["username"] == "ada.lopez"
    assert len(web.get("/api/profile/ada.lopez/similar?limit=5").json()["data"]) == 5
    assert web.get("/api/profile/ada.lopez/export?format=json").json()["posts"]
    streamed = web.get("/api/profile/gita.novak/posts?stream=true").text
    assert '"stream_completed":true' in streamed, streamed[-500:]
    _step("A message on the low queue creates a secondary profile; one that is not JSON goes to the dead-letter queue")
    sqs = rehearsal.client("sqs")
    sqs.send_message(QueueUrl=outputs["QueueProfileLowUrl"], MessageBody='{"username": "ben_kaya"}')
    sqs.send_message(QueueUrl=outputs["QueueProfileLowUrl"], MessageBody="not json")
    _until(lambda: client.status("ben_kaya").data.get("profile_type") == "secondary", "the secondary profile")
    letter: list[Any] = []

    def has_letter() -> bool:
        dead = outputs["QueueProfileLowDeadLetterUrl"]
        letter.extend(sqs.receive_message(QueueUrl=dead, MessageAttributeNames=["All"]).get("Messages", []))
        return bool(letter)

    _until(has_letter, "the dead letter")
    assert letter[0]["Body"] == "not json" and letter[0]["MessageAttributes"]["reason"], letter
    _step("A creator is erased")
    assert web.delete("/api/profile/ada.lopez/data").status_code == 202
    _until(lambda: client.status("ada.lopez").data["status"] == "not_found", "the creator to be erased")
    # The function that reads keeps a document in its memory for up to a minute.
    _until(lambda: web.get("/api/profile/ada.lopez").status_code == 404, "the profile to be gone")
    _step("Queue status, cache statistics and cache clearing answer with the permissions of their functions")
    assert client.queue().data["total_pending"] == 0
    client.similar("hugo.kaya", limit=5)
    assert web.get("/api/similar-cache/stats").json()["data"]["entries"] >= 1
    cleared = web.delete("/api/profile/hugo.kaya/similar-cache").json()
    assert cleared["message"] == "Cache cleared for @hugo.kaya", cleared
    swept = web.post("/api/viral-ideas/process-pending?redrive=true").json()
    assert swept["success"], swept


def check_second_deployment(rehearsal: Rehearsal, api: str) -> None:
    """Deploy a changed layer. Raises AssertionError if a function still runs the first deployment's layer."""
    _step("A changed line of the shared layer is deployed")
    too_long = f"/api/profile/{'a' * 31}/status"
    web = httpx.Client(base_url=api, verify=rehearsal.tls, timeout=60)
    before, first = web.get(too_long).json()["error"], rehearsal.live_versions()
    rehearsal.change(USERNAMES, TOO_LONG, TOO_LONG_CHANGED)
    rehearsal.deploy()
    _step("Every alias points at a new version, and the API answers with the change")
    second = rehearsal.live_versions()
    assert set(second) == set(first), (first, second)
    unchanged = [name for name in first if first[name] == second[name]]
    assert not unchanged, f"no new version of {unchanged}"
    after = web.get(too_long).json()["error"]
    assert after == before.replace(TOO_LONG, TOO_LONG_CHANGED) != before, [before, after]


def _step(text: str) -> None:
    out.print(f"  [green]·[/green] {time.strftime('%H:%M:%S')} {text}")


def _until(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + JOB_SECONDS
    while not condition():
        assert time.monotonic() < end, f"waited {JOB_SECONDS} s for {what}"
        time.sleep(0.5)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make rehearse ARGS=")
    parser.add_argument("--no-iam", action="store_true", help="do not enforce IAM permissions")
    parser.add_argument(
        "--keep", action="store_true", help="keep the folder with the logs even if the rehearsal passes"
    )
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="creator-search-rehearsal-"))
    rehearsal = Rehearsal(folder, enforce_iam=not arguments.no_iam)
    try:
        out.print("Starting the AWS stand-in and the sandbox upstream…")
        rehearsal.start()
        rehearsal.bootstrap()
        outputs = rehearsal.deploy()
        api_id = outputs["ApiUrl"].split("//", 1)[1].split(".", 1)[0]
        api = f"{rehearsal.aws}/_aws/execute-api/{api_id}/live"
        out.print("Deployed. Checks:")
        check_contract(rehearsal, api, outputs)
        check_second_deployment(rehearsal, api)
    except Exception as error:
        out.print(f"[red]The rehearsal failed: {error!r}[/red]; logs in {folder}")
        rehearsal.print_problems()
        return 1
    finally:
        rehearsal.stop()
    if not arguments.keep:
        shutil.rmtree(folder, ignore_errors=True)
    not_proven = f"IAM permissions, {NOT_PROVEN}" if arguments.no_iam else NOT_PROVEN
    out.print(f"The rehearsal passed. It does not test: {not_proven}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

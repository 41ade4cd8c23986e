"""`make rehearse`: the real synthesised stack, the real `cdk deploy`, onto the AWS stand-in, and the main job through
its API Gateway, its Lambdas and its SQS event sources, with IAM enforced.

What this cannot prove is printed at its end.
"""

import argparse
import json
import ssl
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import boto3
import httpx
from rich.console import Console

from infra.cli.client import Client
from infra.local.processes import Child, clean_environment, free_port, is_healthy, python, wait_until
from infra.local.sandbox.app import DECODO_TOKEN, RAPIDAPI_KEY
from infra.toolkit import ROOT, cdk, environment

STACK = "CreatorSearch-rehearsal"
ACCOUNT, REGION = "000000000000", "us-east-1"
JOB_SECONDS = 60
NOT_PROVEN = (
    "arm64 and Python 3.13 (the layers were built for this machine), SnapStart, CloudFront's edges and origin access "
    "control, response compression by API Gateway, streaming through the web adapter, throttling and WAF"
)
out = Console(highlight=False, soft_wrap=True)


class Rehearsal:
    def __init__(self, folder: Path, *, enforce_iam: bool) -> None:
        self._folder = folder
        self._enforce_iam = enforce_iam
        self._aws_port, self._sandbox_port = free_port(4567), free_port(8003)
        # HTTPS, because the buckets refuse anything else.
        self.aws = f"https://127.0.0.1:{self._aws_port}"
        self.certificate = folder / "ministack-tls" / "server.crt"
        self._sandbox = f"http://127.0.0.1:{self._sandbox_port}"
        self._children: list[Child] = []
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
        stand_in = str(ROOT / ".venv-aws" / "bin" / "python")
        settings = {
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self._aws_port),
            "MINISTACK_HOST": "127.0.0.1",
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "USE_SSL": "1",
            "TMPDIR": str(self._folder),  # where it makes its certificate
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

    def deploy(self) -> dict[str, str]:
        """The stack's outputs. Raises RuntimeError when the CDK fails."""
        environ = environment(
            **clean_environment(**self._credentials),
            DECODO_BASE_URL=f"{self._sandbox}/decodo",
            RAPIDAPI_BASE_URL=f"{self._sandbox}/rapidapi",
            IMAGE_HOST_ALLOWLIST=f"127.0.0.1:{self._sandbox_port}",
        )
        outputs = self._folder / "outputs.json"
        assembly = ["--output", str(self._folder / "cdk.out"), "-c", "stage=rehearsal", "-c", "rehearsal=true"]
        self._cdk(["bootstrap", f"aws://{ACCOUNT}/{REGION}", *assembly], environ)
        self._cdk(["deploy", STACK, "--require-approval", "never", "--outputs-file", str(outputs), *assembly], environ)
        found: dict[str, str] = json.loads(outputs.read_text())[STACK]
        return found

    def _cdk(self, arguments: list[str], environ: dict[str, str]) -> None:
        if cdk(["--ci", *arguments], environ):
            raise RuntimeError(f"cdk {arguments[0]} failed; logs in {self._folder}")

    def print_troubles(self) -> None:
        """What the functions logged as warnings and errors."""
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


def walk(rehearsal: Rehearsal, outputs: dict[str, str]) -> None:
    """Raises AssertionError or ApiError at the first thing that is not as the contract says."""
    keys = json.dumps({"DECODO_API_KEY": DECODO_TOKEN, "RAPIDAPI_KEY": RAPIDAPI_KEY})
    rehearsal.client("secretsmanager").put_secret_value(SecretId=outputs["UpstreamKeysSecret"], SecretString=keys)
    api_id = outputs["ApiUrl"].split("//", 1)[1].split(".", 1)[0]
    api = f"{rehearsal.aws}/_aws/execute-api/{api_id}/live"
    client = Client(api, verify=rehearsal.tls, timeout_seconds=60)
    web = httpx.Client(base_url=api, verify=rehearsal.tls, timeout=60)
    _step("The OpenAPI document and the docs answer through API Gateway")
    assert web.get("/openapi.json").json()["openapi"].startswith("3.1")
    assert "swagger" in web.get("/docs").text.lower()
    _step("A request is queued, and SQS wakes the worker")
    asked = client.request("ada.lopez", "frontend")["data"]
    assert asked["queued"] and asked["priority"] == "HIGH", asked
    last = client.wait("ada.lopez", JOB_SECONDS, lambda d: out.print(f"    {d['status']}"))["data"]
    assert last["status"] == "completed" and last["profile_type"] == "primary", last
    read = client.profile("ada.lopez")
    assert read["meta"]["cache_hit"] and read["profile"]["followers"] > 0, read
    _step("Similar profiles come from the cache that the job filled, their images from the bucket")
    similar = client.similar("ada.lopez", 5, False)
    assert similar["message"] == "Found 5 similar profiles (cached)", similar["message"]
    key = similar["data"][0]["profile_image_url"].split("/", 3)[3].split("?")[0]
    image = rehearsal.client("s3").get_object(Bucket=outputs["ImagesBucket"], Key=key)["Body"].read()
    assert image.startswith(b"\xff\xd8"), "not a JPEG"
    _step("The creator is read in every way, each with its own grants")
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
    _step("A crawler's message makes a secondary profile; one that is none goes to the dead letters")
    sqs = rehearsal.client("sqs")
    sqs.send_message(QueueUrl=outputs["QueueProfileLowUrl"], MessageBody='{"username": "ben_kaya"}')
    sqs.send_message(QueueUrl=outputs["QueueProfileLowUrl"], MessageBody="not json")
    _until(lambda: client.status("ben_kaya")["data"].get("profile_type") == "secondary", "the secondary profile")
    letter: list[Any] = []

    def has_letter() -> bool:
        dead = outputs["QueueProfileLowDeadLetterUrl"]
        letter.extend(sqs.receive_message(QueueUrl=dead, MessageAttributeNames=["All"]).get("Messages", []))
        return bool(letter)

    _until(has_letter, "the dead letter")
    assert letter[0]["Body"] == "not json" and letter[0]["MessageAttributes"]["reason"], letter
    _step("A creator is erased: rows, images, the rows in others' sets")
    assert web.delete("/api/profile/ada.lopez/data").status_code == 202
    _until(lambda: client.status("ada.lopez")["data"]["status"] == "not_found", "the creator to be erased")
    assert web.get("/api/profile/ada.lopez").status_code == 404
    _step("Queue status, statistics and clearing answer with their own grants")
    assert client.queue()["data"]["total_pending"] == 0
    client.similar("hugo.kaya", 5, False)
    assert web.get("/api/similar-cache/stats").json()["data"]["entries"] >= 1
    cleared = web.delete("/api/profile/hugo.kaya/similar-cache").json()
    assert cleared["message"] == "Cache cleared for @hugo.kaya", cleared
    swept = web.post("/api/viral-ideas/process-pending?redrive=true").json()
    assert swept["success"], swept


def _step(text: str) -> None:
    out.print(f"  [green]·[/green] {time.strftime('%H:%M:%S')} {text}")


def _until(condition: Any, what: str) -> None:
    end = time.monotonic() + JOB_SECONDS
    while not condition():
        assert time.monotonic() < end, f"waited {JOB_SECONDS} s for {what}"
        time.sleep(0.5)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make rehearse ARGS=")
    parser.add_argument("--no-iam", action="store_true", help="do not enforce the grants")
    parser.add_argument("--keep", action="store_true", help="keep the folder with the logs")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="creator-search-rehearsal-"))
    rehearsal = Rehearsal(folder, enforce_iam=not arguments.no_iam)
    try:
        out.print("Starting the AWS stand-in and the sandbox upstream…")
        rehearsal.start()
        outputs = rehearsal.deploy()
        out.print("Deployed. The main job:")
        walk(rehearsal, outputs)
    except Exception as error:
        out.print(f"[red]The rehearsal failed: {error!r}[/red]; logs in {folder}")
        rehearsal.print_troubles()
        return 1
    finally:
        rehearsal.stop()
    out.print(f"The rehearsal passed. Not proven by it: {NOT_PROVEN}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The AWS stand-in and the sandbox upstream of a rehearsal, and the deployment onto them."""

import json
import shutil
import ssl
import time
from pathlib import Path
from typing import Any

import boto3
from rich.console import Console

from infra.local.processes import Child, clean_environment, free_port, is_healthy, python, wait_until
from infra.toolkit import ROOT, cdk, environment

STAGE = "production"
"""The stage `production`, whose stacks are protected and whose data remains when they are deleted."""
STACKS = tuple(f"CreatorSearch-{STAGE}{name}" for name in ("", "-workers", "-data"))
ACCOUNT, REGION = "000000000000", "us-east-1"
out = Console(highlight=False, soft_wrap=True)


def step(text: str) -> None:
    out.print(f"  [green]·[/green] {time.strftime('%H:%M:%S')} {text}")


class Rehearsal:
    def __init__(self, folder: Path, *, enforce_iam: bool) -> None:
        self._folder = folder
        self._enforce_iam = enforce_iam
        self._aws_port, self._sandbox_port = free_port(4567), free_port(8003)
        # HTTPS, because the bucket policies deny plain HTTP.
        self.aws = f"https://127.0.0.1:{self._aws_port}"
        self.certificate = folder / "ministack-tls" / "server.crt"
        self.keys_port = free_port(8004)
        """Where the authorizer gets the keys of the user pool (infra/rehearsal/callers.py)."""
        self._sandbox = f"http://127.0.0.1:{self._sandbox_port}"
        self._children: list[Child] = []
        self._clients: dict[str, Any] = {}
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
        wait_until(self.certificate.exists, "the AWS stand-in's certificate")
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
        """Deploy the stacks; return their outputs. Raises RuntimeError if the CDK fails."""
        outputs = self._folder / "outputs.json"
        self._cdk("deploy", *STACKS, "--require-approval", "never", "--outputs-file", str(outputs))
        found: dict[str, dict[str, str]] = json.loads(outputs.read_text())
        return {name: value for stack in found.values() for name, value in stack.items()}

    def destroy(self) -> None:
        """Raises RuntimeError if the CDK fails."""
        self._cdk("destroy", *STACKS, "--force")

    def _cdk(self, *arguments: str) -> None:
        environ = environment(
            **clean_environment(**self._credentials),
            DECODO_BASE_URL=f"{self._sandbox}/decodo",
            RAPIDAPI_BASE_URL=f"{self._sandbox}/rapidapi",
            IMAGE_HOST_ALLOWLIST=f"127.0.0.1:{self._sandbox_port}",
        )
        context = {
            "stage": STAGE,
            "rehearsal": "true",
            "sources": str(self._sources),
            "oidc_jwks_url": f"http://127.0.0.1:{self.keys_port}/jwks.json",
        }
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
        if service not in self._clients:
            self._clients[service] = self._client(service)
        return self._clients[service]

    def _client(self, service: str) -> Any:
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.aws,
            verify=str(self.certificate),
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - the stand-in's own
        )

"""The local system: start, use, stop."""

import hashlib
import json
import os
import queue
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from botocore.exceptions import BotoCoreError, ClientError
from creator_search.catalogue import ISSUER_SETTINGS, PROVIDERS, WORKERS, Secret, caption_models
from creator_search.config import Config
from pydantic import ValidationError

from infra.local.figures import forward_figures
from infra.local.issuer import AUDIENCE, PATH
from infra.local.ports import CannotStart, Ports
from infra.local.processes import (
    GRACE_SECONDS,
    Child,
    answers,
    clean_environment,
    is_healthy,
    python,
    wait_until,
)
from infra.local.resources import delete_secrets, make_distribution, provision, put_secrets
from infra.local.sandbox.app import DECODO_TOKEN, RAPIDAPI_KEY
from infra.local.state import LOGS, hold, state_folder
from infra.toolkit import ROOT

REGION = "us-east-1"
_UPSTREAM_VARIABLES = [name for provider in PROVIDERS for name in (provider.base_url, provider.key)]
_KEYS = (*(provider.key for provider in PROVIDERS), "CURSOR_KEY", "COMMENTER_KEY")
_STAND_IN_PYTHON = Path(".venv-aws") / "bin" / "python"


class LocalSystem:
    """All processes of the system, on loopback. State is kept in `.local` (LOCAL_STATE), separately for each
    upstream.
    """

    def __init__(self, ports: Ports, tell: Callable[[str], None] = lambda _: None) -> None:
        """`tell` receives a line when a process has crashed and is started again."""
        self.ports = ports
        self._tell = tell
        self.api = f"http://127.0.0.1:{ports.api}"
        self.aws = f"http://127.0.0.1:{ports.aws}"
        self.cdn = f"http://127.0.0.1:{ports.cdn}"
        self.sandbox: str | None = None
        self.children: dict[str, Child] = {}
        self.environment: dict[str, str] = {}
        self._figures: queue.Queue[dict[str, Any]] = queue.Queue()
        self._lock: IO[str] | None = None
        upstream = self._upstream()
        name = "sandbox" if self.sandbox else hashlib.sha256(upstream["DECODO_BASE_URL"].encode()).hexdigest()[:8]
        self.state = state_folder() / name
        self.logs = self.state / LOGS
        self._settings = upstream
        self._secrets: dict[Secret, str] = {}

    def _upstream(self) -> dict[str, str]:
        """The settings of the real providers if their variables are set, else of the sandbox."""
        given = {name: os.environ[name] for name in _UPSTREAM_VARIABLES if os.environ.get(name)}
        if given:
            # One of the two providers may be missing; answers mention it in their notes.
            return {"DECODO_BASE_URL": os.environ.get("DECODO_BASE_URL", ""), **given}
        self.sandbox = f"http://127.0.0.1:{self.ports.sandbox}"
        return {
            "DECODO_BASE_URL": f"{self.sandbox}/decodo",
            "DECODO_API_KEY": DECODO_TOKEN,
            "RAPIDAPI_BASE_URL": f"{self.sandbox}/rapidapi",
            "RAPIDAPI_KEY": RAPIDAPI_KEY,
            "IMAGE_HOST_ALLOWLIST": f"127.0.0.1:{self.ports.sandbox}",
            "DECODO_REQUESTS_PER_SECOND": os.environ.get("DECODO_REQUESTS_PER_SECOND", "40"),
            # The sandbox answers fast, so leases of dead workers may expire sooner.
            "JOB_LEASE_SECONDS": os.environ.get("JOB_LEASE_SECONDS", "60"),
            "RAPIDAPI_REQUESTS_PER_SECOND": os.environ.get("RAPIDAPI_REQUESTS_PER_SECOND", "40"),
        }

    def _issuer(self) -> dict[str, str]:
        """The settings of the issuer in the environment, else those of the local one."""
        given = {name: os.environ[name] for name in ISSUER_SETTINGS if os.environ.get(name)}
        if given:
            return given
        issuer = f"{self.api}{PATH}"
        return {"OIDC_ISSUER": issuer, "OIDC_AUDIENCE": AUDIENCE, "OIDC_JWKS_URL": f"{issuer}/jwks.json"}

    def _secret_values(self) -> dict[Secret, str]:
        """As on AWS, a process has no keys in its environment, and reads a secret with the role of its function."""
        return {
            Secret.UPSTREAM_KEYS: json.dumps({each.key: self._settings.get(each.key, "") for each in PROVIDERS}),
            Secret.CURSOR_KEY: os.environ.get("CURSOR_KEY") or secrets.token_hex(32),
            Secret.COMMENTER_KEY: os.environ.get("COMMENTER_KEY") or self._commenter_key(),
        }

    def _commenter_key(self) -> str:
        """A random key, kept with the state: the hashes in it are compared with later ones."""
        file = self.state / "commenter-key"
        file.touch(mode=0o600)
        key = file.read_text() or secrets.token_hex(32)
        file.write_text(key)
        return key

    @staticmethod
    def _models() -> dict[str, str]:
        folder = os.environ.get("MODEL_DIR")
        return {"MODEL_DIR": str(Path(folder).resolve())} if folder else {}

    def missing(self) -> list[str]:
        """Return one line per missing optional component."""
        lines = []
        if "DECODO_API_KEY" not in self._settings:
            lines.append("no DECODO_API_KEY: profiles cannot be fetched")
        if "RAPIDAPI_KEY" not in self._settings:
            lines.append("no RAPIDAPI_KEY: only the first page of posts; similar accounts from the profile provider")
        folder = self._models().get("MODEL_DIR")
        if not folder:
            lines.append("no MODEL_DIR: captions are analyzed by rules, and every answer names the engine")
        else:
            used = caption_models(english_only=Config().sentiment_english_only)
            missing = [name for name in used if not (Path(folder) / name / "model.onnx").exists()]
            if missing:
                names = ", ".join(missing)
                lines.append(f"no {names} in {folder}: rules analyze the captions that need them until they are added")
        return lines

    def start(self) -> None:
        """Start all processes. Raises CannotStart, TimeoutError."""
        try:
            Config()
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            raise CannotStart(f"{'.'.join(map(str, first['loc'])).upper()}: {first['msg']}") from error
        try:
            self._lock = hold(self.state)
            self.logs.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CannotStart(
                f"The state cannot be kept in {self.state}: {error.strerror}. Make this folder writable, or set "
                "LOCAL_STATE to another one"
            ) from error
        if self._lock is None:
            raise CannotStart(
                f"Another system uses {self.state}, or has not ended yet: stop it, or set LOCAL_STATE to another "
                "folder for this one"
            )
        self._start_aws()
        credentials = {
            "AWS_ENDPOINT_URL": self.aws,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
        }
        for variable in [v for v in os.environ if v.startswith("AWS_")]:
            del os.environ[variable]
        os.environ.update(credentials)
        self._secrets = self._secret_values()
        self.environment = clean_environment(
            **credentials,
            **provision(),
            **put_secrets(self._secrets),
            **self._settings,
            **self._models(),
            CDN_BASE_URL=self.cdn,
            LOCAL_CALLER="true",
            **self._issuer(),
            LOCAL_STATE=str(self.state),
            CDN_DISTRIBUTION_ID=make_distribution(),
        )
        for key in _KEYS:
            self.environment.pop(key, None)
        threading.Thread(target=forward_figures, args=(self._figures,), name="figures", daemon=True).start()
        if self.sandbox:
            self._start("sandbox", "infra.local.sandbox.app", "--port", str(self.ports.sandbox))
        self._start("cdn", "infra.local.cdn", "--port", str(self.ports.cdn))
        self._start("api", "infra.local.gateway", "--port", str(self.ports.api))
        for worker in WORKERS:
            for source in worker.concurrency:
                self._start(f"{worker.name}-{source}", "infra.local.poller", worker.name, source)
        self._start("schedules", "infra.local.clock")
        for port, what in ((self.ports.api, "the API"), (self.ports.cdn, "the image CDN")):
            wait_until(lambda port=port: answers(port), what)  # type: ignore[misc]
        if self.sandbox:
            wait_until(lambda: answers(self.ports.sandbox), "the sandbox upstream")

    def stop(self) -> None:
        """Stop workers first, so that none calls a stopped server, and the stand-in last, because it saves its
        state, without the secrets.
        """
        children = [*self.children.values()]
        aws = self.children.get("aws")
        others = [c for c in children if c is not aws]
        for child in others:
            child.stop()
        for child in others:
            child.join(GRACE_SECONDS)
        if aws:
            with suppress(BotoCoreError, ClientError):  # it may be down
                delete_secrets()
            aws.stop()
            aws.join(2 * GRACE_SECONDS)
        if self._lock:
            self._lock.close()

    def _start(self, name: str, module: str, *arguments: str) -> None:
        child = Child(
            name,
            python(module, *arguments),
            self.environment,
            self.logs / f"{name}.log",
            on_metric=self._figures.put,
            cwd=ROOT,
            on_crash=lambda status: self._tell(
                f"{name} ended with status {status} and is started again; its log is {self.logs / name}.log"
            ),
        )
        self.children[name] = child  # before it starts: Ctrl-C may come at any time
        child.start()

    def _start_aws(self) -> None:
        interpreter = ROOT / _STAND_IN_PYTHON
        if not interpreter.exists():
            raise CannotStart("The AWS stand-in is not installed: start the system with `make run`")
        settings = {
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.ports.aws),
            "MINISTACK_HOST": "127.0.0.1",
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "PERSIST_STATE": "1",
            "STATE_DIR": str(self.state / "aws"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(self.state / "s3"),
            "LOG_LEVEL": "WARNING",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }
        command = [str(interpreter), "-m", "ministack"]
        # It holds the lock of the state, too: if this process is killed, the stand-in saves its state after that, and
        # a system that starts before then would have the data of the last stop.
        lock = (self._lock.fileno(),) if self._lock else ()
        aws = Child(
            "aws",
            command,
            clean_environment(**settings),
            self.logs / "aws.log",
            cwd=self.state,
            inherited=lock,
            on_restart=self._provision_again,
            on_crash=lambda status: self._tell(
                f"The AWS stand-in ended with status {status} and is started again with the data of its last regular "
                f"stop; what was stored since then is lost. Its log is {self.logs / 'aws.log'}"
            ),
        )
        self.children["aws"] = aws
        aws.start()
        wait_until(lambda: is_healthy(f"{self.aws}/_localstack/health"), "the AWS stand-in")

    def _provision_again(self) -> None:
        """Create the tables again after a crash: the stand-in saves its state only when it is stopped gracefully."""
        wait_until(lambda: is_healthy(f"{self.aws}/_localstack/health"), "the AWS stand-in")
        provision()
        put_secrets(self._secrets)
        make_distribution()

"""Runs the CDK CLI with the Node of the virtual environment: `python -m infra.toolkit synth`."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

# Pinned: the newest release does not read the assemblies of aws-cdk-lib 2.
CDK_VERSION = "2.1148.1"
ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
_HOME = ROOT / ".build" / f"cdk-{CDK_VERSION}"


def environment(**added: str) -> dict[str, str]:
    """The environment of this process, with the virtual environment first on the PATH."""
    return {**os.environ, **added, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}


def cdk(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run the CLI; return its exit code. It is installed from npm at the first call, without notices and version
    checks.
    """
    command = _HOME / "node_modules" / "aws-cdk" / "bin" / "cdk"
    if not command.exists():
        npm = [str(BIN / "npm"), "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(_HOME)]
        subprocess.run([*npm, f"aws-cdk@{CDK_VERSION}"], env=dict(environ), check=True)
    quiet = {"CDK_DISABLE_CLI_TELEMETRY": "true", "CDK_DISABLE_VERSION_CHECK": "1"}
    done = subprocess.run(
        [str(BIN / "node"), str(command), "--no-notices", *arguments],
        cwd=ROOT,
        env={**environ, **quiet},
        check=False,
    )
    return done.returncode


if __name__ == "__main__":
    sys.exit(cdk(sys.argv[1:], environment()))

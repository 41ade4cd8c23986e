"""The CDK command line with the Node that came with our requirements: `python -m infra.toolkit synth`."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

# The newest release reads no assemblies of aws-cdk-lib 2.
CDK = "aws-cdk@2.1148.1"
ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent


def environment(**added: str) -> dict[str, str]:
    """Node and Python of our virtual environment come first."""
    return {**os.environ, **added, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}


def cdk(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    return subprocess.run(
        [str(BIN / "npx"), "--yes", CDK, *arguments], cwd=ROOT, env=dict(environ), check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(cdk(sys.argv[1:], environment()))

"""cfn-lint and checkov accept every template. (A finding of cdk-nag makes the synthesis itself fail.)"""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from infra.toolkit import BIN, ROOT
from tests.infra.conftest import CONTEXTS

CHECKOV = ROOT / ".venv-checkov" / "bin" / "checkov"
"""In an environment of its own: it pins another boto3. `make test` installs it."""
CROSS_REGION = "AWS::Lambda::Function.CustomCrossRegionExport"
"""The functions that pass a value to a stack in another region. The CDK adds them while it writes the templates, so the
app can accept no finding on them: they run during deployments only, and the CDK chooses what they are."""

Finding = tuple[str, str, str]
"""The name of a template with its context, a resource and a rule."""


@pytest.mark.parametrize("context", CONTEXTS)
def test_cfn_lint_finds_nothing(assemblies: Mapping[str, Path], context: str) -> None:
    templates = sorted(map(str, assemblies[context].glob("*.template.json")))
    done = subprocess.run([str(BIN / "cfn-lint"), *templates], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_finding_of_checkov_has_a_reason_and_every_reason_has_a_finding(
    assemblies: Mapping[str, Path], tmp_path: Path
) -> None:
    """checkov reads the templates without the reasons, so that it finds what they are for."""
    reasons: dict[Finding, str] = {}
    for context, assembly in assemblies.items():
        for file in assembly.glob("*.template.json"):
            template = json.loads(file.read_text())
            name = f"{context}/{file.name}"
            for logical_id, resource in template["Resources"].items():
                for skip in resource.get("Metadata", {}).pop("checkov", {}).get("skip", []):
                    reasons[name, f"{resource['Type']}.{logical_id}", skip["id"]] = skip["comment"]
            (tmp_path / context).mkdir(exist_ok=True)
            (tmp_path / name).write_text(json.dumps(template, indent=1))
    done = run_checkov("--directory", str(tmp_path), "--output", "json")
    found = json.loads(done.stdout)
    assert found["summary"]["parsing_errors"] == 0
    findings = {
        (each["file_path"].lstrip("/"), each["resource"], each["check_id"])
        for each in found["results"]["failed_checks"]
        if not each["resource"].startswith(CROSS_REGION)
    }
    assert findings - set(reasons) == set(), "without a reason"
    assert set(reasons) - findings == set(), "a reason without a finding"
    assert all(len(why.split()) >= 4 for why in reasons.values())


@pytest.mark.parametrize("stage", ["dev", "production"])
def test_checkov_accepts_the_templates_with_their_reasons(assemblies: Mapping[str, Path], stage: str) -> None:
    """As an operator runs it: on the assembly, without any option about rules."""
    done = run_checkov("--directory", str(assemblies[stage]))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Skipped checks:" in done.stdout


def run_checkov(*arguments: str) -> subprocess.CompletedProcess[str]:
    command: list[Any] = [CHECKOV, "--framework", "cloudformation", "--compact", "--quiet", "--skip-download"]
    return subprocess.run([*command, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)

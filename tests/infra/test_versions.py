"""A deployment publishes new versions of the functions whose code or layers changed, and of no others."""

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from creator_search.catalogue import FUNCTIONS, Worker

from infra.constructs.packaging import (
    REQUIREMENTS,
    SHARED,
    START_SCRIPT,
    Platform,
    build_dependencies,
    build_served,
    build_shared,
)
from infra.toolkit import ROOT, environment
from tests.infra.conftest import Synthesise
from tests.infra.templates import Template, function_names, of_type, read_template, template_file

SHARED_MODULE = SHARED / "creator_search" / "__init__.py"
ZIPPED, STREAMED = "get_profile", "get_posts"

LAYER_KEYS = """
import json, sys
from dataclasses import replace
from pathlib import Path
from aws_cdk import App, Stack
from aws_cdk.aws_lambda import LayerVersion
from infra.constructs import bundling
from infra.constructs.packaging import Platform

platform = Platform.this_machine(Path(sys.argv[1]))
for out, interpreter in (("with", sys.executable), ("without", None)):
    app = App(outdir=f"{sys.argv[2]}/{out}")
    LayerVersion(Stack(app, "Layers"), "Shared", code=bundling.shared(replace(platform, interpreter=interpreter)))
    app.synth()
"""


def write_requirements(sources: Path, wheels: Path, version: str) -> None:
    """Make the dependency layer consist of one wheel with a module and a console script, so that no network is used."""
    info = f"tiny-{version}.dist-info"
    files = {
        "tiny.py": f"def main() -> None:\n    print({version!r})\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": "[console_scripts]\ntiny = tiny:main\n",
    }
    record = "".join(f"{name},sha256={_record_hash(text)},{len(text)}\n" for name, text in files.items())
    wheel = wheels / f"tiny-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in {**files, f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}.items():
            archive.writestr(name, text)
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (sources / REQUIREMENTS).write_text(f"--no-index\n--find-links {wheels}\ntiny=={version} --hash=sha256:{digest}\n")


def _record_hash(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def add_line(file: Path) -> None:
    file.write_text(f"{file.read_text()}REVISION = 2\n")


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("wheels")


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory, wheels: Path) -> Path:
    folder = tmp_path_factory.mktemp("sources")
    for part in ("layers", "functions"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    write_requirements(folder, wheels, "1.0")
    return folder


@pytest.fixture(scope="module")
def templates(
    sources: Path, wheels: Path, tmp_path_factory: pytest.TempPathFactory, synthesise: Synthesise
) -> Mapping[str, Template]:
    """The templates of the sources, of a copy of them, and of copies with one change each; with bundled assets."""
    folder = tmp_path_factory.mktemp("changes")
    names = ("unchanged", "copy", "shared layer", "dependency layer", "handlers")
    copies = {name: Path(shutil.copytree(sources, folder / name)) for name in names}
    add_line(copies["shared layer"] / SHARED_MODULE)
    write_requirements(copies["dependency layer"], wheels, "1.1")
    for function in (ZIPPED, STREAMED):
        add_line(copies["handlers"] / "functions" / "api" / function / "handler.py")
    synthesise({folder / f"{name}.out": {"models": "none", "sources": str(copies[name])} for name in names})
    return {name: read_template(folder / f"{name}.out") for name in names}


def versions(template: Template) -> dict[str, str]:
    """Return the logical id of every function's version by row name. CloudFormation publishes a version for a
    new id.
    """
    names = function_names(template)
    made = {
        names[p["FunctionName"]["Ref"]]: logical for logical, p in of_type(template, "AWS::Lambda::Version").items()
    }
    live = {
        names[p["FunctionName"]["Ref"]]: p["FunctionVersion"]["Fn::GetAtt"][0]
        for p in of_type(template, "AWS::Lambda::Alias").values()
    }
    assert made == live and set(made) == set(FUNCTIONS)
    return made


def renewed(templates: Mapping[str, Template], change: str) -> set[str]:
    before, after = versions(templates["unchanged"]), versions(templates[change])
    return {name for name in FUNCTIONS if before[name] != after[name]}


def test_one_changed_line_of_the_shared_layer_gives_every_function_a_new_version(
    templates: Mapping[str, Template],
) -> None:
    assert renewed(templates, "shared layer") == set(FUNCTIONS)


def test_a_changed_dependency_gives_every_function_with_layers_a_new_version(
    templates: Mapping[str, Template],
) -> None:
    containers = {row.name for row in FUNCTIONS.values() if isinstance(row, Worker) and row.is_container}
    assert renewed(templates, "dependency layer") == set(FUNCTIONS) - containers


def test_a_changed_handler_gives_only_its_function_a_new_version(templates: Mapping[str, Template]) -> None:
    assert renewed(templates, "handlers") == {ZIPPED, STREAMED}


def test_the_same_source_in_another_folder_gives_the_same_template(templates: Mapping[str, Template]) -> None:
    assert templates["copy"] == templates["unchanged"]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_bundles_of_the_same_source_are_identical_wherever_they_are_built(sources: Path, tmp_path: Path) -> None:
    moved = Path(shutil.copytree(sources, tmp_path / "moved", copy_function=shutil.copyfile))
    built: list[list[dict[str, bytes]]] = []
    for place in (sources, moved):
        platform = Platform.this_machine(place)
        outputs = [tmp_path / f"{len(built)}" / name for name in ("dependencies", "shared", "served")]
        for output in outputs:
            output.mkdir(parents=True)
        build_dependencies(platform, outputs[0])
        build_shared(platform, outputs[1])
        build_served(place / "functions" / "api" / STREAMED, outputs[2])
        built.append([contents(output) for output in outputs])
    assert built[0] == built[1]
    dependencies, shared, served = built[0]
    assert any(name.endswith(".pyc") for name in dependencies) and any(name.endswith(".pyc") for name in shared)
    assert "python/tiny.py" in dependencies and "python/tiny-1.0.dist-info/METADATA" in dependencies
    assert set(served) == {"handler.py", "operation.py", START_SCRIPT}
    machine = [str(path).encode() for path in (sources, moved, tmp_path, ROOT, sys.prefix)]
    for bundle in built[0]:
        assert [name for name, data in bundle.items() if any(path in data for path in machine)] == []


def test_a_layer_with_bytecode_and_one_without_have_different_keys(sources: Path, tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-c", LAYER_KEYS, str(sources), str(tmp_path)],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        check=True,
    )
    templates = [json.loads(template_file(tmp_path / out).read_text()) for out in ("with", "without")]
    layers = [json.dumps(of_type(template, "AWS::Lambda::LayerVersion")) for template in templates]
    assert "S3Key" in layers[0] and layers[0] != layers[1]

"""The analysis worker's Dockerfile, as far as it can be tested without Docker."""

import importlib.util
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import Queue
from creator_search.domain.accounts import HistoryKey

from infra.toolkit import ROOT
from tests.model_export.container import Image
from tests.seeds import numbered_post, sqs_event, store_creator

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(sys.platform != "linux", reason="Lambda's runtime interface client runs on Linux"),
]
FOLDER = "functions/inference/analyze_posts"


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="image-"))
    yield made
    shutil.rmtree(made)


def test_the_image_analyzes_with_models_if_it_contains_them_and_with_rules_otherwise(
    folder: Path, connected: Mapping[str, str], request: pytest.FixtureRequest
) -> None:
    engines, overlays = {"rules": "rules"}, {}
    if importlib.util.find_spec("torch"):
        engines["models"] = "onnx"
        overlays["models/int8"] = request.getfixturevalue("exported") / "int8"
    image = Image(ROOT / FOLDER / "Dockerfile", folder / "root", ROOT, overlays)
    for stage, engine in engines.items():
        image.build(stage)
        assert image.user == "1000" and image.unreadable() == []
        creator = f"container.{stage}"
        store_creator(
            numbered_post(1, caption="we was happy"), numbered_post(2, caption="#only #tags"), username=creator
        )
        with image.running(**connected) as runtime:
            message = sqs_event(Queue.ANALYSIS, f'{{"username": "{creator}"}}')
            for _ in range(2):  # two events in one process
                assert runtime.invoke(message) == ("response", {"batchItemFailures": []})
        read = list(process_container().post_store.newest_posts(HistoryKey(creator)))
        assert [p.analysis and p.analysis.engine for p in read] == [engine, engine]
    installed = {path.name for path in image.packages.iterdir()}
    assert {"onnxruntime", "tokenizers", "numpy", "boto3"} <= installed
    assert not {"torch", "transformers", "onnx", "pytest", "moto"} & installed

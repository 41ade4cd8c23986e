"""What one invocation of the hot paths executes and allocates, without the calls of AWS, whose answers are replayed.

Times are not asserted, because machines differ. The most that is allowed is a quarter above what was measured with
Python 3.11; a change that needs more has to say so here. `make bench ARGS=reads` measures the times.
"""

import importlib
import io
import sys
import tracemalloc
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, parse_qsl

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from creator_search.adapters.aws.client import create_client
from creator_search.adapters.aws.lean_objects import LeanObjects
from creator_search.adapters.aws.s3 import S3ImageStore
from creator_search.adapters.images.source import as_jpeg
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import folder, operation
from urllib3 import HTTPResponse

from infra.local.context import LocalContext
from infra.local.sandbox.pictures import picture
from tests.proxy_events import proxy_event
from tests.replaying import ReplayingClient
from tests.seeds import numbered_post, similar_set, store_creator

POSTS = 40
MOST: dict[str, tuple[int, int]] = {
    "get_profile": (7_500, 23_000),
    "get_ai_insights": (6_500, 23_000),
    "get_similar_profiles_fast": (18_500, 57_000),
    "get_profile_status": (16_000, 41_000),
    "get_posts": (8_500, 410_000),
    "get_posts?sort=recent&limit=21": (92_000, 500_000),
    "get_analytics": (7_000, 31_000),
}
"""By operation and query: bytecode instructions, and bytes allocated at the same time."""


@pytest.fixture
def invoke(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """Return a function that invokes an operation for a stored creator."""
    monkeypatch.setenv("DOCUMENT_CACHE_SECONDS", "0")
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "measured")  # handlers run as they do in Lambda
    process_container.cache_clear()
    container = process_container()
    container.__dict__["_plain_dynamodb"] = ReplayingClient(create_client("dynamodb", attempts=1))
    store_creator(*(numbered_post(n) for n in range(POSTS)))
    container.similar_store.replace_set(similar_set([f"creator.{n}" for n in range(20)]), None)

    # Other tests may have imported the handlers as outside of Lambda, where routes are run by threads.
    for imported in [name for name in sys.modules if name.startswith("functions.")]:
        monkeypatch.delitem(sys.modules, imported)

    def invoked(asked: str) -> Any:
        name, _, query = asked.partition("?")
        handler = importlib.import_module(f"{folder(operation(name)).replace('/', '.')}.handler").handler
        event = proxy_event(operation(name))
        event["requestContext"]["authorizer"]["kind"] = "local"  # neither counted nor recorded
        event["queryStringParameters"] = dict(parse_qsl(query)) or None
        event["multiValueQueryStringParameters"] = parse_qs(query) or None
        return handler(event, LocalContext(name, 28))

    return invoked


def instructions(call: Callable[[], object]) -> int:
    """Return the number of bytecode instructions that this thread executes in the call."""
    count = 0

    def trace(frame: Any, event: str, _: Any) -> Any:
        nonlocal count
        frame.f_trace_opcodes = True
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
    return count


def allocated(call: Callable[[], object]) -> int:
    """Return the most bytes that are allocated at the same time in the call, beyond those before it: the least of five
    calls, because other threads and caches that fill allocate too."""
    found = []
    tracemalloc.start()
    try:
        for _ in range(5):
            before, _ = tracemalloc.get_traced_memory()
            tracemalloc.reset_peak()
            call()
            found.append(tracemalloc.get_traced_memory()[1] - before)
    finally:
        tracemalloc.stop()
    return min(found)


@pytest.mark.parametrize("name", MOST)
def test_a_hot_path_executes_and_allocates_no_more_than_was_measured(invoke: Callable[[str], Any], name: str) -> None:
    for _ in range(3):  # what is loaded and kept at the first request
        answer = invoke(name)
        assert answer["statusCode"] == 200, answer
    most_instructions, most_bytes = MOST[name]
    assert min(instructions(lambda: invoke(name)) for _ in range(3)) <= most_instructions
    assert allocated(lambda: invoke(name)) <= most_bytes


MOST_OF_AN_IMAGE = {"written to S3": 10_700, "judged by its structure": 5_100}
"""Bytecode instructions of one picture of the sandbox, at most a quarter above what was measured. With boto3's
PutObject, the first is 37,500."""


def without_s3(request: Any, **_: Any) -> AWSResponse:
    """Answer a request as S3 answers a write."""
    headers = HTTPHeaders.from_dict({"ETag": '"x"'})
    return AWSResponse(request.url, 200, headers, HTTPResponse(io.BytesIO(), preload_content=False))


@pytest.mark.parametrize("step", MOST_OF_AN_IMAGE)
def test_an_image_of_a_job_executes_no_more_than_was_measured(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    client = create_client("s3", attempts=1)
    client.meta.events.register_first("before-send", without_s3)
    store, body = S3ImageStore(LeanObjects(client), bucket="images"), picture("ada.lopez")  # type: ignore[arg-type]
    steps: dict[str, Callable[[], object]] = {
        "written to S3": lambda: store.store_image("posts/1/a.jpg", body),
        "judged by its structure": lambda: as_jpeg(body),
    }
    for _ in range(3):
        steps[step]()
    assert min(instructions(steps[step]) for _ in range(3)) <= MOST_OF_AN_IMAGE[step]

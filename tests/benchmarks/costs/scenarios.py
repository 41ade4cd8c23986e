"""The operations whose costs are computed, run with the functions' own handlers over moto and the sandbox upstream."""

import importlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import median
from typing import Any

import boto3
from creator_search import catalogue
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import AUTHORIZER, SCHEDULES, Function, Queue, environment_name, worker_of

from infra.costs.counts import Counts, Operation, Work
from infra.local.context import LocalContext
from infra.toolkit import ROOT
from tests.benchmarks.costs.events import authorizer_event, gateway_event, message_of, queue_event
from tests.benchmarks.costs.meter import Meter, compressed_bytes
from tests.seeds import numbered_post, store_creator
from tests.tokens import AUDIENCE, ISSUER, TestIssuer

CREATORS = ("ada.lopez",)
_CAPTIONS = 100


class Scenarios:
    """Repeats requests `repeats` times; their times are medians."""

    def __init__(self, meter: Meter, environment: dict[str, str], *, repeats: int) -> None:
        self._meter = meter
        self._environment = environment
        self._repeats = repeats
        self._sqs = boto3.client("sqs")
        container = process_container()
        container.__dict__.update(clock=meter.clock, sleep=meter.clock.sleep)

    def measure(self) -> Counts:
        idle = {f"schedule {row.name}": self._schedule(row) for row in SCHEDULES}
        first = CREATORS[0]
        return {
            **idle,
            "authorize": self._authorize(),
            "build_creator": self._build(),
            "analyze_captions": self._analyze(),
            "read_profile": self._requests("get_profile", lambda _: gateway_event("get_profile", username=first)),
            "request_stored": self._requests(
                "request_profile", lambda _: gateway_event("request_profile", username=first, source="frontend")
            ),
            "request_new": self._requests(
                "request_profile", lambda n: gateway_event("request_profile", username=f"new.{n}", source="frontend")
            ),
            "refresh_creator": self._refresh(),
        }

    def _schedule(self, row: Function) -> Operation:
        self._invoke(row, {}, Work(row.name))  # the clients are created
        # So few that they last less than the second in which the states of breakers are kept.
        return self._repeated(row, lambda _: {}, min(self._repeats, 8))

    def _authorize(self) -> Operation:
        """Verify a token that the process has not verified yet, with known keys."""
        from creator_search.adapters.oidc import IssuerKeys, OidcTokenVerifier

        issuer, container = TestIssuer(), process_container()
        keys = IssuerKeys(ISSUER, f"{ISSUER}/keys", container.clock, issuer.client)
        container.__dict__["token_verifier"] = OidcTokenVerifier(ISSUER, (AUDIENCE,), keys)
        tokens = [issuer.token(jti=str(n)) for n in range(self._repeats + 5)]
        return self._repeated(AUTHORIZER, lambda n: authorizer_event(tokens[n]))

    def _requests(self, name: str, event: Callable[[int], dict[str, Any]]) -> Operation:
        def next_event(number: int) -> dict[str, Any]:
            self._meter.clock.sleep(
                1
            )  # what is kept for a second, such as the counters of the queues, is read each time
            return event(number)

        return self._repeated(catalogue.function_of(catalogue.operation(name)), next_event)

    def _repeated(self, row: Function, event: Callable[[int], dict[str, Any]], repeats: int | None = None) -> Operation:
        """Return the work of one invocation. Every repetition must cause the same calls."""
        works = []
        for number in range((repeats or self._repeats) + 2):
            work = Work(row.name)
            answer = self._invoke(row, event(number), work)
            if "statusCode" in answer:
                assert answer["statusCode"] == 200, answer
                work.answer_bytes = compressed_bytes(answer)
            works.append(work)
        kept = works[2:]
        for work in kept:
            assert work.calls == kept[0].calls, (work.calls, kept[0].calls)
        times = {name: median(getattr(work, name) for work in kept) for name in ("cpu_ms", "waited_ms")}
        return Operation((replace(kept[0], **times),))

    def _build(self) -> Operation:
        """Return the whole work for new creators."""
        self._drain_one(Queue.PROFILE_HIGH, "warm.up")
        works = [work for name in CREATORS for work in self._drain_one(Queue.PROFILE_HIGH, name)]
        return Operation(_merged(works), len(CREATORS))

    def _analyze(self) -> Operation:
        """Return the analysis of a creator whose captions are all different and unknown. The sandbox repeats some."""
        captions = _captions()
        posts = [numbered_post(n, caption=text) for n, text in enumerate(captions)]
        store_creator(*posts, username="captions")
        works = self._drain_one(Queue.ANALYSIS, "captions")
        return Operation(_merged([work for work in works if work.function == "analyze_posts"]), len(captions))

    def _refresh(self) -> Operation:
        """Build the same creators again, with unchanged posts. The request is not a part of it."""
        row = catalogue.operation("request_profile")
        self._clear()
        works = []
        for name in CREATORS:
            event = gateway_event("request_profile", username=name, source="frontend", refresh="true")
            self._invoke(row, event, Work(row.name))
            self._meter.clock.sleep(1)
            works += self._drain()
        return Operation(_merged(works), len(CREATORS))

    def _drain_one(self, queue: Queue, username: str) -> list[Work]:
        self._sqs.send_message(QueueUrl=self._url(queue), MessageBody=message_of(username))
        return self._drain()

    def _drain(self) -> list[Work]:
        """Handle messages until no queue has any."""
        works: list[Work] = []
        while found := self._receive():
            queue, message = found
            worker = worker_of(queue)
            assert worker is not None
            work = Work(worker.name)
            answer = self._invoke(worker, queue_event(queue, message), work)
            assert answer == {"batchItemFailures": []}, (queue, answer)
            self._sqs.delete_message(QueueUrl=self._url(queue), ReceiptHandle=message["ReceiptHandle"])
            works.append(work)
        for queue in Queue:
            left = self._sqs.get_queue_attributes(QueueUrl=self._url(queue), AttributeNames=["All"])["Attributes"]
            assert int(left["ApproximateNumberOfMessagesDelayed"]) == 0, (queue, left)
        return works

    def _receive(self) -> tuple[Queue, Any] | None:
        for queue in Queue:
            answer = self._sqs.receive_message(
                QueueUrl=self._url(queue), AttributeNames=["All"], MaxNumberOfMessages=1, WaitTimeSeconds=0
            )
            for message in answer.get("Messages", []):
                return queue, message
        return None

    def _clear(self) -> None:
        for queue in Queue:
            self._sqs.purge_queue(QueueUrl=self._url(queue))

    def _url(self, queue: Queue) -> str:
        return self._environment[environment_name(queue)]

    def _invoke(self, row: Function, event: dict[str, Any], work: Work) -> Any:
        handler = importlib.import_module(f"{catalogue.folder(row).replace('/', '.')}.handler").handler
        context = LocalContext(row.name, row.timeout_seconds, row.memory_mb)
        with self._meter.measuring(work):
            return handler(event, context)


def _captions() -> list[str]:
    """Return different captions in several languages."""
    lines = (ROOT / "tests/data/captions.tsv").read_text().splitlines()
    found = list(dict.fromkeys(line.split("\t")[-1] for line in lines if "\t" in line))[:_CAPTIONS]
    assert len(found) == _CAPTIONS
    return found


def _merged(works: Sequence[Work]) -> tuple[Work, ...]:
    """Return one work for each function."""
    found: dict[str, Work] = {}
    for work in works:
        into = found.setdefault(work.function, Work(work.function))
        for name in ("invocations", "cpu_ms", "waited_ms", "stored_bytes", "log_bytes", "log_lines"):
            setattr(into, name, getattr(into, name) + getattr(work, name))
        for name in ("calls", "reads", "writes", "written"):
            getattr(into, name).update(getattr(work, name))
        into.metrics = sorted({*into.metrics, *work.metrics})
    return tuple(found.values())

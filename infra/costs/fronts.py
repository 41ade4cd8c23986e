"""What is in front of the functions: a REST API, an HTTP API, CloudFront."""

from collections.abc import Iterator
from enum import StrEnum

from infra.costs import assumptions
from infra.costs.counts import Counts, Operation
from infra.costs.model import Line, identity_lines, share, work_lines
from infra.costs.prices import GIGABYTE, Item


class Front(StrEnum):
    REST = "REST API"
    HTTP = "HTTP API"
    EDGE = "CloudFront and REST API"


def front_lines(front: Front, operation: Operation, times: float) -> Iterator[Line]:
    """Return what is charged before a function runs, and for the answer. CloudFront pays nothing for what it fetches
    from AWS."""
    gigabytes = sum(work.answer_bytes for work in operation.works) * times / GIGABYTE
    if front is Front.EDGE:
        yield Line(Item.EDGE_REQUESTS, "requests at the edge", times)
        yield Line(Item.EDGE_DATA, "answers from the edge", gigabytes)
    else:
        yield Line(Item.DATA_OUT, "answers", gigabytes)
    if front is Front.HTTP:
        yield Line(Item.HTTP_REQUESTS, "requests of the gateway", times)
    else:
        yield Line(Item.REST_REQUESTS, "requests of the gateway", times)
        yield Line(Item.TRACES, "traces", times * assumptions.TRACED_SHARE)
    logged = assumptions.ACCESS_LOG_BYTES + assumptions.LOG_EVENT_BYTES
    yield Line(Item.LOGS, "access log", logged * times / GIGABYTE)


def request_lines(counts: Counts, name: str, front: Front, times: float, *, firewall: bool = False) -> Iterator[Line]:
    """Return what identified requests of an operation cost."""
    yield from front_lines(front, counts[name], times)
    yield from identity_lines(counts["authorize"], times)
    yield from work_lines(counts[name], times)
    if firewall:
        yield Line(Item.WEB_ACL_REQUESTS, "requests inspected", times)


def shared_edge_lines(
    counts: Counts, name: str, times: float, hits: float = assumptions.EDGE_HITS, *, firewall: bool = False
) -> Iterator[Line]:
    """Return what reads cost if CloudFront answers the share `hits` of them from shared copies. It checks signed
    cookies itself; a function at the edge removes the caller from the key of the copy."""
    for line in request_lines(counts, name, Front.EDGE, times, firewall=firewall):
        at_edge = line.item in (Item.EDGE_REQUESTS, Item.EDGE_DATA, Item.WEB_ACL_REQUESTS)
        yield from share([line], 1 if at_edge else 1 - hits)
    yield Line(Item.EDGE_FUNCTIONS, "functions at the edge", times)

"""The estimates that `python -m infra.costs` prints."""

from collections.abc import Iterator

from creator_search.catalogue import FUNCTIONS

from infra.costs import assumptions
from infra.costs.counts import Counts
from infra.costs.fronts import Front, request_lines, shared_edge_lines
from infra.costs.idle import idle_lines
from infra.costs.model import Estimate, Line, estimate, stored_lines, work_lines
from infra.costs.prices import MILLION, Item

CREATORS = 10_000


def all_estimates(counts: Counts, *, firewall_rules: int = 0) -> Iterator[Estimate]:
    firewall = firewall_rules > 0
    for front in Front:
        lines = request_lines(counts, "read_profile", front, MILLION, firewall=firewall)
        yield estimate(f"a million cached reads, {front}", lines)
    yield shared_edge(counts, firewall=firewall)
    for name, title in (("request_stored", "of stored creators"), ("request_new", "of new creators")):
        lines = request_lines(counts, name, Front.REST, MILLION, firewall=firewall)
        yield estimate(f"a million profile requests {title}", lines)
    for name, title in (("build_creator", "built"), ("refresh_creator", "refreshed, posts unchanged")):
        times = CREATORS / counts[name].size
        built = [*work_lines(counts[name], times), *stored_lines(counts[name], times)]
        yield estimate(f"{CREATORS:,} creators {title}", built)
    times = MILLION / counts["analyze_captions"].size
    by_rules = [*work_lines(counts["analyze_captions"], times)]
    yield estimate("a million captions, by rules", by_rules)
    yield estimate("a million captions, by models", [*by_rules, _models()])
    yield estimate("an idle month of a stage", idle_lines(counts, firewall_rules=firewall_rules))


def shared_edge(counts: Counts, *, firewall: bool = False) -> Estimate:
    """docs/decisions/0023 says why it is not built."""
    lines = shared_edge_lines(counts, "read_profile", MILLION, firewall=firewall)
    return estimate(f"a million cached reads, shared edge at {assumptions.EDGE_HITS:.0%} hits (not built)", lines)


def _models() -> Line:
    """What the models take in addition to the rules."""
    gigabytes = FUNCTIONS["analyze_posts"].memory_mb / 1024
    seconds = MILLION * assumptions.MODEL_SECONDS_PER_CAPTION
    return Line(Item.LAMBDA_SECONDS, "running the models", seconds * gigabytes)

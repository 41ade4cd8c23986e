"""The signals on generated creators with injected anomalies, a small version of `make bench ARGS=authenticity`."""

from random import Random

import pytest
from creator_search.domain.authenticity.followers import NAME as SPIKES
from pydantic_core import to_jsonable_python

from tests.benchmarks.authenticity.anomalies import DAYS, INJECTIONS
from tests.benchmarks.authenticity.creators import measured_tier
from tests.benchmarks.authenticity.measure import flags_of, recall_of, signals_on, spikes_of
from tests.unit.domain.authenticity.recompute import VALUES

INJECTED = 10


@pytest.mark.parametrize("name", INJECTIONS)
def test_nine_of_ten_injected_anomalies_are_shown(name: str) -> None:
    found = recall_of(INJECTIONS[name], Random(name), INJECTED)
    assert found.injected == INJECTED and found.found >= 0.9 * INJECTED


def test_a_giveaway_is_shown_with_its_benign_explanation() -> None:
    found = recall_of(INJECTIONS["giveaway"], Random(1), INJECTED)
    assert found.explained == found.found


def test_few_spikes_of_bought_followers_have_a_benign_explanation_by_chance() -> None:
    found = recall_of(INJECTIONS["bought followers"], Random(2), INJECTED)
    assert found.explained <= 0.25 * found.found


def test_clean_creators_show_nothing_unusual() -> None:
    found = flags_of(Random(3), 2, virals_a_year=0)
    assert found.years == 2 and not found.flags.total()


@pytest.mark.parametrize("name", INJECTIONS)
def test_every_value_can_be_computed_from_the_json_of_its_evidence_alone(name: str) -> None:
    random, computed = Random(4), set()
    tier = measured_tier(random)
    for _ in range(3):
        anomaly = INJECTIONS[name](random)
        for signal in signals_on(anomaly.creator, DAYS - 1, anomaly.comments, tier).values():
            if signal.value is not None:
                computed.add(signal.name)
                evidence = to_jsonable_python(signal.evidence)
                assert VALUES[signal.name](evidence) == pytest.approx(signal.value, rel=1e-4, abs=1e-4), signal.name
    assert computed >= {SPIKES, "engagement_against_tier", "likes_per_comment", anomaly.signal}


def test_the_part_of_a_bought_rise_that_is_lost_again_is_in_the_evidence() -> None:
    random = Random(5)
    tier, kept = measured_tier(random), []
    for _ in range(INJECTED):
        anomaly = INJECTIONS["bought followers"](random)
        signal = signals_on(anomaly.creator, DAYS - 1, anomaly.comments, tier)[SPIKES]
        kept += [s.kept_share for s in spikes_of(signal) if s.kept_share is not None]
    assert min(kept) < 0.7 < 0.9 < max(kept)

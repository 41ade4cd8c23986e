"""Alerts: raised, kept and cleared."""

from datetime import timedelta

import pytest
from creator_search.domain.alerts import (
    BREAKER,
    ERROR_RATE,
    HEALTH,
    KEPT_UNSEEN,
    RULES,
    Alert,
    AlertRule,
    Reading,
    next_alerts,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import START

rules = st.sampled_from(sorted(RULES.values(), key=lambda rule: rule.name))


def after(*values: float | None, rule: AlertRule = ERROR_RATE, samples: int = 1000) -> tuple[Alert, ...]:
    """The alerts after these values, one a minute."""
    raised: tuple[Alert, ...] = ()
    for minute, value in enumerate(values):
        raised = next_alerts(raised, [Reading(rule, value, samples)], START + timedelta(minutes=minute))
    return raised


def test_an_alert_is_raised_beyond_its_threshold_and_says_since_when() -> None:
    assert after(5.0) == ()
    [alert] = after(1.0, 6.0, 7.5)
    assert (alert.name, alert.severity, alert.value, alert.threshold) == ("error_rate", "critical", 7.5, 5.0)
    assert alert.since == START + timedelta(minutes=1)


@given(st.data())
def test_a_value_within_the_band_changes_nothing(data: st.DataObject) -> None:
    rule = data.draw(rules)
    low, high = sorted((rule.threshold, rule.clear_at))
    inside = [v for v in data.draw(st.lists(st.floats(low, high), min_size=1)) if not rule.is_good(v)]
    bad = high + 1 if rule.clear_at <= rule.threshold else low - 1
    assert after(*inside, rule=rule) == ()
    raised = after(bad, *inside, rule=rule)
    assert [alert.since for alert in raised] == [START]


@given(rules, st.lists(st.floats(0, 1000)))
def test_an_alert_is_raised_exactly_from_a_bad_value_until_the_next_good_one(
    rule: AlertRule, values: list[float]
) -> None:
    is_raised = False
    for end, value in enumerate(values, start=1):
        is_raised = not rule.is_good(value) if is_raised else rule.is_bad(value)
        assert bool(after(*values[:end], rule=rule)) is is_raised
    assert not any(rule.is_bad(value) and rule.is_good(value) for value in values)


def test_a_value_from_too_few_samples_neither_raises_nor_clears() -> None:
    assert after(50.0, samples=ERROR_RATE.min_samples - 1) == ()
    [alert] = after(50.0)
    few = [Reading(ERROR_RATE, 0.0, ERROR_RATE.min_samples - 1)]
    assert next_alerts([alert], few, START + timedelta(minutes=1)) == (alert,)


def test_an_alert_whose_value_is_no_longer_known_is_dropped_after_ten_minutes() -> None:
    [alert] = after(50.0)
    assert next_alerts([alert], [Reading(ERROR_RATE, None)], START + KEPT_UNSEEN - timedelta(seconds=1)) == (alert,)
    assert next_alerts([alert], [], START + KEPT_UNSEEN) == ()


def test_the_subjects_of_a_rule_have_alerts_of_their_own() -> None:
    readings = [
        Reading(BREAKER, 1.0, subject="cache"),
        Reading(BREAKER, 0.0, subject="database"),
        Reading(HEALTH, 12.0),
    ]
    assert [alert.name for alert in next_alerts((), readings, START)] == ["health", "breaker_open:cache"]


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_every_rule_clears_where_it_does_not_raise(rule: AlertRule) -> None:
    assert rule.is_good(rule.clear_at) and not rule.is_bad(rule.clear_at) and not rule.is_bad(rule.threshold)

"""The window of the figures."""

from datetime import UTC, datetime, timedelta

from creator_search.domain.measurements import window_of
from hypothesis import given
from hypothesis import strategies as st

times = st.datetimes(datetime(2024, 1, 1), datetime(2040, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))


@given(times)
def test_one_period_that_starts_at_its_multiple_covers_the_last_minutes_and_the_current_one(now: datetime) -> None:
    window = window_of(now)
    start, period = int(window.start.timestamp()), 60 * window.period_minutes
    assert start % period == 0 and window.period_minutes <= 24 * 60
    assert timedelta(minutes=5) <= now - window.start < timedelta(minutes=15)
    assert window.start + timedelta(seconds=period) > now == window.end

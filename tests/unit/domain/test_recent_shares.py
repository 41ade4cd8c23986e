"""When too many recent results of a process are bad."""

from datetime import UTC, datetime, timedelta

from creator_search.domain.recent_shares import RecentShare

START = datetime(2026, 1, 31, 12, tzinfo=UTC)


def shown(share: RecentShare, results: str, *, seconds_apart: float = 0, after: float = 0) -> str:
    """Add the results, `.` a good one and `x` a bad one. Return them with `!` for what is said to be too many."""
    start = START + timedelta(seconds=after)
    found = ""
    for number, result in enumerate(results):
        is_too_many = share.add(result == "x", start + timedelta(seconds=seconds_apart * number))
        found += "!" if is_too_many else result
    return found


def test_the_third_bad_result_is_one_too_many_where_there_are_few_results() -> None:
    assert shown(RecentShare(5), "xx.x..x") == "xx.!..!"


def test_good_results_are_never_too_many_bad_ones() -> None:
    assert shown(RecentShare(5), "xxx" + "." * 50) == "xx!" + "." * 50


def test_exactly_the_percentage_may_be_bad() -> None:
    assert shown(RecentShare(5), "." * 95 + "xxxxxx") == "." * 95 + "xxxxx!"


def test_results_count_for_fifteen_minutes() -> None:
    assert shown(RecentShare(5), "xxx", seconds_apart=7 * 60) == "xx!"
    assert shown(RecentShare(5), "xxx", seconds_apart=8 * 60) == "xxx"


def test_that_everything_fails_is_seen_in_five_minutes_however_many_results_were_good_before() -> None:
    share = RecentShare(5)
    assert shown(share, "." * 10_000) == "." * 10_000
    assert shown(share, "xxx", after=5 * 60) == "xx!"


def test_a_failure_among_many_results_of_the_same_minutes_is_not_too_many() -> None:
    share = RecentShare(5)
    assert shown(share, "." * 10_000) == "." * 10_000
    assert shown(share, "xxxx", after=4 * 60) == "xxxx"


def test_a_share_that_is_too_large_for_fifteen_minutes_is_seen_though_five_have_too_few_results() -> None:
    assert shown(RecentShare(5), "x.x.x", seconds_apart=3 * 60) == "x.x.!"


def test_a_clock_that_is_set_back_does_no_harm() -> None:
    share = RecentShare(5)
    assert shown(share, "xx") == "xx"
    assert shown(share, "x", after=-600) == "!"

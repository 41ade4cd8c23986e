"""How well scores find planted breakouts. `make bench ARGS=outliers` measures it on more creators and with fewer
breakouts.
"""

from tests.benchmarks.grown_creators import Setting
from tests.benchmarks.outliers import NAIVE, SAME_AGE, Summary, rank


def test_nine_in_ten_of_the_top_twenty_posts_two_days_old_are_breakouts_and_ordinary_posts_score_one() -> None:
    """One post in 20 is a breakout, because there are few posts: about 30 breakouts."""
    found = rank(120, seed=1, setting=Setting(breakouts=0.05)).at_48_hours
    scored = Summary.of(found, SAME_AGE)
    assert scored.precision >= 0.9
    assert scored.scored >= 0.9
    assert 0.9 <= scored.ordinary <= 1.1
    naive = [Summary.of(found, rule) for rule in NAIVE]
    assert all(summary.passed_recall < scored.passed_recall for summary in naive)
    assert all(summary.ordinary < 0.7 for summary in naive)

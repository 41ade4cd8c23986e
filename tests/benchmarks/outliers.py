"""`make bench ARGS=outliers`: how many of the posts at the top of the outlier feed are planted breakouts, beside two
rules that do not compare at the same age.

The creators are those of grown_creators. Two rankings over all creators: of every post at its first refresh 36 to 60
hours after it was published, with what had been seen until then, and of all posts up to 7 days old at one moment, as
the feed ranks them. Each has the posts of seven days. The other two rules know the plays of every stored post at this
moment, even where the refresh gave views.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from statistics import fmean, median, quantiles
from typing import Self
from unittest.mock import patch

from creator_search.domain.analytics.growth_curves import interpolate
from creator_search.domain.analytics.outliers import MIN_AGE, MIN_POSTS, OutlierScore, PointsByPost, score_posts
from rich.console import Console
from rich.table import Table

from tests.benchmarks.grown_creators import FAMILIES, NOW, GrownCreator, GrownPost, Setting, creators

SEEDS = (1, 2, 3, 4, 5)
CREATORS = 2_000
DEFAULT = Setting()
SETTINGS = {
    "noise 0.3 for all": Setting(noise=0.3),
    "noise 0.6 for all": Setting(noise=0.6),
    "noise 0.8 for all": Setting(noise=0.8),
    "a fifth of the posts of any family": Setting(foreign=0.2),
}
SAMPLES = (1, 2, 3, 5, 8, 12)
GAPS = (24, 48, 72, 168)
TOP = 20
MIN_SCORE = 3.0
"""The default of the feed."""
FEED = timedelta(days=7)
FIRST, LAST = timedelta(hours=36), timedelta(hours=60)


def by_median(views: int, everything: Sequence[int]) -> float | None:
    usual = median(everything)
    return views / usual if usual else None


def by_middle_half(views: int, everything: Sequence[int]) -> float | None:
    low, _, high = quantiles(everything, n=4, method="inclusive")
    usual = fmean(value for value in everything if low <= value <= high)
    return views / usual if usual else None


SAME_AGE = "views ÷ median at the same age"
KNOWN = "known multiple (the best possible)"
NAIVE: dict[str, Callable[[int, Sequence[int]], float | None]] = {
    "views ÷ median of all posts": by_median,
    "views ÷ mean of the middle half": by_middle_half,
}
RULES = (SAME_AGE, *NAIVE, KNOWN)


@dataclass(frozen=True, slots=True)
class Candidate:
    creator: int
    is_breakout: bool
    scores: Mapping[str, float]
    """By rule; a rule that gives this post no score is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """`precision` = breakouts among the first 20 ÷ 20; `recall` = those ÷ the breakouts that could be there, at most
    20. `passed_…`: of the posts with a score of at least 3. `ordinary` is the median score of the other posts, `scored`
    the share of the candidates that have a score.
    """

    precision: float
    recall: float
    passed_precision: float
    passed_recall: float
    ordinary: float
    scored: float

    @classmethod
    def of(cls, candidates: Sequence[Candidate], rule: str) -> Self:
        breakouts = sum(found.is_breakout for found in candidates)
        ranked = sorted(((c.scores[rule], c.is_breakout) for c in candidates if rule in c.scores), reverse=True)
        top = sum(is_breakout for _, is_breakout in ranked[:TOP])
        passed = [is_breakout for score, is_breakout in ranked if score >= MIN_SCORE]
        return cls(
            precision=top / TOP,
            recall=top / min(TOP, breakouts),
            passed_precision=sum(passed) / max(1, len(passed)),
            passed_recall=sum(passed) / breakouts,
            ordinary=median(score for score, is_breakout in ranked if not is_breakout),
            scored=len(ranked) / len(candidates),
        )


@dataclass(frozen=True, slots=True)
class Rankings:
    """The candidates about 48 hours after they were published, and those of all ages up to seven days."""

    at_48_hours: list[Candidate]
    feed: list[Candidate]


def rank(count: int, *, seed: int, setting: Setting = DEFAULT) -> Rankings:
    rankings = Rankings([], [])
    for creator in creators(count, seed=seed, setting=setting):
        points = creator.points()
        rankings.at_48_hours.extend(_at_48_hours(creator, points))
        rankings.feed.extend(_feed(creator, points))
    return rankings


def _at_48_hours(creator: GrownCreator, points: PointsByPost) -> Iterator[Candidate]:
    posts = [grown.post for grown in creator.posts]
    waiting = [grown for grown in creator.posts if NOW - LAST - FEED < grown.post.taken_at <= NOW - LAST]
    for moment, _ in creator.refreshes:
        found = [grown for grown in waiting if FIRST <= moment - grown.post.taken_at <= LAST]
        scores = score_posts(posts, points, moment, since=moment - LAST) if found else {}
        for grown in found:
            waiting.remove(grown)
            yield _candidate(creator, grown, moment, scores)


def _feed(creator: GrownCreator, points: PointsByPost) -> Iterator[Candidate]:
    last, _ = creator.refreshes[-1]
    scores = score_posts([grown.post for grown in creator.posts], points, NOW, since=NOW - FEED)
    for grown in creator.posts:
        if NOW - FEED <= grown.post.taken_at <= last - MIN_AGE:
            yield _candidate(creator, grown, last, scores)


def _candidate(
    creator: GrownCreator, grown: GrownPost, moment: datetime, scores: Mapping[str, OutlierScore]
) -> Candidate:
    views, same_age = grown.plays_at(moment), scores.get(grown.post.shortcode)
    everything = [other.plays_at(moment) for other in creator.posts if other.post.taken_at < moment]
    found = {rule: score(views, everything) for rule, score in NAIVE.items()} if len(everything) >= MIN_POSTS else {}
    found |= {KNOWN: grown.multiple, SAME_AGE: same_age.score if same_age else None}
    scores_by_rule = {rule: score for rule, score in found.items() if score is not None}
    return Candidate(creator.number, grown.is_breakout, scores_by_rule)


def run() -> None:
    out = Console(width=150, highlight=False)
    found = [rank(CREATORS, seed=seed) for seed in SEEDS]
    half = [
        Rankings(*([c for c in each if c.creator < CREATORS // 2] for each in (r.at_48_hours, r.feed))) for r in found
    ]
    _print(out, f"{CREATORS:,} generated creators, {len(SEEDS)} seeds", found)
    _print(out, f"the first {CREATORS // 2:,} of them only", half)
    for name, setting in SETTINGS.items():
        _print(out, f"{name}, seed {SEEDS[0]}", [rank(CREATORS, seed=SEEDS[0], setting=setting)])
    out.print(
        "[bold]scores of ordinary posts[/bold] up to 7 days old, by the number of posts in the median", _samples()
    )
    out.print("[bold]interpolated ÷ true views[/bold], 10th, 50th and 90th percentile", _interpolation())


def _print(out: Console, title: str, found: Sequence[Rankings]) -> None:
    for ages, rankings in (
        ("36 to 60 hours old", [each.at_48_hours for each in found]),
        ("0 to 7 days old", [each.feed for each in found]),
    ):
        sizes = ", ".join(f"{sum(c.is_breakout for c in candidates)} of {len(candidates):,}" for candidates in rankings)
        rows = {rule: [Summary.of(candidates, rule) for candidates in rankings] for rule in RULES}
        out.print(f"[bold]{title}, posts {ages}[/bold]; mean (worst); breakouts: {sizes}", _table(rows))


def _table(rows: Mapping[str, Sequence[Summary]]) -> Table:
    figures = ("precision", "recall", "passed_precision", "passed_recall", "ordinary", "scored")
    table = Table("", "precision at 20", "recall at 20", "precision at ≥ 3", "recall at ≥ 3", "ordinary", "scored")
    for rule, found in rows.items():
        values = [[getattr(summary, figure) for summary in found] for figure in figures]
        table.add_row(rule, *(f"{fmean(each):.3f} ({min(each):.3f})" for each in values))
    return table


def _samples() -> Table:
    """Each post is compared with a random sample of the posts that are 8 to 30 days old; the minimum is not applied."""
    random, table = Random(1), Table("posts", "scores", "at least 3", "at least 5", "at least 8")
    scores: dict[int, list[float]] = {size: [] for size in SAMPLES}
    for creator in creators(CREATORS, seed=SEEDS[0], setting=DEFAULT):
        ordinary = [grown for grown in creator.posts if not grown.is_breakout]
        grown_up = [g for g in creator.posts if timedelta(days=8) < NOW - g.post.taken_at < timedelta(days=30)]
        if len(grown_up) < SAMPLES[-1]:
            continue
        points = creator.points()
        for young in (grown.post for grown in ordinary if NOW - grown.post.taken_at < FEED):
            for size in SAMPLES:
                posts = [young, *(grown.post for grown in random.sample(grown_up, size))]
                with patch("creator_search.domain.analytics.outliers.MIN_POSTS", size):
                    score = score_posts(posts, points, NOW, since=NOW - FEED).get(young.shortcode)
                if score:
                    scores[size].append(score.score)
    for size, found in scores.items():
        shares = [sum(score >= limit for score in found) / len(found) for limit in (3, 5, 8)]
        table.add_row(str(size), f"{len(found):,}", *(f"{share:.4f}" for share in shares))
    return table


def _interpolation() -> Table:
    """The 10th, 50th and 90th percentile over growth curves of all families, in thirds each."""
    random, ages = Random(1), ((1, 6), (6, 12), (12, 24), (24, 48), (48, 96), (96, 168))
    table = Table("age in hours", *(f"{gap} h apart" for gap in GAPS))
    for low, high in ages:
        cells = []
        for gap in GAPS:
            errors = []
            for number in range(6_000):
                growth, age = FAMILIES[number % len(FAMILIES)](random, random.random()), random.uniform(low, high)
                first = age - random.uniform(0, min(gap, age - 0.05))
                if first + gap >= age:
                    views = [1e6 * growth(first), 1e6 * growth(first + gap)]
                    errors.append((interpolate([first, first + gap], views, age) or 0) / (1e6 * growth(age)))
            tenths = quantiles(errors, n=10)
            cells.append(f"{tenths[0]:.2f} {tenths[4]:.2f} {tenths[8]:.2f}")
        table.add_row(f"{low}–{high}", *cells)
    return table

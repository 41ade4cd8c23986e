"""Summaries of the analyzed captions of a creator."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import fmean

from creator_search.domain.analytics.engagement import rate
from creator_search.domain.posts import Post, PostAnalysis, Sentiment

NEWEST = 100
"""Number of newest posts that are summarized."""
PENDING, PARTIAL, COMPLETED = "pending", "partial", "completed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """`share` = analyzed posts ÷ the newest 100."""

    posts: int
    analyzed_posts: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """`distribution` is over the posts that have a category."""

    primary_category: str | None
    distribution: dict[str, float] | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SentimentWeek:
    week_start: date
    posts: int
    avg_sentiment_score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SentimentSummary:
    """The mean score (−1…1), the shares of positive, neutral and negative posts, and the mean per week (from Monday,
    UTC).
    """

    avg_sentiment_score: float | None
    distribution: dict[Sentiment, float] | None
    trend: tuple[SentimentWeek, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Languages:
    primary_language: str | None
    distribution: dict[str, float] | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityParts:
    """sentiment = (mean score + 1) ÷ 2; focus = share of the top category; coverage = analyzed ÷ all posts.
    Each 0–1.
    """

    sentiment: float
    focus: float
    coverage: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """`content_quality_score` = 0.4 × sentiment + 0.3 × focus + 0.3 × coverage."""

    content_quality_score: float | None
    parts: QualityParts | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryEngagement:
    category: str
    posts: int
    avg_engagement: float | None
    engagement_rate: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """The number of posts that an engine analyzed; `version` is the version of its rules or models."""

    engine: str
    version: str
    posts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Insights:
    """`status` is pending while no post is analyzed, partial while some are, completed when all are."""

    status: str
    analyzed_at: datetime | None
    coverage: Coverage
    content: Content
    sentiment: SentimentSummary
    languages: Languages
    quality: Quality
    category_engagement: tuple[CategoryEngagement, ...]
    engines: tuple[Engine, ...]


def insights(posts: Sequence[Post], followers: int) -> Insights:
    """Summarize the newest 100 of `posts`, which may be in any order."""
    newest = sorted(posts, key=lambda p: (p.taken_at, p.shortcode), reverse=True)[:NEWEST]
    read = [(p, p.analysis) for p in newest if p.analysis]
    coverage = Coverage(
        posts=len(newest), analyzed_posts=len(read), share=round(len(read) / len(newest), 4) if newest else 0.0
    )
    content = _content([a.content_category for _, a in read if a.content_category])
    feeling = _sentiment(read)
    return Insights(
        status=PENDING if not read else COMPLETED if len(read) == len(newest) else PARTIAL,
        analyzed_at=max((a.analyzed_at for _, a in read), default=None),
        coverage=coverage,
        content=content,
        sentiment=feeling,
        languages=_languages([a.language_code for _, a in read if a.language_code]),
        quality=_quality(feeling.avg_sentiment_score, content, coverage.share),
        category_engagement=_by_category(read, followers),
        engines=tuple(
            Engine(engine=engine, version=version, posts=count)
            for (engine, version), count in sorted(Counter((a.engine, a.version) for _, a in read).items())
        ),
    )


def _shares(names: Iterable[str]) -> dict[str, float] | None:
    counts = Counter(names)
    ordered = sorted(counts.items(), key=lambda found: (-found[1], found[0]))
    return {name: round(count / counts.total(), 4) for name, count in ordered} or None


def _content(categories: list[str]) -> Content:
    shares = _shares(categories)
    if shares is None:
        return Content(primary_category=None, distribution=None, notes=("content: no analyzed post has a category",))
    return Content(primary_category=next(iter(shares)), distribution=shares)


def _languages(codes: list[str]) -> Languages:
    shares = _shares(codes)
    if shares is None:
        return Languages(primary_language=None, distribution=None, notes=("languages: no language was recognised",))
    return Languages(primary_language=next(iter(shares)), distribution=shares)


def _sentiment(read: list[tuple[Post, PostAnalysis]]) -> SentimentSummary:
    scores = [(p, a.sentiment_score) for p, a in read if a.sentiment_score is not None]
    if not scores:
        note = "sentiment: no caption has been analyzed yet"
        return SentimentSummary(avg_sentiment_score=None, distribution=None, notes=(note,))
    weeks: defaultdict[date, list[float]] = defaultdict(list)
    for post, score in scores:
        day = post.taken_at.astimezone(UTC).date()
        weeks[day - timedelta(days=day.weekday())].append(score)
    shares = _shares(a.sentiment for _, a in read if a.sentiment) or {}
    return SentimentSummary(
        avg_sentiment_score=round(fmean(score for _, score in scores), 4),
        distribution={feeling: shares.get(feeling, 0.0) for feeling in Sentiment},
        trend=tuple(
            SentimentWeek(week_start=week, posts=len(found), avg_sentiment_score=round(fmean(found), 4))
            for week, found in sorted(weeks.items())
        ),
    )


def _quality(score: float | None, content: Content, coverage: float) -> Quality:
    if score is None or not content.distribution or not content.primary_category:
        note = "content_quality_score: needs a sentiment and a category"
        return Quality(content_quality_score=None, parts=None, notes=(note,))
    parts = QualityParts(
        sentiment=round((score + 1) / 2, 4), focus=content.distribution[content.primary_category], coverage=coverage
    )
    total = 0.4 * parts.sentiment + 0.3 * parts.focus + 0.3 * parts.coverage
    return Quality(content_quality_score=round(total, 4), parts=parts)


def _by_category(read: list[tuple[Post, PostAnalysis]], followers: int) -> tuple[CategoryEngagement, ...]:
    groups: defaultdict[str, list[Post]] = defaultdict(list)
    for post, analysis in read:
        if analysis.content_category:
            groups[analysis.content_category].append(post)
    made = []
    for category, found in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])):
        totals = [p.engagement for p in found if p.engagement is not None]
        mean = round(fmean(totals), 2) if totals else None
        made.append(
            CategoryEngagement(
                category=category,
                posts=len(found),
                avg_engagement=mean,
                engagement_rate=rate(mean, followers) if mean is not None else None,
            )
        )
    return tuple(made)

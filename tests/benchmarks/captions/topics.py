"""Precision and coverage of categories on labelled texts (docs/decisions/0011).

A category is right if one of the labels that it corresponds to is among the text's. Precision is over the texts with a
category that corresponds to any label; `strict` counts the other categories as wrong. Coverage is over the texts that
could get a category (those with a label that a category corresponds to), and over all texts. A category of a text that
could not get one is wrong, and counts in both coverages.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from creator_search.domain.posts import PostAnalysis

TWEETS: Mapping[str, str] = {
    "travel": "travel_&_adventure",
    "food": "food_&_dining",
    "fitness": "fitness_&_health|sports",
    "fashion": "fashion_&_style",
    "beauty": "fashion_&_style",
    "music": "music|celebrity_&_pop_culture",
    "gaming": "gaming",
    "art": "arts_&_culture",
    "technology": "science_&_technology",
    "sports": "sports",
    "education": "learning_&_educational|youth_&_student_life",
    "business": "business_&_entrepreneurs",
    "finance": "business_&_entrepreneurs",
    "health": "fitness_&_health",
    "family": "family|relationships",
    "books": "arts_&_culture|learning_&_educational",
    "film": "film_tv_&_video|celebrity_&_pop_culture",
}
"""The topics of TweetTopicXL that each category corresponds to. With the words of commit 8e359a0 this gives a precision
of .47 en, .28 es and .46 ja, and .63, .55 and .59 without its homographs."""
NEWS: Mapping[str, str] = {
    "travel": "TRAVEL",
    "food": "FOOD & DRINK",
    "fitness": "WELLNESS",
    "fashion": "STYLE & BEAUTY",
    "beauty": "STYLE & BEAUTY",
    "music": "ENTERTAINMENT|CULTURE & ARTS",
    "art": "CULTURE & ARTS|ENTERTAINMENT",
    "nature": "ENVIRONMENT|TRAVEL",
    "technology": "TECH|SCIENCE",
    "sports": "SPORTS",
    "education": "EDUCATION",
    "business": "BUSINESS|MONEY",
    "finance": "MONEY|BUSINESS",
    "health": "WELLNESS",
    "family": "PARENTING|WEDDINGS",
    "home": "HOME & LIVING",
    "comedy": "COMEDY",
    "books": "CULTURE & ARTS|ENTERTAINMENT",
    "film": "ENTERTAINMENT|COMEDY|MEDIA",
}
"""The sections of HuffPost. Sections of news and of groups of people correspond to no category."""
FILES = {"tweettopicxl": TWEETS, "huffpost": NEWS}
_AMBIGUOUS = {"relationships"}
"""A label that a category may correspond to, but that does not make a text one that could get a category."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One text: its category, whether that is right (None if it corresponds to no label), and whether the text could
    get one.
    """

    category: str | None
    confidence: float | None
    is_right: bool | None
    could: bool


def files(folder: Path) -> Iterator[Path]:
    """Return the files `<set>-<language>.tsv` whose labels are known."""
    return (path for path in sorted(folder.glob("**/*.tsv")) if path.name.rpartition("-")[0] in FILES)


def texts(path: Path) -> list[tuple[frozenset[str], str]]:
    """Return the labels and the text of each line `label|label<TAB>text`."""
    lines = (line.split("\t", 1) for line in path.read_text("utf-8").split("\n") if line)
    return [(frozenset(labels.split("|")), text) for labels, text in lines]


def measured(path: Path, analyses: Sequence[PostAnalysis]) -> list[Reading]:
    """Compare the analyses of the file's texts, in their order, with its labels."""
    labels_of = {name: set(labels.split("|")) for name, labels in FILES[path.name.rpartition("-")[0]].items()}
    decided = set().union(*labels_of.values()) - _AMBIGUOUS
    return [
        Reading(
            category=analysis.content_category,
            confidence=analysis.category_confidence,
            is_right=bool(labels_of[name] & labels) if (name := analysis.content_category) in labels_of else None,
            could=bool(decided & labels),
        )
        for (labels, _), analysis in zip(texts(path), analyses, strict=True)
    ]


def confidences(readings: Sequence[Reading]) -> list[tuple[float, bool]]:
    """Return each claimed confidence, and whether the category was right."""
    return [
        (reading.confidence, reading.is_right)
        for reading in readings
        if reading.confidence is not None and reading.is_right is not None
    ]


def row(name: str, readings: Sequence[Reading]) -> str:
    """Return a line for the columns of HEADING."""
    named = [reading for reading in readings if reading.category]
    rated = [reading.is_right for reading in named if reading.is_right is not None]
    could = sum(reading.could for reading in readings)
    claimed = confidences(readings)
    gap = sum(confidence - right for confidence, right in claimed) / len(claimed) if claimed else None
    figures = (
        sum(rated) / len(rated) if rated else None,
        sum(rated) / len(named) if named else None,
        len(named) / could if could else None,
        len(named) / len(readings) if readings else None,
        gap,
    )
    columns = "".join(f"{'-' if figure is None else f'{figure:.3f}':>11}" for figure in figures)
    return f"{name:24}{len(readings):>7}{could:>7}{columns}"


HEADING = "".join(
    (
        f"{'topics':24}{'texts':>7}{'could':>7}",
        *(f"{n:>11}" for n in ("precision", "strict", "coverage", "of all", "gap")),
    )
)
"""`gap` is the mean confidence claimed, less the share that was right."""

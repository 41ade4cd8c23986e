"""Precision and coverage of categories on labelled texts (docs/decisions/0011).

A category is right if one of the labels that it corresponds to is among the text's. Precision is over the texts with a
category that corresponds to any label; `strict` counts the other categories as wrong. Coverage is over the texts that
could get a category (those with a label that a category corresponds to), and over all texts. A category of a text that
could not get one is wrong, and counts in both coverages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from tests.benchmarks.captions.labelled import LabelledFile
from tests.benchmarks.captions.reliability import Answers

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
SETS = {"tweettopicxl": TWEETS, "huffpost": NEWS}
"""By the first part of the name of a file."""
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


def measure(files: Sequence[LabelledFile], answers: Answers, out: Console) -> None:
    heads = ("texts", "could", "precision", "strict", "coverage", "of all")
    table = Table("file", *heads, title="Topics")
    for file in files:
        labels_of = SETS.get(file.name.split("-")[0])
        if labels_of is None:
            out.print(f"{file.name}: left out, its labels are not known; files begin with {' or '.join(SETS)}")
            continue
        readings = _readings(file, labels_of)
        named = [reading for reading in readings if reading.category]
        rated = [reading.is_right for reading in named if reading.is_right is not None]
        could = sum(reading.could for reading in readings)
        shares = (
            sum(rated) / max(1, len(rated)),
            sum(rated) / max(1, len(named)),
            len(named) / max(1, could),
            len(named) / max(1, len(readings)),
        )
        table.add_row(file.title, str(len(readings)), str(could), *(f"{share:.3f}" for share in shares))
        for reading in named:
            if reading.is_right is not None:
                answers.setdefault(("topics", file.name), []).append((reading.confidence, reading.is_right))
    out.print(table)


def _readings(file: LabelledFile, mapping: Mapping[str, str]) -> list[Reading]:
    labels_of = {name: set(labels.split("|")) for name, labels in mapping.items()}
    decided = set().union(*labels_of.values()) - _AMBIGUOUS
    readings = []
    for joined, analysis in zip(file.labels, file.analyses, strict=True):
        labels, name = set(joined.split("|")), analysis.content_category
        is_right = bool(labels_of[name] & labels) if name in labels_of else None
        readings.append(Reading(name, analysis.category_confidence, is_right, bool(decided & labels)))
    return readings

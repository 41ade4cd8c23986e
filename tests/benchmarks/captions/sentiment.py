"""Sentiment: macro-F1, and recall as the mean over the classes and of each."""

from collections.abc import Sequence

from creator_search.domain.posts import Sentiment
from rich.console import Console
from rich.table import Table
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from tests.benchmarks.captions.labelled import LabelledFile
from tests.benchmarks.captions.reliability import Answers

_CLASSES = tuple(Sentiment)
_NEUTRAL = 0.05  # VADER's authors' threshold


def measure(files: Sequence[LabelledFile], answers: Answers, out: Console) -> None:
    heads = ("texts", "macro-F1", "VADER", "recall", *(f"of {name}" for name in _CLASSES))
    table = Table("file", *heads, title="Sentiment")
    vader = SentimentIntensityAnalyzer()
    for file in files:
        said = [str(found.sentiment) for found in file.analyses]
        plain = [_label(vader.polarity_scores(text)["compound"]) for text in file.texts]
        of_each = [_recall(file.labels, said, name) for name in _CLASSES]
        recalls = [f"{share:.3f}" for share in (sum(of_each) / len(of_each), *of_each)]
        scores = (f"{macro_f1(file.labels, labels):.3f}" for labels in (said, plain))
        table.add_row(file.title, str(len(said)), *scores, *recalls)
        for found, label in zip(file.analyses, file.labels, strict=True):
            rule = f"{found.raw.get('sentiment', {}).get('rule')}{' (trained on)' if file.is_trained_on else ''}"
            pair = (found.sentiment_confidence, found.sentiment == label)
            answers.setdefault(("sentiment", rule), []).append(pair)
    out.print(table)


def macro_f1(labels: Sequence[str], said: Sequence[str]) -> float:
    pairs = list(zip(labels, said, strict=True))
    scores = []
    for name in _CLASSES:
        both = sum(pair == (name, name) for pair in pairs)
        scores.append(2 * both / max(1, labels.count(name) + said.count(name)))
    return sum(scores) / len(scores)


def _recall(labels: Sequence[str], said: Sequence[str], name: str) -> float:
    found = [answer == name for label, answer in zip(labels, said, strict=True) if label == name]
    return sum(found) / max(1, len(found))


def _label(compound: float) -> str:
    if abs(compound) < _NEUTRAL:
        return Sentiment.NEUTRAL
    return Sentiment.POSITIVE if compound > 0 else Sentiment.NEGATIVE

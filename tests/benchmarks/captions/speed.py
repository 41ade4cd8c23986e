"""Captions per second of the whole engine, and of VADER in the same run, in turns."""

import random
import time
from collections.abc import Sequence

from creator_search.adapters.captions.rules_engine import RulesEngine
from rich.console import Console
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from tests.fakes import FakeClock

_TEXTS, _BATCH = 4_000, 200


def measure(texts: Sequence[str], out: Console) -> None:
    """Time in seconds of this process's processor time, which is one core's."""
    if not texts:
        return
    drawn = random.Random(1).sample(list(texts), min(_TEXTS, len(texts)))
    engine, vader = RulesEngine(FakeClock()), SentimentIntensityAnalyzer()
    engine.analyze_captions(drawn[:1])
    ours = theirs = 0.0
    for start in range(0, len(drawn), _BATCH):
        some = drawn[start : start + _BATCH]
        begun = time.process_time()
        engine.analyze_captions(some)
        between = time.process_time()
        for text in some:
            vader.polarity_scores(text)
        ours, theirs = ours + between - begun, theirs + time.process_time() - between
    out.print(
        f"Speed on one core: {len(drawn) / ours:,.0f} captions a second with language, sentiment and category; plain "
        f"VADER {len(drawn) / theirs:,.0f}; ratio {theirs / ours:.2f}"
    )

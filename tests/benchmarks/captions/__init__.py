"""Accuracy, calibration and speed of the rules engine on the labelled texts of the folder that REALDATA names, beside
plain VADER on the same texts.

The folder, or its subfolder `text`, contains `sentiment/*.tsv`, `language/*.tsv` and `topics/*.tsv`, with a label, a
tab and a text on each line. Files of sentiment are named `source-language.tsv`; the labels of languages are ISO 639-1
codes.
"""

import os
from pathlib import Path

from rich.console import Console

from tests.benchmarks.captions import language, sentiment, speed, topics
from tests.benchmarks.captions.labelled import read
from tests.benchmarks.captions.reliability import Answers, print_reliability

out = Console(highlight=False, soft_wrap=True, width=120)


def run() -> None:
    named = os.environ.get("REALDATA")
    if not named:
        out.print("The captions: left out, REALDATA is not set to a folder of labelled texts")
        return
    root = Path(named)
    folder = root / "text" if (root / "text").is_dir() else root
    sentiments, languages, labelled_topics = (
        read(sorted((folder / name).glob("*.tsv"))) for name in ("sentiment", "language", "topics")
    )
    answers: Answers = {}
    sentiment.measure(sentiments, answers, out)
    language.measure([*sentiments, *languages], answers, out)
    topics.measure(labelled_topics, answers, out)
    print_reliability(answers, out)
    speed.measure([text for file in [*sentiments, *languages] for text in file.texts], out)

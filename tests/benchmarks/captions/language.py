"""Language: share of texts with an answer, and of right answers among them and among all."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from tests.benchmarks.captions.labelled import LabelledFile
from tests.benchmarks.captions.reliability import Answers


def measure(files: Sequence[LabelledFile], answers: Answers, out: Console) -> None:
    table = Table("file", "texts", "coverage", "right if answered", "right of all", title="Language")
    for file in files:
        found = file.analyses
        labels = [file.language] * len(found) if file.language else file.labels
        pairs = [(a, a.language_code == label) for a, label in zip(found, labels, strict=True) if a.language_code]
        right = sum(is_right for _, is_right in pairs)
        shares = (len(pairs) / max(1, len(found)), right / max(1, len(pairs)), right / max(1, len(found)))
        table.add_row(file.title, str(len(found)), *(f"{share:.3f}" for share in shares))
        for analysis, is_right in pairs:
            romanised = analysis.raw["language"]["tag"] != analysis.language_code
            rule = f"{'linear' if romanised else 'fastText'}{' (trained on)' if file.is_trained_on else ''}"
            answers.setdefault(("language", rule), []).append((analysis.language_confidence, is_right))
    out.print(table)

"""Every minute: sends jobs whose message was lost or whose worker died."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from creator_search import providers


def handler(event: Mapping[str, Any], context: Any) -> dict[str, int]:
    """What the sweep did."""
    report = asdict(providers.sweep_jobs()())
    providers.logger("sweep_jobs").info("swept", extra=report)
    return report

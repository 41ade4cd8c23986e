"""Every quarter of an hour: has full profiles that are a day old built anew, for a snapshot of every day."""

from collections.abc import Mapping
from typing import Any

from creator_search import providers


def handler(event: Mapping[str, Any], context: Any) -> dict[str, int]:
    """How many were asked for."""
    asked = providers.refresh_profiles()()
    providers.logger("refresh_profiles").info("asked for", extra={"profiles": asked})
    return {"asked": asked}

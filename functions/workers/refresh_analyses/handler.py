"""Every quarter of an hour: has captions read again that are due."""

from collections.abc import Mapping
from typing import Any

from creator_search import providers


def handler(event: Mapping[str, Any], context: Any) -> dict[str, int]:
    """How many creators were asked for."""
    asked = providers.refresh_analyses()()
    providers.logger("refresh_analyses").info("asked for", extra={"profiles": asked})
    return {"asked": asked}

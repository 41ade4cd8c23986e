"""The current time as a dependency, so that tests can set it."""

from collections.abc import Callable
from datetime import datetime

Clock = Callable[[], datetime]
"""Returns the current time, timezone-aware, in UTC."""

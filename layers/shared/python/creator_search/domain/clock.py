"""The current time as a dependency, so that a test can set it."""

from collections.abc import Callable
from datetime import datetime

Clock = Callable[[], datetime]
"""The time now, aware, in UTC."""

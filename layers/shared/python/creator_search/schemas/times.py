"""Times in the format of the API."""

from datetime import UTC, datetime


def iso(at: datetime) -> str:
    """Format a time as ISO 8601 in UTC, with Z and milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

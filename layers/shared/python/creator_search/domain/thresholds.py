"""The limits that every operation is required to keep."""

ERROR_PERCENT = 5.0
"""The share of requests, or of messages, that may fail."""
RESPONSE_SECONDS = 5.0
SLOW_PERCENT = 5.0
"""The share of requests that may take longer, because the limit applies to the 95th percentile."""

"""What a caller can own."""

OWNED = {
    "/api/me/api-keys": {"name": "x"},
    "/api/me/webhooks": {"url": "https://example.org/hook"},
    "/api/me/lists": {"name": "x"},
    "/api/campaigns": {"name": "x"},
}
"""How a resource is created whose operations have its id in their paths."""

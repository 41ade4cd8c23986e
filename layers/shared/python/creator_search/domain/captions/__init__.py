"""The category and sentiment of captions by rules, for when no models are available."""

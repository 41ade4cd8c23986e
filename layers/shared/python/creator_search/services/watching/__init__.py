"""Watching the running system: health, figures and alerts."""

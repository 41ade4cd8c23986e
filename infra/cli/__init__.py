"""The creator-search command."""

"""The functions that AWS runs."""

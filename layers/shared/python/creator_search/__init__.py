"""Creator Search: the code that every function shares (the Lambda layer)."""

__version__ = "0.1.0"

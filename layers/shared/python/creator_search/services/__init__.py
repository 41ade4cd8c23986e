"""One module per use case: a sequence of steps over ports."""

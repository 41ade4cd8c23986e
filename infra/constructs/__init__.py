"""Constructs that the stack is composed of."""

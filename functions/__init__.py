"""The Lambda functions."""

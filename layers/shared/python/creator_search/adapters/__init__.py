"""Implementations of the ports: AWS services, upstream providers, image hosts and models."""

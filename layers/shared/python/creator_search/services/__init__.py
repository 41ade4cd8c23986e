"""Use cases, one module each: sequences of steps over ports."""

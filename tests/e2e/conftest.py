"""The local system, which all tests of this folder share."""

from tests.local_system import connected, no_faults, system

__all__ = ["connected", "no_faults", "system"]

"""The ports of the local system."""

import os
from dataclasses import dataclass

from infra.local.processes import free_port, is_free

_PORTS = {"API_PORT": 8000, "AWS_PORT": 4566, "CDN_PORT": 8001, "SANDBOX_PORT": 8002}


class CannotStart(Exception):
    """The system cannot start; the message states what to do."""


@dataclass(frozen=True, slots=True)
class Ports:
    api: int
    aws: int
    cdn: int
    sandbox: int

    @classmethod
    def chosen(cls) -> "Ports":
        """Read the ports from the environment. Those of the API and AWS are fixed; the others change if they are in
        use.

        Raises CannotStart.
        """
        wanted = {name: _port(name, default) for name, default in _PORTS.items()}
        for name in ("API_PORT", "AWS_PORT"):
            if not is_free(wanted[name]):
                raise CannotStart(
                    f"Port {wanted[name]} is in use: stop the process that uses it, or set {name} to another port"
                )
        for name, port in wanted.items():
            if same := [other for other, taken in wanted.items() if other < name and taken == port]:
                raise CannotStart(f"{same[0]} and {name} are both {port}: set one of them to another port")
        return cls(
            wanted["API_PORT"], wanted["AWS_PORT"], free_port(wanted["CDN_PORT"]), free_port(wanted["SANDBOX_PORT"])
        )


def _port(name: str, default: int) -> int:
    """Return the port in a variable of the environment. Raises CannotStart."""
    given = os.environ.get(name) or str(default)
    if not (given.isascii() and given.isdigit() and 0 < int(given) < 65536):
        raise CannotStart(f"{name}={given} is not a port: set it to a number from 1 to 65535")
    return int(given)

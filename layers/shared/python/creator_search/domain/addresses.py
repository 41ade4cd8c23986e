"""Network addresses and host names that the system may connect to."""

import ipaddress
from dataclasses import dataclass

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_EMBEDDING = (
    ipaddress.IPv6Network("::/96"),  # IPv4-compatible
    ipaddress.IPv6Network("::ffff:0:0:0/96"),  # IPv4-translated, RFC 2765
    ipaddress.IPv6Network("64:ff9b::/96"),  # NAT64, RFC 6052
    ipaddress.IPv6Network("64:ff9b:1::/48"),  # NAT64 of a local network, RFC 8215
)
"""Addresses that stand for IPv4 addresses, which a translator on the way may connect to."""
_NOT_ROUTED = (
    ipaddress.IPv6Network("3fff::/20"),  # documentation, RFC 9637
    ipaddress.IPv6Network("5f00::/16"),  # segment identifiers, RFC 9602
)
"""Addresses of special purposes that the versions of Python do not agree on."""
_RELAYS = ipaddress.IPv4Network("192.88.99.0/24")


@dataclass(frozen=True, slots=True)
class AllowList:
    """Host names (`a.example`), wildcards for all subdomains (`*.b.example`) and IP addresses, each with or without a
    port. `port_of_names` is the only port of names that have none in their entry; None for any port.
    """

    entries: tuple[str, ...]
    port_of_names: int | None = None

    def admits(self, host: str, port: int) -> bool:
        """`host` is in lower case, an IPv6 address without brackets."""
        address = parse_address(host)
        shown = f"[{host}]" if ":" in host else host
        with_port = f"{shown}:{port}"
        is_port_usual = address is not None or self.port_of_names in (None, port)
        for entry in self.entries:
            if entry.startswith("*."):
                if with_port.endswith(entry[1:]) or (is_port_usual and host.endswith(entry[1:])):
                    return True
            elif entry == with_port or (is_port_usual and entry in (host, shown)):
                return True
        return False


def parse_address(host: str) -> IpAddress | None:
    """Return the address if the host is one, without brackets; None for a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def is_public(address: IpAddress) -> bool:
    """Whether the address is reachable on the internet, and so is the one that it stands for."""
    if not address.is_global or address.is_multicast:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return address not in _RELAYS
    inner = address.ipv4_mapped or address.sixtofour
    if inner is not None and not is_public(inner):
        return False
    return not address.is_site_local and not any(address in network for network in (*_EMBEDDING, *_NOT_ROUTED))

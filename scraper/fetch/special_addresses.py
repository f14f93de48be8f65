"""Addresses that no public web site has: the registries of special-purpose addresses, as of October 2025.

https://www.iana.org/assignments/iana-ipv4-special-registry and https://www.iana.org/assignments/iana-ipv6-special-registry,
both of 2025-10-09. The list is our own since what Python knows depends on its patch version.
"""

import ipaddress
from collections.abc import Iterator
from typing import Final

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_IPV4: Final = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private use
            "100.64.0.0/10",  # shared by carriers
            "127.0.0.0/8",  # the computer itself
            "169.254.0.0/16",  # the link
            "172.16.0.0/12",  # private use
            "192.0.0.0/24",  # protocol assignments
            "192.0.2.0/24",  # documentation
            "192.31.196.0/24",  # AS112: answers for addresses that nobody has
            "192.52.193.0/24",  # multicast tunnels
            "192.88.99.0/24",  # relays of 6to4, given up
            "192.168.0.0/16",  # private use
            "192.175.48.0/24",  # AS112
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, and broadcast
        ),
    )
)

_GLOBAL_UNICAST: Final = ipaddress.IPv6Network("2000::/3")
"""All that IANA has given out: what lies outside is local, reserved, or a translation of IPv4."""

_IPV6: Final = tuple(
    map(
        ipaddress.IPv6Network,
        (
            "2001::/23",  # protocol assignments, but for Teredo
            "2001:db8::/32",  # documentation
            "2620:4f:8000::/48",  # AS112
            "3fff::/20",  # documentation
        ),
    )
)
"""Parts of the global unicast space that are no sites'. Outside of it lie, among others, 5f00::/16 (segment routing),
64:ff9b:1::/48 (local translation), 100::/64 (discarded), ::ffff:0:0:0/96 and ::/96 (translations given up)."""

_TEREDO: Final = ipaddress.IPv6Network("2001::/32")
_SIX_TO_FOUR: Final = ipaddress.IPv6Network("2002::/16")
_MAPPED: Final = ipaddress.IPv6Network("::ffff:0:0/96")
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")


def is_public(address: Address) -> bool:
    """Whether an address can be a public site's: neither itself nor an IPv4 address within it is for a special use."""
    within = list(embedded(address))
    if within:
        return all(is_public(inner) for inner in within)
    if isinstance(address, ipaddress.IPv4Address):
        is_special = any(address in network for network in _IPV4)
    else:
        is_special = address not in _GLOBAL_UNICAST or any(address in network for network in _IPV6)
    return not is_special and address.is_global and not address.is_multicast


def embedded(address: Address) -> Iterator[ipaddress.IPv4Address]:
    """The IPv4 addresses that traffic to an IPv6 address goes to or by, as its form tells."""
    if isinstance(address, ipaddress.IPv4Address):
        return
    number = int(address)
    if address in _MAPPED or address in _NAT64:
        yield ipaddress.IPv4Address(number & 0xFFFFFFFF)
    elif address in _SIX_TO_FOUR:
        yield ipaddress.IPv4Address(number >> 80 & 0xFFFFFFFF)
    elif address in _TEREDO:
        yield ipaddress.IPv4Address(number >> 64 & 0xFFFFFFFF)  # its server
        yield ipaddress.IPv4Address(~number & 0xFFFFFFFF)  # itself

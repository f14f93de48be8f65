"""Which addresses are public: every entry of the registries, its ends, and what lies beside it."""

import ipaddress
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.fetch.special_addresses import is_public
from tests.each import each

NOT_PUBLIC = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "192.175.48.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/96",
    "::ffff:0:0:0/96",
    "64:ff9b:1::/48",
    "100::/64",
    "100:0:0:1::/64",
    "200::/7",
    "400::/6",
    "1000::/4",
    "2001:1::/32",
    "2001:2::/48",
    "2001:3::/32",
    "2001:4:112::/48",
    "2001:10::/28",
    "2001:20::/28",
    "2001:30::/28",
    "2001:db8::/32",
    "2620:4f:8000::/48",
    "3fff::/20",
    "4000::/3",
    "5f00::/16",
    "8000::/1",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
)

PUBLIC = (
    "1.1.1.1",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.88.98.255",
    "192.88.100.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2001:200::1",
    "2001:db7:ffff::1",
    "2001:db9::1",
    "2606:4700::1",
    "2a00:1450::1",
    "3ffe:ffff::1",
    "3fff:1000::1",
)

SPECIAL = tuple(str(ip_network(network)[place]) for network in NOT_PUBLIC[:18] for place in (0, -1))
"""The ends of IPv4's networks."""

WITHIN = (
    # how IPv6 addresses hold an IPv4 address
    lambda number: 0xFFFF << 32 | number,
    lambda number: 0x64FF9B << 96 | number,
    lambda number: 0x2002 << 112 | number << 80 | 0x1234,
    lambda number: 0x20010000 << 96 | 0x08080808 << 64 | number ^ 0xFFFFFFFF,
    lambda number: 0x20010000 << 96 | number << 64 | 0x08080808 ^ 0xFFFFFFFF,
)


@each("network", NOT_PUBLIC)
def test_no_address_of_a_special_purpose_network_is_public(network):
    network = ip_network(network)
    for address in (network[0], network[1], network[network.num_addresses // 2], network[-2], network[-1]):
        assert not is_public(address), address


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_beside_the_special_ones_is_public(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize("hold", WITHIN)
def test_an_address_is_as_public_as_the_one_within_it(hold):
    for address in SPECIAL:
        assert not is_public(ipaddress.IPv6Address(hold(int(ip_address(address))))), address
    assert is_public(ipaddress.IPv6Address(hold(int(ip_address("93.184.215.14")))))


@pytest.mark.parametrize("is_global", [True, False])
def test_the_list_does_not_depend_on_what_python_knows(monkeypatch, is_global):
    """A Python that calls everything global lets nothing special pass; one that knows more is believed."""
    for kind in (ipaddress.IPv4Address, ipaddress.IPv6Address):
        monkeypatch.setattr(kind, "is_global", property(lambda _: is_global))
    assert not any(is_public(ip_network(network)[-1]) for network in NOT_PUBLIC)
    assert is_public(ip_address("1.1.1.1")) is is_global


@given(st.ip_addresses())
def test_what_python_does_not_call_global_is_not_public(address):
    if is_public(address) and not isinstance(address, ipaddress.IPv4Address) and not address.is_global:
        assert address.ipv4_mapped or address.sixtofour or address.teredo or address in ip_network("64:ff9b::/96")

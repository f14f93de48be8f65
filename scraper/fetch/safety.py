"""Where requests may go: https, the sites' own hosts, public addresses; everything else is refused."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import httpcore
import httpx

from scraper.errors import UnsafeUrl

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""A host name and a port in, its IP addresses out. It raises OSError where there are none."""

_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Policy:
    """Which URLs and addresses may be asked."""

    hosts: Mapping[str, str]
    """Every host that may be asked, in lower case, with the key of its site."""
    http: bool = False
    """Whether plain http is allowed."""
    loopback: bool = False
    """For tests and benchmarks: also http, any port, and the computer's own addresses."""

    def check(self, url: str) -> httpx.URL:
        """The URL in its normal form, without its fragment, if it may be asked.

        Raises:
            UnsafeUrl: it may not; the message says why.
        """
        try:
            parsed = httpx.URL(url)
        except httpx.InvalidURL as error:
            raise UnsafeUrl(f"{url!r} is no URL ({error})") from error
        if parsed.userinfo:
            # Neither message nor error may repeat the password.
            shown = str(parsed.copy_with(username=None, password=None))
            raise UnsafeUrl(f"{shown} is refused: it came with a user name or password", url=shown)
        if parsed.scheme not in ({"https", "http"} if self.http or self.loopback else {"https"}):
            raise UnsafeUrl(
                f"{url} is refused: only https is fetched, not {parsed.scheme or 'this'}",
            )
        if parsed.host not in self.hosts:
            known = ", ".join(sorted(self.hosts))
            raise UnsafeUrl(f"{url} is refused: {parsed.host or 'no host'} is not one of {known}")
        if parsed.port is not None and not self.loopback:
            raise UnsafeUrl(f"{url} is refused: it names a port of its own ({parsed.port})")
        return parsed.copy_with(fragment=None) if "#" in url else parsed

    def site(self, url: str) -> str | None:
        """The key of the site that a URL belongs to, if it belongs to one."""
        try:
            return self.hosts.get(httpx.URL(url).host)
        except httpx.InvalidURL:
            return None

    def check_address(self, host: str, address: str) -> None:
        """Let a public address pass.

        Raises:
            UnsafeUrl: the address is private, reserved, multicast, or the computer's own.
        """
        ip = _innermost(address)
        if self.loopback and ip.is_loopback:
            return
        if not ip.is_global or ip.is_multicast or (ip.version == 6 and ip.is_site_local):
            raise UnsafeUrl(f"{host} is refused: its address {address} is not a public one")


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections only to addresses that the policy lets pass.

    The name is resolved here, every address is checked, and the connection goes to a checked address itself:
    there is no second look-up in which a name could turn into another address.
    """

    def __init__(self, policy: Policy, resolve: Resolver) -> None:
        self._policy = policy
        self._resolve = resolve
        self._backend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address of the host that answers."""
        try:
            async with asyncio.timeout(timeout):
                addresses = await self._resolve(host, port)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"the name {host} was not resolved in {timeout:g} s") from error
        except OSError as error:
            raise httpcore.ConnectError(f"the name {host} cannot be resolved ({error})") from error
        for address in addresses:
            self._policy.check_address(host, address)
        failure: Exception = httpcore.ConnectError(f"the name {host} has no address")
        for address in addresses:
            try:
                return await self._backend.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def sleep(self, seconds: float) -> None:
        """Let the seconds pass."""
        await self._backend.sleep(seconds)


async def resolve(host: str, port: int) -> Sequence[str]:
    """Ask the operating system for a host's addresses.

    Raises:
        OSError: the name is not known, or the name server does not answer.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _innermost(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The address that traffic ends at: IPv6 has several ways to write an IPv4 address."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else ip)

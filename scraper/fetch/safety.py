"""Refuses every request that is not https, to a known host, at a public address."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import httpcore
import httpx

from scraper.errors import UnsafeUrl
from scraper.fetch.special_addresses import embedded, is_public
from scraper.fetch.streams import WatchedStream

LONGEST_ADDRESS: Final = 2_048
"""Characters of a URL, as many as in sitemaps: databases hardly index longer ones, and messages repeat URLs."""

_SHOWN: Final = 100
"""Characters of a longer URL that a message shows."""

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""A host name and a port in, its IP addresses out. It raises OSError where there are none."""


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
        parsed, host = _parsed(url)
        if parsed.userinfo:
            # Neither message nor error may repeat the password.
            shown = f"{parsed.scheme or 'https'}://{parsed.netloc.decode()}{parsed.path}"
            raise UnsafeUrl(f"{shown} is refused: it came with a user name or password", url=shown)
        if parsed.scheme not in ({"https", "http"} if self.http or self.loopback else {"https"}):
            raise UnsafeUrl(
                f"{url} is refused: only https is fetched, not {parsed.scheme or 'this'}",
            )
        if host not in self.hosts:
            known = ", ".join(sorted(self.hosts))
            raise UnsafeUrl(f"{url} is refused: {host or 'no host'} is not one of {known}")
        if parsed.port is not None and not self.loopback:
            raise UnsafeUrl(f"{url} is refused: it names a port of its own ({parsed.port})")
        normal = parsed.copy_with(fragment=None) if "#" in url else parsed
        if len(str(normal)) > LONGEST_ADDRESS:  # escapes make it longer
            raise UnsafeUrl(f"{url[:_SHOWN]!r}… is refused: it has more than {LONGEST_ADDRESS:,} characters")
        return normal

    def site(self, url: str) -> str | None:
        """The key of the site that a URL belongs to, if it belongs to one."""
        try:
            return self.hosts.get(_parsed(url)[1])
        except UnsafeUrl:
            return None

    def check_address(self, host: str, address: str) -> None:
        """Let a public address pass.

        Raises:
            UnsafeUrl: the address is private, reserved, multicast, the computer's own, or none at all.
        """
        try:
            ip = ipaddress.ip_address(address)
        except ValueError as error:
            raise UnsafeUrl(f"{host} is refused: its address {address} is none") from error
        if self.loopback and all(inner.is_loopback for inner in (*embedded(ip),) or (ip,)):
            return
        if not is_public(ip):
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
                stream = await self._backend.connect_tcp(address, port, timeout, local_address, socket_options)
                return WatchedStream(stream)
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


def plain_host(name: str) -> str:
    """The host that a name stands for, as the policy compares it: in lower case, without Punycode.

    Raises:
        UnsafeUrl: it stands for none.
    """
    return _parsed(f"https://{name}/")[1]


def _parsed(url: str) -> tuple[httpx.URL, str]:
    """A URL and its host.

    Raises:
        UnsafeUrl: it is none, is too long, or its host is a name in Punycode that stands for nothing.
    """
    if len(url) > LONGEST_ADDRESS:
        raise UnsafeUrl(
            f"{url[:_SHOWN]!r}… is refused: it has {len(url):,} characters, {LONGEST_ADDRESS:,} are allowed"
        )
    try:
        parsed = _url(url)
        host = parsed.host
    except (httpx.InvalidURL, ValueError) as error:
        raise UnsafeUrl(f"{url!r} is no URL ({error})") from error
    return parsed, host


_url: Final = lru_cache(maxsize=1_000)(httpx.URL)
"""Each step of a visit looks at the page's address, and to take one apart is slow; an `httpx.URL` never changes."""

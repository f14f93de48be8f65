"""Follows redirects; every hop passes the same checks as the first URL."""

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol, TypeVar

import httpx

from scraper.errors import FetchError, UnsafeUrl
from scraper.fetch.exchange import Exchange
from scraper.fetch.safety import LONGEST_ADDRESS, Policy

MAX_REDIRECTS: Final = 5

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


class _HasExchange(Protocol):
    @property
    def exchange(self) -> Exchange: ...


_Answer = TypeVar("_Answer", bound=_HasExchange)


async def follow(url: str, policy: Policy, ask: Callable[[httpx.URL], Awaitable[_Answer]]) -> _Answer:
    """Ask for a URL and for what it redirects to, until an answer redirects no further.

    Args:
        url: the first to ask for.
        policy: which URLs may be asked.
        ask: asks for one of them.

    Raises:
        UnsafeUrl: the URL, or one that is redirected to, may not be asked.
        FetchError: the redirects run in a circle, are too many, or contradict each other.
    """
    target = policy.check(url)
    hops = [str(target)]
    while True:
        answer = await ask(target)
        locations = answer.exchange.values("location")
        if answer.exchange.status not in _REDIRECTS or not any(locations):
            return answer
        status = answer.exchange.status
        try:
            target = target_of(target, locations, policy)
        except FetchError as error:
            error.status = status
            raise
        hops.append(str(target))
        way, hop = " -> ".join(hops), len(hops) - 1
        if hops.index(str(target)) < hop:
            raise FetchError(f"redirects run in a circle: {way}", attempts=hop, status=status)
        if hop > MAX_REDIRECTS:
            raise FetchError(f"more than {MAX_REDIRECTS} redirects: {way}", attempts=hop, status=status)


def target_of(source: httpx.URL, locations: Sequence[str], policy: Policy) -> httpx.URL:
    """Where an answer redirects to, if that may be asked.

    Args:
        source: what was asked for.
        locations: the answer's `Location` headers, one character per byte.
        policy: which URLs may be asked.

    Raises:
        UnsafeUrl: it is no web address, or may not be asked.
        FetchError: the headers contradict each other.
    """
    if len(set(locations)) > 1:
        raise FetchError(f"{source} redirects to {len(locations)} addresses at once")
    where = address(locations[0])
    try:
        try:
            target = str(source.join(where[: LONGEST_ADDRESS + 1]))
        except (httpx.InvalidURL, ValueError) as error:
            raise UnsafeUrl(f"{where[:LONGEST_ADDRESS]!r} is no URL ({error})") from error
        return policy.check(target)
    except UnsafeUrl as error:
        raise UnsafeUrl(f"{source} redirects to where we do not go: {error}") from error


def address(location: str) -> str:
    """What a `Location` header points to, as browsers read it: its bytes are UTF-8, or are escaped as they are.

    Args:
        location: the header's value, one character per byte.
    """
    try:
        words = location.encode("latin-1").decode()
    except UnicodeDecodeError:
        words = "".join(sign if sign.isascii() else f"%{ord(sign):02X}" for sign in location)
    words = _PASSED_OVER.sub("", words.strip(_AROUND))
    end = min(place for place in (words.find("?"), words.find("#"), len(words)) if place >= 0)
    return _FURTHER_SLASHES.sub(r"\1", words[:end].replace("\\", "/")) + words[end:]


_AROUND: Final = "".join(map(chr, range(0x21)))
"""Control characters and blanks."""

_PASSED_OVER: Final = re.compile(r"[\t\n\r]")

_FURTHER_SLASHES: Final = re.compile(r"\A((?:https?:)?//)/+", re.IGNORECASE)

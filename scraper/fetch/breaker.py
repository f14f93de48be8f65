"""A circuit breaker per host: after several failures in a row the host rests, and requests to it fail at once."""

from dataclasses import dataclass
from datetime import timedelta

from scraper.errors import FetchError
from scraper.fetch.clock import Clock


@dataclass(slots=True)
class _Health:
    failures: int = 0
    rests_until: float | None = None
    """In seconds of the monotonic clock."""
    until: str = ""
    """The same moment in UTC, for messages."""
    why: str = ""


class HostResting(FetchError):
    """The host was not asked: it rests."""


class CircuitBreaker:
    """Counts each host's failures in a row.

    After a rest one request may try: if it succeeds, the host is used again; if it fails, the host rests again.
    """

    def __init__(self, clock: Clock, *, failures: int, rest: float) -> None:
        self._clock = clock
        self._limit = failures
        self._rest = rest
        self._hosts: dict[str, _Health] = {}

    def check(self, host: str) -> None:
        """Let a request pass, unless the host rests.

        Raises:
            HostResting: it rests; the message says until when, and why.
        """
        health = self._hosts.get(host)
        if health is None or health.rests_until is None:
            return
        if self._clock.monotonic() < health.rests_until:
            raise HostResting(f"{host} rests until {health.until}: {health.why}")
        health.rests_until = None

    def succeeded(self, host: str) -> None:
        """Note that the host answered as it should."""
        self._hosts.pop(host, None)

    def failed(self, host: str, why: str) -> bool:
        """Note a failure; true if the host rests from now on."""
        health = self._hosts.setdefault(host, _Health())
        health.failures += 1
        if health.failures < self._limit:
            return False
        self.rest(host, self._rest, f"{health.failures} failures in a row, the last: {why}")
        return True

    def rest(self, host: str, seconds: float, why: str) -> None:
        """Let the host rest for some seconds."""
        health = self._hosts.setdefault(host, _Health())
        health.rests_until = self._clock.monotonic() + seconds
        health.until = f"{self._clock.now() + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"
        health.why = why

"""What the client meets outside of itself: the network, time, and chance. Tests and replays bring their own."""

import ssl
from dataclasses import dataclass, field
from random import Random, SystemRandom

import httpx

from scraper.fetch.clock import Clock, SystemClock
from scraper.fetch.pace import PACE, Pace
from scraper.fetch.replay import ReplayTransport
from scraper.fetch.safety import Policy, Resolver, resolve
from scraper.fetch.transport import CheckedTransport


@dataclass(frozen=True, slots=True)
class Environment:
    """The network, time, and chance; by default those of this computer."""

    transport: httpx.AsyncBaseTransport | None = None
    """Answers in place of the network, e.g. a replay."""
    clock: Clock = field(default_factory=SystemClock)
    random: Random = field(default_factory=SystemRandom)
    """Spreads the waits before retries."""
    pace: Pace = PACE
    """The turns at hosts; by default those that the whole process shares."""
    resolver: Resolver = resolve
    """Looks up the addresses of a host name."""
    tls: ssl.SSLContext | None = None
    """Which certificates are trusted; by default those of certifi, or what `SSL_CERT_FILE` names."""
    loopback: bool = False
    """For tests and benchmarks: lets http, any port, and the computer's own addresses pass."""

    @property
    def replay(self) -> ReplayTransport | None:
        """The replay, where pages come from one."""
        return self.transport if isinstance(self.transport, ReplayTransport) else None

    def open_transport(self, policy: Policy) -> httpx.AsyncBaseTransport:
        """What carries the requests: connections to addresses that the policy lets pass, or what stands in for them."""
        if self.transport is not None:
            return self.transport
        return CheckedTransport(policy, self.resolver, self.tls or httpx.create_ssl_context())

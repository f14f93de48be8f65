"""The clock that all fetching reads; tests put one in its place that stands still."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

CLOCKS_DIFFER: Final = timedelta(minutes=5)
"""How far ahead of this computer's clock another clock may be, as in Kerberos. A later moment was written by a wrong
clock, and is ignored."""


class Clock(Protocol):
    """A source of time."""

    def now(self) -> datetime:
        """The moment, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds since some fixed moment; they never run backwards."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let the seconds pass."""
        ...


class SystemClock:
    """The computer's own time."""

    def now(self) -> datetime:
        """The moment, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since some fixed moment; they never run backwards."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Let the seconds pass."""
        await asyncio.sleep(seconds)

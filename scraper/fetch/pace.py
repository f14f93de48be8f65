"""Turns at hosts: one request at a time, and a minimum interval, for the whole process."""

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from scraper.fetch.clock import Clock, SystemClock


@dataclass(slots=True)
class _Host:
    busy: bool = False
    next_at: float = 0.0
    waiting: deque[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = field(default_factory=deque)


class Pace:
    """Hands out turns, host by host, first come first served.

    Work may come from several event loops and threads: whatever fetches in this process shares `PACE`.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, host: str, interval: float) -> AsyncIterator[None]:
        """Wait for the host's turn and hold it.

        Args:
            host: whose turn it is.
            interval: the seconds from the start of this turn to the earliest start of the next.
        """
        state = await self._enter(host)
        try:
            while (wait := state.next_at - self._clock.monotonic()) > 0:
                await self._clock.sleep(wait)
            # A hold that the answer asks for must not be shortened: only ever move the next start later.
            state.next_at = max(state.next_at, self._clock.monotonic() + interval)
            yield
        finally:
            self._leave(state)

    def hold(self, host: str, seconds: float) -> None:
        """Begin no turn at the host for some seconds: it asked for that."""
        with self._lock:
            state = self._hosts.setdefault(host, _Host())
            state.next_at = max(state.next_at, self._clock.monotonic() + seconds)

    async def _enter(self, host: str) -> _Host:
        loop = asyncio.get_running_loop()
        with self._lock:
            state = self._hosts.setdefault(host, _Host())
            if not state.busy:
                state.busy = True
                return state
            mine = loop.create_future()
            state.waiting.append((loop, mine))
        try:
            await mine
        except asyncio.CancelledError:
            with self._lock:
                handed_over = (loop, mine) not in state.waiting
                if not handed_over:
                    state.waiting.remove((loop, mine))
            if handed_over:
                self._leave(state)
            raise
        return state

    def _leave(self, state: _Host) -> None:
        """Hand the turn to the caller that has waited longest; the host stays busy in between."""
        with self._lock:
            while state.waiting:
                loop, future = state.waiting.popleft()
                try:
                    loop.call_soon_threadsafe(_wake, future)
                except RuntimeError:  # that loop was closed while its work still waited
                    continue
                return
            state.busy = False


def _wake(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


PACE = Pace(SystemClock())
"""The pace of this process."""

"""One run at a time: the lease that a run takes, renews while it lives, and releases."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from scraper.errors import Fatal, TrialPagesError
from scraper.fetch.clock import CLOCKS_DIFFER, Clock
from scraper.store.database import Database, StoreError
from scraper.store.tables import LEASE

_NAME: Final = "scrape"
"""The one row of the table, which the first migration makes."""

_FREE: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""The expiry of a released lease: in the past by every clock, also one that is behind ours."""


class LeaseHeld(Fatal, TrialPagesError):
    """Another run is under way."""


class LeaseLost(Fatal, TrialPagesError):
    """Another run may have taken over, since this one was silent for too long."""


def holder() -> str:
    """This process, as `computer:process id:start time`; the start time tells it from a later one of the same id."""
    pid = os.getpid()
    return f"{_computer()}:{pid}:{_began(pid)}"


def described(other: str) -> str:
    """A holder in words: `process 4711 on host`."""
    computer, pid, _ = other.rsplit(":", 2)
    return f"process {pid} on {computer.partition('/')[0]}"


def is_dead(other: str) -> bool:
    """Whether a holder was a process of this computer that has ended; of other computers nothing is known."""
    computer, pid, began = other.rsplit(":", 2)
    return computer == _computer() and _began(int(pid)) != began


def is_held(row: sa.Row[Any], now: datetime, seconds: float) -> bool:
    """Whether a lease is held by a process that may be alive.

    A lease that was taken in the future, or that runs out later than it can, was written by a clock ahead of ours. It
    is ignored, or no run could begin until then. A living holder learns so at its next renewal.

    Args:
        row: of the table.
        now: the moment.
        seconds: how long the holder may be silent, where the row does not say.
    """
    silent = timedelta(seconds=row.seconds if row.seconds is not None else seconds)
    is_ahead = row.taken_at > now + CLOCKS_DIFFER or row.expires_at > now + silent + CLOCKS_DIFFER
    return row.expires_at > now and not is_ahead and not is_dead(row.holder)


class Lease:
    """The right to run, for a while.

    Args:
        database: the store's.
        clock: time.
        seconds: how long the holder may be silent.
    """

    def __init__(self, database: Database, clock: Clock, seconds: float) -> None:
        self._database = database
        self._clock = clock
        self._seconds = seconds
        self._mine = holder()
        self._good_until = 0.0

    @contextmanager
    def held(self) -> Iterator[Callable[[], None]]:
        """Hold the lease; before the block saves anything, it calls the function that it is given.

        Raises:
            LeaseHeld: another process has it; the message says which, and since when.
            LeaseLost: by that function, where the lease was lost.
            StoreError: the database cannot be written.
        """
        self._take()
        stop = threading.Event()
        renewing = threading.Thread(target=self._renew, args=(stop,), name="lease", daemon=True)
        renewing.start()
        try:
            yield self._check
        finally:
            stop.set()
            renewing.join()
            self._let_go()

    def _take(self) -> None:
        started = self._clock.monotonic()
        now = self._clock.now()
        with self._database.write_transaction() as connection:
            row = connection.execute(sa.select(LEASE).where(LEASE.c.name == _NAME).with_for_update()).one()
            if is_held(row, now, self._seconds):
                raise LeaseHeld(
                    f"another run is under way, by {described(row.holder)}"
                    f" since {row.taken_at:%Y-%m-%d %H:%M:%S} UTC; `scrape --wait` waits for its end"
                )
            connection.execute(
                LEASE.update()
                .where(LEASE.c.name == _NAME)
                .values(holder=self._mine, taken_at=now, expires_at=self._expiry(now), seconds=self._seconds)
            )
        self._good_until = started + self._seconds

    def _renew(self, stop: threading.Event) -> None:
        while not stop.wait(self._seconds / 4):
            started = self._clock.monotonic()
            try:
                with self._database.write_transaction() as connection:
                    mine = connection.execute(
                        LEASE.update()
                        .where(LEASE.c.name == _NAME, LEASE.c.holder == self._mine)
                        .values(expires_at=self._expiry(self._clock.now()))
                    ).rowcount
            except StoreError:
                continue  # the database may be back before the lease runs out; if not, `_check` raises
            if not mine:
                self._good_until = 0.0
                return
            self._good_until = started + self._seconds

    def _check(self) -> None:
        if self._clock.monotonic() >= self._good_until:
            raise LeaseLost("this run was silent for too long, so another may have begun: it stops here")

    def _let_go(self) -> None:
        try:
            with self._database.write_transaction() as connection:
                connection.execute(
                    LEASE.update().where(LEASE.c.name == _NAME, LEASE.c.holder == self._mine).values(expires_at=_FREE)
                )
        except StoreError:
            pass  # it runs out by itself

    def _expiry(self, now: datetime) -> datetime:
        return now + timedelta(seconds=self._seconds)


def _computer() -> str:
    """Where process numbers mean what they mean here: this computer, and on Linux the namespace, as of a container."""
    try:
        namespace = os.stat("/proc/self/ns/pid").st_ino  # noqa: PTH116 - no Path is needed
    except OSError:
        namespace = 0
    return f"{socket.gethostname()}/{namespace}"


def _began(pid: int) -> str:
    """When a process began, in the kernel's own units; "" where there is no such process, or it has ended."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:  # noqa: PTH123 - no Path is needed
            # The second field is the program's name in parentheses and can hold anything.
            fields = file.read().rpartition(")")[2].split()
        return "" if fields[0] in "XZ" else fields[19]  # a zombie: it has ended, and its parent does not know yet
    except FileNotFoundError:
        pass
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return ""
    except PermissionError:
        pass
    return "?"

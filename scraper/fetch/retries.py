"""Which failures are tried again, when, and for how long."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import Random
from typing import Final, cast

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_exponential

from scraper.fetch.clock import Clock

RETRIED_STATUSES: Final = frozenset({429, 500, 502, 503, 504})

LONGEST_RETRY_AFTER: Final = 366 * 86_400.0
"""Seconds. What asks for more counts as this: no run waits for a year, and dates far beyond cannot be computed."""


class Transient(Exception):
    """A failed attempt that may be followed by another."""

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after
        """The seconds that the host asks to wait."""


@dataclass(slots=True)
class Budget:
    """The seconds a page may still take: attempts and the waits between them, not the queue for its host."""

    left: float


def retrying(
    *,
    attempts: int,
    longest_wait: float,
    budget: Budget,
    clock: Clock,
    random: Random,
    before_wait: Callable[[Transient, int, float], None],
) -> AsyncRetrying:
    """What calls a function until it returns, raises something else than Transient, or has to be given up.

    Args:
        attempts: how many there may be in all.
        longest_wait: the longest wait between two, in seconds; a host that asks for more is not tried again.
        budget: what the page may take; waits are taken from it.
        clock: lets waits pass.
        random: spreads the waits, so that many workers do not come back at once.
        before_wait: told each failure, the number of the attempt, and the seconds until the next.

    Raises:
        Transient: the last one, when there is no further attempt.
    """
    exponential = wait_exponential(multiplier=1, max=longest_wait)

    def wait(state: RetryCallState) -> float:
        asked = _failure(state).retry_after
        return exponential(state) * random.uniform(0.5, 1) if asked is None else asked

    def stop(state: RetryCallState) -> bool:
        wait = state.upcoming_sleep
        return state.attempt_number >= attempts or wait > longest_wait or wait >= budget.left

    def before_sleep(state: RetryCallState) -> None:
        budget.left -= state.upcoming_sleep
        before_wait(_failure(state), state.attempt_number, state.upcoming_sleep)

    return AsyncRetrying(
        sleep=clock.sleep,
        stop=stop,
        wait=wait,
        retry=retry_if_exception_type(Transient),
        before_sleep=before_sleep,
        reraise=True,
    )


def retry_after(value: str | None, now: datetime) -> float | None:
    """The seconds that a `Retry-After` header asks to wait; None without one that can be read.

    Args:
        value: a number of seconds, or a date as in `Wed, 21 Oct 2026 07:28:00 GMT`.
        now: the moment from which a date is counted.
    """
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(float(text), LONGEST_RETRY_AFTER)
    moment = _moment(text)
    return None if moment is None else min(max(0.0, (moment - now).total_seconds()), LONGEST_RETRY_AFTER)


def longest_retry_after(values: Iterable[str], now: datetime) -> float | None:
    """The longest wait that some `Retry-After` headers ask for, be they joined by commas; None where none can be read.

    Args:
        values: the headers' values.
        now: the moment from which dates are counted.
    """
    each = (part for value in values for part in (value, *value.split(",")))
    return max((seconds for part in each if (seconds := retry_after(part, now)) is not None), default=None)


def server_time(values: Iterable[str], now: datetime) -> datetime:
    """The moment by the server's own clock, from which the dates that it names count: ours may be wrong.

    Args:
        values: of its `Date` headers.
        now: the moment by our clock, where none can be read.
    """
    return next((moment for value in values if (moment := _moment(value)) is not None), now)


def _moment(date: str) -> datetime | None:
    """A date as headers write it; None where it is none. A leap second counts as the one before it."""
    try:
        moment = parsedate_to_datetime(_LEAP_SECOND.sub(r"\g<1>59", date.strip()))
    except (ValueError, OverflowError, IndexError, TypeError):  # the last two where the parser is mistaken
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


_LEAP_SECOND: Final = re.compile(r"(\d:\d\d:)60\b")


def _failure(state: RetryCallState) -> Transient:
    # Nothing else is retried, so nothing else is ever waited for.
    return cast("Transient", state.outcome and state.outcome.exception())

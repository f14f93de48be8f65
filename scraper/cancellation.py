"""Cancellations that nobody asked for: asyncio takes them for the end of a task, and tells nobody."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def cancellation_as_error() -> Iterator[None]:
    """Let a cancellation within be an ordinary exception, unless the task that runs is meant.

    Raises:
        RuntimeError: something was cancelled that was only waited for.
    """
    try:
        yield
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise RuntimeError("what was waited for was cancelled, and nobody asked for that") from error

"""Turns a cancellation that nobody requested into an ordinary error, which asyncio would swallow."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def cancellation_as_error() -> Iterator[None]:
    """Raise a cancellation within the block as an error, unless the running task itself was cancelled.

    Raises:
        RuntimeError: something that the task waited for was cancelled.
    """
    try:
        yield
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise RuntimeError("what was waited for was cancelled, and nobody asked for that") from error

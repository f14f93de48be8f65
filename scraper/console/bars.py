"""Decides whether progress bars are drawn: on standard error, where a person sees it and no data is drawn over."""

import os
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final, Protocol

_UNABLE: Final = frozenset({"dumb", "unknown"})
"""What terminals call themselves that know no commands."""


def can_draw_bars(*, beside_data: bool = False) -> bool:
    """Whether bars can be drawn: standard error is a terminal that can go back to a line.

    Args:
        beside_data: data is printed meanwhile. It must go into a file then: what of it a terminal shows, be it behind
            a pipe, would be drawn over.
    """
    able = sys.stderr.isatty() and os.environ.get("TERM", "") not in _UNABLE
    return able and (not beside_data or goes_to_a_file())


class Step(Protocol):
    """Moves the bar of a name on."""

    def __call__(self, name: str, by: int = 1, /) -> None:
        """Move it on by one, or by so many."""
        ...


@contextmanager
def bars(totals: Mapping[str, int], *, of_bytes: bool = False) -> Iterator[Step]:
    """Draw a bar for each name; the function that is yielded moves them on.

    Args:
        totals: how far each goes; where there are none, nothing is drawn.
        of_bytes: whether that is in bytes.
    """
    if not totals:
        yield lambda _, by=1: None  # noqa: ARG005 - that of a bar
        return
    from scraper.console.drawing import drawn  # noqa: PLC0415 - rich takes long to load

    with drawn(totals, of_bytes=of_bytes) as step:
        yield step


def goes_to_a_file() -> bool:
    """Whether standard output is a file, or nothing: anything else may lead to the terminal."""
    try:
        status = os.fstat(sys.stdout.fileno())
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) or (stat.S_ISCHR(status.st_mode) and not sys.stdout.isatty())

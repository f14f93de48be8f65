"""Draws progress bars, and prints lines above them."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from rich.console import Console, ConsoleDimensions
from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from scraper.console.printing import STDERR, columns

_REDRAWN: Final = 0.1
"""Seconds from one drawing to the next at least; what moves faster nobody sees."""

_LINES: Final = 25
"""Lines of a terminal; the bars are fewer."""


@contextmanager
def drawn(totals: Mapping[str, int], *, of_bytes: bool = False) -> Iterator[Callable[..., None]]:
    """Draw a bar for each name; the function that is yielded moves the bar of a name on, by one or by so many.

    Args:
        totals: how far each goes.
        of_bytes: whether that is in bytes.
    """
    texts = [TextColumn("{task.description:16}", markup=False)] if len(totals) > 1 or "" not in totals else []
    console = _Console(file=STDERR)
    progress = Progress(
        *texts,
        BarColumn(),
        DownloadColumn() if of_bytes else MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        auto_refresh=False,  # a thread would draw while we fork
        redirect_stdout=False,  # rich would take the data for words beside the bars
        redirect_stderr=False,
        transient=True,
    )
    tasks = {name: progress.add_task(name, total=total) for name, total in totals.items()}
    last = time.monotonic()

    def step(name: str, by: int = 1) -> None:
        nonlocal last
        progress.advance(tasks[name], by)
        if time.monotonic() - last >= _REDRAWN:
            progress.refresh()
            last = time.monotonic()

    with progress:
        STDERR.above = lambda line: console.out(line, highlight=False)
        try:
            yield step
        finally:
            STDERR.above = None


class _Console(Console):
    """Standard error as rich sees it."""

    @property
    def encoding(self) -> str:
        """The encoding of standard error."""
        return sys.stderr.encoding

    @property
    def size(self) -> ConsoleDimensions:
        """That of the terminal which standard error is, whatever the other streams are."""
        return ConsoleDimensions(columns(STDERR) or 80, _LINES)

    @size.setter
    def size(self, _: tuple[int, int]) -> None:
        """It is the terminal's."""

    def show_cursor(self, show: bool = True) -> bool:  # noqa: ARG002, FBT001, FBT002 - rich's
        """Keep the cursor visible: a killed program could not show it again."""
        return False

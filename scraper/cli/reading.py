"""What the commands have in common that read pages from files: their options, their progress, what is passed over."""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Final, TypeVar

import click

from scraper.cli.moments import moment_of
from scraper.console.bars import Step, bars
from scraper.console.printing import tell
from scraper.imports.entries import Input, PassedOver
from scraper.imports.paths import bytes_below, inputs_below

_Command = TypeVar("_Command", bound=Callable[..., None])

captured_at_option: Final[Callable[[_Command], _Command]] = click.option(
    "--captured-at",
    callback=moment_of,
    metavar="WHEN",
    help="When pages were captured that do not say so themselves: 2024-05-01, 2024-05-01T03:00Z.",
)

jobs_option = click.option(
    "--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that read pages."
)


class Reading:
    """Follows what becomes of pages from files: draws a bar, tells what is passed over, in the order of the files.

    Args:
        quiet: whether what is passed over is only counted.
    """

    def __init__(self, *, quiet: bool) -> None:
        self._step: Step = lambda _, by=1: None  # noqa: ARG005 - that of a bar
        self._quiet = quiet
        self._under_way: deque[int | PassedOver] = deque()
        """Of each page that has no result yet how much was read up to it, and what was passed over between them."""
        self._at = 0
        self.records: Counter[str] = Counter()
        """Records of files that are no pages, by what they are."""

    def inputs(self, paths: Sequence[str], url: str | None, told: datetime | None) -> tuple[Iterator[Input], bool]:
        """The pages below some paths, and whether there may be several.

        Args:
            paths: files and folders.
            url: the address of the page, for one.
            told: when pages were captured that do not say so themselves.

        Raises:
            click.UsageError: there is an address, and several pages.
        """
        inputs = inputs_below(paths, url, told=told, passed_over=self._pass_over)
        first = next(inputs, None)
        several = len(paths) > 1 or Path(paths[0]).is_dir() or first is None or first.offset is not None
        if url is not None and several:
            raise click.UsageError("--url is the address of one page; give one file with it")
        return self._noting(chain(filter(None, [first]), inputs)), several

    def came(self) -> None:
        """Note that the next result is there."""
        self._tell_passed()
        read = self._under_way.popleft()
        assert isinstance(read, int)  # noqa: S101 - what was passed over before it has been told
        self._step("", max(0, read - self._at))
        self._at = max(self._at, read)

    @contextmanager
    def drawn(self, paths: Iterable[str], *, shown: bool) -> Iterator[None]:
        """Draw a bar over the bytes of the files below some paths, if it is to be shown."""
        with bars({"": bytes_below(paths)} if shown else {}, of_bytes=True) as self._step:
            yield
            self._tell_passed()

    def _tell_passed(self) -> None:
        while self._under_way and isinstance(passed := self._under_way[0], PassedOver):
            self._under_way.popleft()
            if not self._quiet:
                records = f"{passed.records:,} record{'' if passed.records == 1 else 's'}: " if passed.records else ""
                tell(f"passed over: {passed.name}: {records}{passed.what}")

    def _pass_over(self, passed: PassedOver) -> None:
        """Count what is passed over, and tell it when the results of the pages before have come."""
        if passed.records:
            self.records[passed.what] += passed.records
        self._under_way.append(passed)

    def _noting(self, inputs: Iterable[Input]) -> Iterator[Input]:
        """The same pages, each noted."""
        for source in inputs:
            self._under_way.append(source.read)
            yield source

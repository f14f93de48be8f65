"""The files that hold several pages, in one table: how one is known, and how it is read."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scraper.imports import json_lists
from scraper.imports.entries import Input, PassedOver

if TYPE_CHECKING:
    from scraper.imports.warc_pages import WarcPages


class Container(NamedTuple):
    """A kind of file that holds several pages."""

    fits: Callable[[str, bytes], bool]
    """Whether a file is one, by its name in lower case and its first bytes, unpacked."""
    pages: Callable[[Path], Iterator[Input | PassedOver]]
    """What is in it; what is wrong with a part of it costs that part."""


class Containers(ExitStack):
    """The table, and what its readers know of the files before."""

    @cached_property
    def kinds(self) -> tuple[Container, ...]:
        """The first that fits reads a file."""
        return (
            Container(lambda name, _: name.endswith(".wacz"), self._wacz),  # other kinds of files are zip archives, too
            # By its name, too: its first record may be damaged.
            Container(lambda name, head: name.endswith((".warc", ".warc.gz")) or head.startswith(b"WARC/"), self._warc),
            Container(json_lists.is_ours, json_lists.ours),
            Container(json_lists.is_list, json_lists.studies),
            Container(json_lists.is_lines, json_lists.lines),
        )

    def of(self, name: str, head: bytes) -> Container | None:
        """What a file is, by its name and its first bytes; None where it is one page."""
        return next((kind for kind in self.kinds if kind.fits(name.lower(), head)), None)

    # What reads WARC files takes long to load, and most commands over files read none.
    @cached_property
    def _warcs(self) -> "WarcPages":
        from scraper.imports.warc_pages import WarcPages  # noqa: PLC0415 - see above

        warcs = WarcPages()
        self.callback(warcs.close)
        return warcs

    def _warc(self, path: Path) -> Iterator[Input | PassedOver]:
        return self._warcs.pages(path)

    def _wacz(self, path: Path) -> Iterator[Input | PassedOver]:
        from scraper.imports import wacz  # noqa: PLC0415 - see above

        return wacz.pages(path, self._warcs.pages)

"""Prints tables: as wide as their content in files and pipes, no wider than the terminal on terminals, never cut.

Where a table does not fit, its cells are wrapped; where that is not enough, its fields become rows. In files and pipes
a table with lines around its cells has rows for fields, too, where its lines would be longer than anybody reads.
"""

import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Final, NamedTuple

from rich.cells import cell_len, chop_cells

from scraper.console.printing import columns, out
from scraper.console.visible import ESCAPES, visible

_GAP: Final = 2
"""Blanks between two columns."""

_WORDS: Final = 24
"""Columns that wrapped sentences need at least to be read with ease."""

_VALUES: Final = 16
"""Columns that wrapped values need at least."""

_WIDEST_FRAME: Final = 160
"""Columns of a table with lines around its cells in files and pipes: half as much again as a line of code, and the logs
of most build servers show it."""

_NAME: Final = 44
"""Columns of the longest name beside which its value stands; a longer one stands above."""


class _Frame(NamedTuple):
    """What is drawn around and between cells: at the left, between two, at the right."""

    head: tuple[str, str, str]
    body: tuple[str, str, str]
    lines: tuple[str, str, str] = ("", "", "")
    """Above the headings, below them, at the end: each the left corner, the line, the crossing, the right corner."""


_NONE: Final = _Frame(("", " " * _GAP, ""), ("", " " * _GAP, ""))
_DRAWN: Final = _Frame(("┃ ", " ┃ ", " ┃"), ("│ ", " │ ", " │"), ("┏━┳┓", "┡━╇┩", "└─┴┘"))
_TYPED: Final = _Frame(("| ", " | ", " |"), ("| ", " | ", " |"), ("+-++", "+-++", "+-++"))
"""Where the output can hold no lines."""


class Table:
    """A table.

    Args:
        headings: of its columns.
        words: the headings of columns that hold words; the others hold figures.
        wraps: the headings of columns whose words may be wrapped; without them, the last column.
        framed: whether there are lines around the cells.
    """

    def __init__(
        self, *headings: str, words: Collection[str] = (), wraps: Collection[str] = (), framed: bool = False
    ) -> None:
        drawn = _DRAWN if _shown("┃") == "┃" else _TYPED
        self._frame = drawn if framed else _NONE
        self._least = _VALUES if framed else _WORDS
        self._headings = [_shown(heading) for heading in headings]
        self._left = [heading in words for heading in headings]
        self._wraps = [heading in (wraps or headings[-1:]) for heading in headings]
        self._rows: list[list[str]] = []

    def add(self, *cells: str) -> None:
        """Add a row."""
        self._rows.append([_shown(cell) for cell in cells])

    def show(self) -> None:
        """Print it on standard output."""
        widths = self._widths(columns(sys.stdout))
        if widths is not None:
            above, below, end = self._frame.lines
            _print_line(above, widths)
            _print_row(self._headings, widths, self._left, self._frame.head)
            _print_line(below, widths)
            for row in self._rows:
                _print_row(row, widths, self._left, self._frame.body)
            _print_line(end, widths)
            return
        for place, row in enumerate(self._rows):
            if place:
                out("")
            pairs([(heading, cell) for heading, cell in zip(self._headings, row, strict=True) if cell], indent=0)

    def _widths(self, room: int | None) -> list[int] | None:
        """The columns' widths; None where they do not fit."""
        natural = [max(map(cell_len, cells)) for cells in zip(self._headings, *self._rows, strict=True)]
        before, between, behind = map(len, self._frame.body)
        around = before + between * (len(natural) - 1) + behind
        if room is None:
            is_framed = self._frame is not _NONE
            return None if is_framed and sum(natural) + around > _WIDEST_FRAME else natural
        least = [
            max(min(width, self._least), cell_len(heading)) if wraps else width
            for width, heading, wraps in zip(natural, self._headings, self._wraps, strict=True)
        ]
        left = room - sum(least) - around
        if left < 0:
            return None
        # Evenly, so that no long cell takes the room of the others.
        growing = [place for place, width in enumerate(natural) if width > least[place]]
        while left and growing:
            share = max(1, left // len(growing))
            for place in growing:
                more = min(share, natural[place] - least[place], left)
                least[place] += more
                left -= more
            growing = [place for place in growing if natural[place] > least[place]]
        return least


def pairs(rows: Iterable[tuple[str, str]], *, indent: int = 2) -> None:
    """Print names and values side by side; wrapped values stay in their column.

    Args:
        rows: names with their values.
        indent: blanks before each line.
    """
    shown = [(_shown(name), _shown(value)) for name, value in rows]
    room = columns(sys.stdout)
    width = max((cell_len(name) for name, _ in shown if cell_len(name) <= _NAME), default=0)
    beside = room is None or room - indent - width - _GAP >= _WORDS
    for name, value in shown:
        if beside and cell_len(name) <= width:
            widths = [width, _left_of(room, indent + width + _GAP, value)]
            _print_row([name, value], widths, [True, True], (" " * indent, " " * _GAP, ""))
        else:
            _print_text(name, room, indent)
            _print_text(value, room, indent + _GAP)


def side_by_side(first: str, names: Sequence[str], columns_: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Print things column by column with names before their rows; where they do not fit, in several tables.

    Args:
        first: the heading of the names.
        names: of the rows.
        columns_: each thing's heading and cells.
    """
    room = columns(sys.stdout)
    frame = len(_DRAWN.body[1])
    before = max(cell_len(_shown(name)) for name in (first, *names)) + frame + 1
    start = 0
    while start < len(columns_):
        end, taken = start, before
        while end < len(columns_):
            heading, cells = columns_[end]
            width = max(cell_len(_shown(heading)), min(_VALUES, max(cell_len(_shown(cell)) for cell in cells)))
            taken += width + frame
            if room is not None and taken > room and end > start:
                break
            end += 1
        part = columns_[start:end]
        headings = [heading for heading, _ in part]
        table = Table(first, *headings, words={first, *headings}, wraps=headings, framed=True)
        for row in zip(names, *(cells for _, cells in part), strict=True):
            table.add(*row)
        table.show()
        start = end


def say(sentence: str, *, indent: int = 0) -> None:
    """Print a sentence on standard output; terminals get it parted between words."""
    _print_text(_shown(sentence), columns(sys.stdout), indent)


def wrapped(text: str, width: int) -> Iterator[str]:
    """The lines of a text: parted between words, and within those that are longer than a line.

    Args:
        text: one line.
        width: in columns of a terminal.
    """
    if cell_len(text) <= width:
        yield text
        return
    line, used = "", 0
    for word in text.split():
        length = cell_len(word)
        if used and used + 1 + length <= width:
            line, used = f"{line} {word}", used + 1 + length
            continue
        if used:
            yield line
        *whole, line = chop_cells(word, width) if length > width else [word]
        yield from whole
        used = cell_len(line)
    yield line


def _left_of(room: int | None, taken: int, text: str) -> int:
    """The columns that are left for a text, and what it wants where there is no end."""
    return cell_len(text) if room is None else max(1, room - taken)


def _print_text(text: str, room: int | None, indent: int) -> None:
    for line in wrapped(text, _left_of(room, indent, text)):
        out(f"{' ' * indent}{line}")


def _print_row(cells: Sequence[str], widths: Sequence[int], left: Sequence[bool], frame: tuple[str, str, str]) -> None:
    before, between, behind = frame
    parts = [list(wrapped(cell, max(1, width))) for cell, width in zip(cells, widths, strict=True)]
    for lines in zip_longest(*parts, fillvalue=""):
        padded = [
            f"{text}{blanks}" if words else f"{blanks}{text}"
            for text, width, words in zip(lines, widths, left, strict=True)
            for blanks in [" " * (width - cell_len(text))]
        ]
        out(f"{before}{between.join(padded)}{behind}".rstrip(" "))


def _print_line(signs: str, widths: Sequence[int]) -> None:
    if signs:
        left, line, crossing, right = tuple(signs)
        out(left + crossing.join(line * (width + 2) for width in widths) + right)


def _shown(text: str) -> str:
    """As it is printed, so that its width is known."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return visible(text).encode(encoding, ESCAPES).decode(encoding)

"""Prints: data and reports on standard output, messages on standard error.

Nothing else in this project prints, so that every text of a page, a file or a server passes `visible` on its way to a
person.
"""

import io
import json
import os
import sys
from collections.abc import Callable
from typing import Final, TextIO

from scraper.console.visible import ESCAPES, visible
from scraper.masking import masked

_COLUMNS: Final = 80
"""Columns of a terminal that does not say how many it has."""


class _Errors(io.StringIO):
    """Standard error for messages: if it cannot be written, the work goes on."""

    above: Callable[[str], None] | None = None
    """Prints a line above the bars, where some are drawn."""
    lost = False
    """Whether something could not be written."""

    def write(self, text: str) -> int:
        """Write, if possible."""
        try:
            sys.stderr.write(text)
        except OSError:
            self.lost = True
        return len(text)

    def flush(self) -> None:
        """Flush, if possible."""
        try:
            sys.stderr.flush()
        except OSError:
            self.lost = True

    def isatty(self) -> bool:
        """Whether people look at it."""
        return sys.stderr.isatty()

    def fileno(self) -> int:
        """Its descriptor."""
        return sys.stderr.fileno()


STDERR: Final = _Errors()


class LogStream(io.StringIO):
    """A stream for a log, whose lines are printed one by one on standard error."""

    def __init__(self) -> None:
        super().__init__()
        self._begun = ""

    def write(self, text: str) -> int:
        """Print the lines that are complete now."""
        *lines, self._begun = f"{self._begun}{text}".split("\n")
        for line in lines:
            tell(line)
        return len(text)


def begin() -> None:
    """Make the standard streams exist and accept every character.

    A program may be begun without some of them. Then the next files that it opens would take their places, and data
    would be written into these, or be lost without an error: such a stream becomes one that refuses.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            # The wrong way round: what data is written to can only be read from, and so on. Errors may go nowhere.
            descriptor = os.open(os.devnull, os.O_RDONLY if name == "stdout" else os.O_WRONLY)
            if descriptor != number:
                os.dup2(descriptor, number)
                os.close(descriptor)
            file = io.FileIO(number, "w" if number else "r", closefd=False)
            setattr(sys, name, io.TextIOWrapper(file, encoding="utf-8", line_buffering=name == "stderr"))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=ESCAPES)


def end() -> bool:
    """Flush both streams; give up what cannot be written, since Python would try once more and complain.

    Returns:
        Whether everything printed on standard error could be written.
    """
    STDERR.flush()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    lost, STDERR.lost = STDERR.lost, False
    return not lost


def columns(stream: TextIO) -> int | None:
    """How many columns its lines may have; None where it is no terminal: they are as long as they want there."""
    if not stream.isatty():
        return None
    told = os.environ.get("COLUMNS", "")
    if told.isascii() and told.isdecimal() and int(told[:6]):
        return int(told[:6])
    try:
        return os.get_terminal_size(stream.fileno()).columns or _COLUMNS
    except OSError:
        return _COLUMNS


def out(line: str) -> None:
    """Print one line on standard output, however long it is."""
    print(visible(line))


def out_json(value: object, indent: int | None = None) -> None:
    """Print a value as JSON on standard output."""
    print(as_json(value, indent))


def as_json(value: object, indent: int | None = None) -> str:
    """A value as JSON; what terminals obey and people do not see is escaped in it."""
    return "\n".join(map(visible, json.dumps(value, ensure_ascii=False, indent=indent).split("\n")))


def tell(line: str) -> None:
    """Print one line on standard error, above the bars where some are drawn; passwords in addresses are masked."""
    line = masked(line)
    if STDERR.above is not None:
        STDERR.above(visible(line))
    else:
        STDERR.write(f"{visible(line)}\n")
        STDERR.flush()


def data_stream() -> TextIO:
    """Standard output for data that programs read; on a terminal alone, each line passes `visible`."""
    return _Shown() if sys.stdout.isatty() else sys.stdout


class _Shown(io.StringIO):
    """A terminal, which must obey nothing that stands in data."""

    def write(self, text: str) -> int:
        """Print lines; their ends alone are obeyed."""
        sys.stdout.write("\n".join(map(visible, text.replace("\r\n", "\n").split("\n"))))
        return len(text)

"""The rows of a list: of a table as text with any separator, or the lines of a plain list."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from scraper.errors import TrialPagesError
from scraper.parse.encoding import is_binary, utf8


class UnreadableList(TrialPagesError):
    """A file that holds no list that can be read."""

    exit_code = 2


class Row(NamedTuple):
    """One row that is not blank."""

    place: str
    """Where a person finds it: `row 5`, `row 5 of Sheet2`, `line 5`."""
    text: str
    """The words of its cells, between bars."""

    def __str__(self) -> str:
        """The place with the first words."""
        words = " ".join(self.text.split())
        return f"{self.place} ({words if len(words) <= _SHOWN else f'{words[: _SHOWN - 1]}…'!s})"


_SHOWN: Final = 40
"""Characters of a row that a message shows."""


def text_rows(content: bytes) -> Iterator[Row]:
    """The rows of a text that are not blank, and no comments.

    Args:
        content: in any encoding.

    Raises:
        UnreadableList: it is no text.
    """
    if content.startswith(b"%PDF"):
        raise UnreadableList("is a PDF: copy the ids into a text file or a spreadsheet")
    text = utf8(_with_mark(content)).decode("utf-8", "replace")
    if is_binary(text.encode()):
        raise UnreadableList("is neither text nor a spreadsheet: save it as .xlsx, .csv or .txt")
    yield from _rows(text.replace("\r\n", "\n").replace("\r", "\n"))


def _with_mark(content: bytes) -> bytes:
    """UTF-16 with its mark, which some programs leave out: then every second byte of plain letters is a NUL."""
    beginning = content[:_BEGINNING]
    for place, mark in ((1, b"\xff\xfe"), (0, b"\xfe\xff")):
        letters = beginning[1 - place :: 2]
        if len(beginning) > 1 and beginning[place::2].count(0) * 2 > len(letters) and 0 not in letters:
            return mark + content
    return content


_BEGINNING: Final = 1000
"""Bytes that tell UTF-16."""
_SEPARATORS: Final = ",;\t|"
"""Of columns; the one that stands in most lines is the file's."""


def _rows(text: str) -> Iterator[Row]:
    lines = text.split("\n", _LOOKED_AT)[:_LOOKED_AT]
    separator = max(_SEPARATORS, key=lambda sign: sum(sign in line for line in lines))
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    begins = 1
    try:
        for cells in reader:
            if words := _without_comment(" | ".join(cell.strip() for cell in cells if cell.strip())):
                yield Row(f"line {begins}", words)
            begins = reader.line_num + 1
    except csv.Error:  # a quotation mark that nothing closes
        for number, line in enumerate(text.split("\n")[begins - 1 :], begins):
            if words := _without_comment(line.strip()):
                yield Row(f"line {number}", words)


_LOOKED_AT: Final = 1000
"""Lines that tell the separator."""


def _without_comment(text: str) -> str:
    """The words before a comment, which opens the line or stands behind a digit; `# 12` is none."""
    match = _COMMENT.search(text)
    return text if match is None else text[: match.start()].rstrip()


_COMMENT: Final = re.compile(r"^#(?!\s*\d)|(?<=\d)\s+#(?!\s*\d)")

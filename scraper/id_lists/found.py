"""NCT ids in the rows of a list, in whatever column or text they stand."""

import re
import unicodedata
from collections import Counter
from typing import Final, NamedTuple

from normalizers.identifiers import nct_ids
from normalizers.text import INVISIBLE
from scraper.id_lists.rows import Row, UnreadableList, text_rows
from scraper.id_lists.spreadsheet import is_spreadsheet, spreadsheet_rows

LARGEST: Final = 50 * 2**20
"""Bytes of a list: four million ids in a text."""


class Found(NamedTuple):
    """What a list holds."""

    numbers: tuple[str, ...]
    """The NCT ids in order, each once."""
    repeated: int
    """How many of them stand in several rows."""
    without: tuple[Row, ...]
    """Rows that hold no NCT id, or words that could be one and are none; no heading and no comment is among them."""


def find(content: bytes) -> Found:
    """The NCT ids in a file.

    An id is one in small letters, within an address or a sentence, and with blanks or a dash in it: `NCT 0516 0831`.
    Rows before the first id that hold no digit are headings.

    Args:
        content: the file's: a spreadsheet (xlsx, xlsm, xlsb, xls, ods) or text in any encoding.

    Raises:
        UnreadableList: it is neither, or cannot be read; the message goes on with the file's name before it.
    """
    seen: Counter[str] = Counter()
    without: list[Row] = []
    if len(content) > LARGEST:
        raise UnreadableList(f"is larger than {LARGEST // 2**20} MiB: divide it")
    for row in spreadsheet_rows(content) if is_spreadsheet(content) else text_rows(content):
        words = _joined(row.text)
        numbers = nct_ids(words)
        seen.update(numbers)
        if numbers:
            if any(nct_ids(nearly) == [] for nearly in _NEARLY.findall(words)):
                without.append(row)
        elif seen or any(map(str.isdigit, words)):
            without.append(row)
    return Found(tuple(seen), sum(times > 1 for times in seen.values()), tuple(without))


def _joined(text: str) -> str:
    """The words with the ids in them in one piece."""
    words = unicodedata.normalize("NFKC", text).translate(INVISIBLE)
    return _PARTED.sub(_in_one_piece, words)


def _in_one_piece(match: re.Match[str]) -> str:
    digits = "".join(filter(str.isdigit, match[0]))
    return f"NCT{digits}" if len(digits) == _DIGITS else match[0]


_DIGITS: Final = 8
"""Of an NCT id."""
_PARTED: Final = re.compile(
    r"(?<![A-Z0-9])NCT[\s:#_.-]{0,3}(?:\d{8}(?!\d)|\d{1,7}(?:[ .-]\d{1,7}){1,4}(?![ .-]?\d))", re.IGNORECASE | re.ASCII
)
"""An id with signs behind its letters, or between its digits."""
_NEARLY: Final = re.compile(r"(?<![A-Z0-9])NCT[\s:#_.-]{0,3}\d[0-9A-Z]*", re.IGNORECASE | re.ASCII)
"""What looks like an id, and may have too few digits or too many."""

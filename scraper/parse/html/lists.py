"""Lists that are open, and the numbers of their items."""

import re

from selectolax.lexbor import LexborNode


class OpenList:
    """An open list: how deep it stands, and the marker of its next item."""

    __slots__ = ("block", "depth", "number", "step", "style")

    def __init__(self, depth: int, block: int = 0) -> None:
        """Open a list.

        Args:
            depth: from 1.
            block: of a list that is written with bullet characters, the `mem_id` of the block it stands in.
        """
        self.depth = depth
        self.block = block
        self.style = ""
        self.number = self.step = 1

    def marker(self, item: LexborNode) -> str:
        """The marker of the list's next item: its number as the list writes it."""
        number = integer(item.attributes.get("value"), self.number)
        self.number = number + self.step
        return f"{_numeral(number, self.style)}."


def integer(text: str | None, default: int) -> int:
    """The whole number that a text begins with."""
    match = _INTEGER.match((text or "").strip())
    return int(match[0]) if match else default


def _numeral(number: int, style: str) -> str:
    """The number as `ol` with this `type` writes it."""
    written = ""
    if style in "aA" and number > 0:
        while number:
            number, letter = divmod(number - 1, 26)
            written = chr(97 + letter) + written
    elif style in "iI" and 0 < number < 4000:
        for value, roman in _ROMAN:
            written += roman * (number // value)
            number %= value
    else:
        return str(number)
    return written.upper() if style.isupper() else written


_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)

_INTEGER = re.compile(r"[+-]?[0-9]{1,9}")

"""Formatting elements that are open: the parser repeats them in each block behind them."""

from collections import Counter
from typing import Final, NamedTuple

_ROUNDS: Final = 8
"""How often a formatting element's end may go through what is open, by HTML's adoption agency."""
_MOST_ALIKE: Final = 3
"""Of elements that are alike so many are copied, the last ones."""
_COPY: Final = 160
"""Bytes of an element without its attributes."""
_COPIED_ATTRIBUTE: Final = 200
"""Bytes of an attribute without its words."""


class Copied(NamedTuple):
    """A formatting element: what distinguishes it, and the bytes that a copy of it takes."""

    key: tuple[bytes, bytes]
    load: int


class Formatting:
    """The formatting elements that are open, and what their copies take."""

    __slots__ = ("alike", "copies", "load")

    def __init__(self) -> None:
        """None is open."""
        self.alike = Counter[tuple[bytes, bytes]]()
        """How many are open, by what distinguishes them."""
        self.load = 0
        """Bytes of a copy of all that are open."""
        self.copies = 0
        """Bytes that were repeated."""

    def begin(self, name: bytes, attributes: bytes, number: int) -> Copied:
        """An element of so many attributes begins."""
        key = (name, attributes)
        load = _COPY + _COPIED_ATTRIBUTE * number + len(attributes) if self.alike[key] < _MOST_ALIKE else 0
        self.alike[key] += 1
        self.load += load
        return Copied(key, load)

    def end(self, copied: Copied) -> None:
        """An element ends."""
        self.alike[copied.key] -= 1
        self.load -= copied.load

    def repair(self, depth: int) -> int:
        """What the end of an element can ask for that does not follow its own begin.

        Args:
            depth: how many elements are open.

        Returns:
            How many open elements the parser looks through.
        """
        self.copies += _ROUNDS * self.load
        return _ROUNDS * depth

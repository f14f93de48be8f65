"""The stack of elements that are surely open to the parser, with the places among them.

A place is an element that parts what stands in it from all around it: a table and its parts, which only tags of tables
end, however many elements are open in them; a list of options; a template. A drawing is one while all tags are its own.
Where a tag can end what is not known, all places are unknown.
"""

from typing import Final

from scraper.parse.html.cost.formatting import Copied, Formatting
from scraper.parse.html.cost.kinds import BETWEEN_CELLS, MARKING, NUMBERED

_NO_PLACE: Final = 2**62


class ElementStack:
    """The elements that are open, and what is known of each.

    Attributes:
        elements: their names, the outermost first.
        depth: how many were open at a time.
        formatting: the formatting elements among them, and what their copies take.
    """

    __slots__ = (
        "_copied",
        "_drawn",
        "_first",
        "_has_stray_marks",
        "_has_strays",
        "_open",
        "_places",
        "depth",
        "elements",
        "formatting",
    )

    def __init__(self) -> None:
        self.elements: list[bytes] = []
        self.depth = 0
        self.formatting = Formatting()
        # Of each open element, how it is copied, if it is.
        self._copied: list[Copied | None] = []
        # Of each open element the index of the innermost place around it or of its own, -1 where none is known.
        self._places: list[int] = [-1]
        # Where the outermost place can be.
        self._first = _NO_PLACE
        # How many of the innermost elements surely are a drawing's.
        self._drawn = 0
        # How many are open, of the elements that are counted by name.
        self._open = dict.fromkeys(NUMBERED, 0)
        # Whether formatting elements can be open that are not listed here: copies that a table put before itself.
        self._has_strays = False
        # Whether marks may be left, at which the parser ends its search for formatting elements.
        self._has_stray_marks = False

    @property
    def _place(self) -> bytes:
        """The name of the innermost place that is known."""
        place = self._places[-1]
        return b"" if place < 0 else self.elements[place]

    @property
    def _is_drawn(self) -> bool:
        """Whether the rules of drawings may hold."""
        return self._open[b"svg"] > 0 or self._open[b"math"] > 0

    @property
    def _is_foreign(self) -> bool:
        """Whether the rules of pages may not hold."""
        return self._is_drawn or self._open[b"template"] > 0

    def _push(self, name: bytes, copied: Copied | None, place: int) -> None:
        if place == len(self.elements):
            self._first = min(self._first, place)
        if name in NUMBERED:
            self._open[name] += 1
        self.elements.append(name)
        self._copied.append(copied)
        self._places.append(place)
        self.depth = max(self.depth, len(self.elements))

    def _pop(self, number: int, *, is_ended: bool = False) -> None:
        """End so many of the innermost elements, each by its own tag or all by what ends around them."""
        for _ in range(number):
            place = self._place
            name, index, copied = self.elements.pop(), self._places.pop(), self._copied.pop()
            if self._drawn:
                self._drawn -= 1
            elif name in MARKING and not is_ended and index != len(self.elements):
                self._has_strays = self._has_stray_marks = True
            if name in NUMBERED:
                self._open[name] -= 1
            if copied is None or self._has_stray_marks:
                continue
            if place in BETWEEN_CELLS and not is_ended:
                self._has_strays = True
                continue
            self.formatting.end(copied)

    def _height(self, name: bytes, most: int | None = None) -> int:
        """The number of elements from the innermost one up to one of that name, 0 where there is none."""
        elements = self.elements
        for number in range(1, (len(elements) if most is None else most) + 1):
            if elements[-number] == name:
                return number
        return 0

    def _forget(self) -> None:
        """Know no place any more: what follows can end it, or not."""
        self._drawn = 0
        if self._first < len(self.elements):
            self._places[self._first + 1 :] = [-1] * (len(self.elements) - self._first)
        self._first = _NO_PLACE

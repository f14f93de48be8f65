"""The elements around a block's words; looked up on demand, since most blocks of a page are no part of the trial."""

from collections.abc import Callable, Container, Sequence
from typing import Final, Literal, NamedTuple, TypeAlias

from selectolax.lexbor import LexborNode

from scraper.parse.html.tags import TR, named

DEEPEST: Final = 32
"""How deep lists, tables, headings and regions are told apart: no real page nests so deep, and time stays linear."""

_LONGEST_SHAPE: Final = 500
"""Characters of the elements around a line's words; more of them add nothing."""

Begin: TypeAlias = tuple[LexborNode, Literal["line", "mixed", "row", "image"]]
"""Where a block begins: with the first or only text of a line, with a row, with an image."""


class _Around(NamedTuple):
    """An element that lines stand in."""

    name: str
    """Its tag with its classes."""
    path: tuple[str, ...]
    """The elements around a line, outermost first; without rows of tables, since cells can span them."""


class Surroundings:
    """What stands around the words of each block of a page."""

    def __init__(
        self, begins: Sequence[Begin], is_block: Callable[[LexborNode], bool], rows_by_role: Container[int]
    ) -> None:
        """Look nothing up yet.

        Args:
            begins: where each block begins.
            is_block: whether an element begins and ends a line.
            rows_by_role: elements that are rows of a table by their role.
        """
        self._begins = begins
        self._is_block = is_block
        self._rows_by_role = rows_by_role
        self._known: dict[int, _Around] = {}
        self._names: dict[int, str] = {}
        self._found: dict[int, tuple[str, tuple[str, ...]]] = {}

    def shape(self, number: int, /) -> str:
        """The elements around the words of a block with their classes."""
        return self._of(number)[0]

    def path(self, number: int, /) -> tuple[str, ...]:
        """The elements that a block stands in, outermost first."""
        return self._of(number)[1]

    def _of(self, number: int) -> tuple[str, tuple[str, ...]]:
        """A block's shape and path."""
        if number in self._found:
            return self._found[number]
        node, kind = self._begins[number]
        parent = node.parent
        inside = "+" if kind == "mixed" else ""
        if kind in ("line", "mixed"):
            for _ in range(DEEPEST):
                if parent is None or self._is_block(parent) or len(inside) > _LONGEST_SHAPE:
                    break
                inside = f"{self._name(parent)} {inside}"
                parent = parent.parent
        name, path = self._around(parent)
        if kind == "row":
            name = "tr"
        elif kind == "image":
            name = ""
        found = self._found[number] = (f"{name} {inside}".rstrip() if inside else name, path)
        return found

    def _name(self, element: LexborNode) -> str:
        """An element's name, found once: many lines can stand in one element, and its classes be long."""
        number = element.mem_id
        if number not in self._names:
            self._names[number] = named(element)
        return self._names[number]

    def _around(self, node: LexborNode | None) -> _Around:
        """What is known of an element that lines stand in, and with it of those around it."""
        known = self._known
        found = _NOTHING
        new: list[tuple[LexborNode, int]] = []
        while node is not None:
            number = node.mem_id
            if number in known:
                found = known[number]
                break
            new.append((node, number))
            node = node.parent
        for element, number in reversed(new):
            name = named(element)
            path = found[1]
            is_row = element.tag_id == TR or number in self._rows_by_role
            if len(path) < DEEPEST and not is_row:
                path = (*path, f"{name} {number}")
            found = known[number] = _new(_Around, (name, path))
        return found


_NOTHING = _Around("", ())

# Named tuples are made without their keyword-reading constructor where hundreds are made.
_new = tuple.__new__

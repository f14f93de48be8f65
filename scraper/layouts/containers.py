"""What stands in an element with its label belongs to it; what stands outside is somebody else's.

Pages put a label and what it holds into one element: a section, a list of terms, a table. Where a page does so, a text
behind that element is told, whatever it says. Which elements they are is not known beforehand and does not matter.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from schemas.document import Document
from scraper.layouts.labels import Unit

MIN_SECTIONS = 5
MIN_SHARE = 0.8
"""How many sections, and which share of all, must stand in elements of one kind: then the page is written so."""
EXCEPTIONS = 0.1
"""The share of those sections, but always one, that may reach beyond their element: those are told."""


class _Section(NamedTuple):
    kind: str
    """The tag and the classes of the innermost element that the label shares with what it holds."""
    beyond: int | None
    """The first unit from which on nothing stands in that element."""


def outsiders(document: Document, units: Sequence[Unit], opened: Sequence[int]) -> list[int]:
    """The first unit of each section that stands outside the element which its label shares with what it holds.

    Args:
        document: the page.
        units: its units.
        opened: the indexes of the labels, in order.
    """
    if document.surroundings is None or not opened:
        return []
    paths = [document.surroundings.path(unit.block.number) for unit in units]
    sections = list(_sections(paths, opened))
    usual, count = Counter(section.kind for section in sections).most_common(1)[0] if sections else ("", 0)
    beyond = [section.beyond for section in sections if section.kind == usual and section.beyond is not None]
    is_plan = count >= max(MIN_SECTIONS, MIN_SHARE * len(sections)) and len(beyond) <= max(1, EXCEPTIONS * count)
    return beyond if is_plan else []


def _sections(paths: Sequence[tuple[str, ...]], opened: Sequence[int]) -> Iterator[_Section]:
    for label, end in zip(opened, (*opened[1:], len(paths)), strict=True):
        depths = [_shared(paths[label], path) for path in paths[label + 1 : end]]
        shared = max(depths, default=0)
        if shared:
            behind = end - depths[::-1].index(shared)  # the last unit that stands as deep in it
            kind = paths[label][shared - 1].rpartition(" ")[0]
            yield _Section(kind, behind if behind < end else None)


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """How many elements two units both stand in."""
    for depth, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return depth
    return min(len(one), len(other))

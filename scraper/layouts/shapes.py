"""What the labels of one page look like, learned from those that are known: it tells further labels of that page.

No element and no class is known beforehand. Where a page writes its known labels in one shape (headings of a level,
terms of a list, bold lines, first cells of rows) and little else in that shape, a text in that shape is a label, too.
Where labels are written as prose is, nothing is told.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from functools import lru_cache

from schemas.document import Document
from scraper.layouts.labels import Unit

MIN_LABELS = 2
"""So many known labels must share a shape: one can have it by chance."""
MIN_SHARE = 0.25
"""The share of the known labels that must have a shape which is no heading's: some labels stand in a value's place."""
OTHERS_PER_LABEL = 0.5
"""How many other texts may have the shape for each label that has it; the labels that nobody knows are among them."""
VALUES_PER_LABEL = 0.1
"""How many of those others may stand right below a label, where values stand: labels without a value are rare.

One heading may: where values were headings, many would be.
"""
LONGEST = 80
"""Characters of an unknown label at the most."""


class Forms:
    """The shapes of a page's labels."""

    def __init__(self, document: Document, units: Sequence[Unit], labelled: Collection[int]) -> None:
        """Learn the shapes.

        Args:
            document: the page.
            units: its units.
            labelled: the indexes of the known labels.
        """
        self._shapes = [_shapes(document, unit) for unit in units]
        labels = Counter(shape for index in labelled for shape in self._shapes[index])
        others = Counter(shape for index, shapes in enumerate(self._shapes) for shape in shapes)
        others.subtract(labels)
        below = {index + 1 for index in labelled if index + 1 < len(units)}.difference(labelled)
        values = Counter(shape for index in below for shape in self._shapes[index])
        self._of_labels = {
            shape
            for shape, count in labels.items()
            if count >= MIN_LABELS
            and (count >= MIN_SHARE * len(labelled) or shape[0] == "h")
            and others[shape] <= OTHERS_PER_LABEL * count
            and values[shape] <= max(VALUES_PER_LABEL * count, shape[0] == "h")
        }
        levels = [units[index].block.depth for index in labelled if units[index].block.kind == "heading"]
        self._highest = min((level for level in levels if level), default=0) if 2 * len(levels) > len(labelled) else 0
        self._units = units

    @property
    def differ(self) -> bool:
        """Whether anything in the markup tells this page's labels from its other texts."""
        return bool(self._of_labels)

    def is_label(self, index: int) -> bool:
        """Whether a unit is written as the page writes its labels, or as a heading above them."""
        unit = self._units[index]
        if len(unit.text) > LONGEST or not any(map(str.isalpha, unit.text)):
            return False
        if unit.block.kind == "heading" and 0 < unit.block.depth < self._highest and unit.text[-1] not in ":：":
            return True
        return any(shape in self._of_labels for shape in self._shapes[index])


def _shapes(document: Document, unit: Unit) -> tuple[str, ...]:
    """A unit's shape with the classes of its elements, and without; none in a text capture.

    A colon at the end belongs to the shape: `Background:` heads a part of a text where no label has a colon.
    """
    if document.surroundings is None:
        return ()
    colon = ":" if unit.text[-1] in ":：" else ""
    if not unit.is_block:
        return (f"{'first' if unit.opens_row else 'further'} cell{colon}",)
    shape = document.surroundings.shape(unit.block.number)
    if unit.block.kind == "heading" and unit.block.depth:
        return (f"h{unit.block.depth}{colon}",)
    if unit.block.kind == "item":
        colon += " of a list"
    return _both(shape, colon)


@lru_cache(maxsize=1024)
def _both(shape: str, ending: str) -> tuple[str, ...]:
    """A shape with classes and without, each with an ending; a page has few shapes and many blocks."""
    bare = " ".join(part.partition(".")[0] for part in shape.split(" ") if part[:1].isalpha() or part == "+")
    return (shape + ending,) if bare == shape else (shape + ending, bare + ending)

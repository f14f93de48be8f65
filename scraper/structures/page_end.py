"""Where the trial ends on pages of which no line is known that stands behind it."""

from collections.abc import Iterable

from normalizers.boilerplate_parts import parts_around
from normalizers.text import fold
from schemas.document import Document, undecorated
from scraper.layouts.labels import Label
from scraper.layouts.matches import is_label

WITHIN = 3
"""Blocks: what stands around a trial is never alone; one such line within a text can be the text's own."""
LONGEST_AROUND = 60
"""Characters of a line behind the trial that no rule knows, such as a link: longer ones can be the trial's."""


def end_of_page(document: Document, labels: Iterable[Label], start: int) -> int:
    """The number of the first block behind the trial: of a footer, a form, or a list of other trials.

    Only what stands behind the last label, and behind all text, can be it: cards of other trials can stand within the
    trial, too.

    Args:
        document: the page.
        labels: of the layout.
        start: the number of the trial's first label.
    """
    blocks, known = document.blocks, tuple(labels)
    alone = frozenset(fold(alias) for label in known for alias in label.aliases)
    parts = [tuple(numbers) for _, numbers in parts_around(document)] + [(number,) for number in document.boilerplate]
    around = {number for part in parts for number in part}
    last = start
    for number in range(start, len(blocks)):
        block = blocks[number]
        # A card of another trial can hold `Phase 4`, but no label by itself.
        is_own = fold(undecorated(block.text).rstrip(" :")) in alone
        is_own |= number not in around and (len(block.text) > LONGEST_AROUND or is_label(known, block))
        if is_own and not block.region:
            last = number
    behind = {number for part in parts if part[0] > last for number in part}
    for number in sorted(behind):
        nearby = range(number + 1, number + 1 + WITHIN)
        if blocks[number].region or not behind.isdisjoint(nearby) or number + 1 == len(blocks):
            return number
    return len(blocks)

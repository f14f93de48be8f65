"""A page as a skin sees it: its labels, and what stands below each."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from normalizers import boilerplate
from normalizers.phrases import DESIGN_LABELS
from normalizers.text import fold
from schemas.document import Block, Document, Region
from scraper.layouts.labels import Kind, Label
from scraper.layouts.layout import Layout
from scraper.layouts.matches import is_label
from scraper.layouts.sections import Sections
from scraper.sites import LAYOUTS, trialx
from scraper.structures.title import WORDS_OF_A_TITLE

LABELS: Mapping[str, Sequence[Label]] = {
    **{layout.key: layout.labels for layout in LAYOUTS if not layout.labels[0].name.startswith("/")},
    # Pages of white labels hold those of listings within their prose.
    trialx.WHITE_LABEL.key: trialx.LISTING.labels,
}
"""The labels of each layout that is read by labels."""


class Group(NamedTuple):
    """A label and what stands below it, or blocks without a label."""

    label: Block | None
    holds: Kind
    body: tuple[Block, ...]
    known: Label | None = None
    """What the layout knows of the label."""
    is_label: bool = True
    """Whether the heading stands for a label, not for a part of a text."""

    @property
    def is_line(self) -> bool:
        """Whether its one value may follow on the label's line, or the label may end in a colon."""
        if self.known is None or len(self.body) != 1 or not is_plain(self.body[0]):
            return False
        return self.known.inline or (
            self.known.telling is not None and self.known.telling(self.body[0].text) is not None
        )

    @property
    def design(self) -> list[tuple[str, str]]:
        """Labels and values of a study's design, where each part stands by itself and is known."""
        if self.known is None or "design.masking" not in self.known.fields or len(self.known.fields) == 1:
            return []
        # Several parts in one line have several colons.
        parts = [block.cells or tuple(block.text.split(": ")) for block in self.body]
        is_known = all(len(part) == 2 and fold(part[0]) in DESIGN_LABELS for part in parts)
        return [(part[0], part[1]) for part in parts] if is_known else []

    @property
    def region(self) -> Region:
        """The region that its blocks stand in."""
        return (self.label or self.body[0]).region


class Outline(NamedTuple):
    """A page as a skin sees it."""

    document: Document
    groups: tuple[Group, ...]
    title: int | None
    """The number of the block that is the title, where that is known by its place."""


def outline(document: Document, layout: Layout | None, headings: Sequence[str] = ()) -> Outline:
    """Part a page into its labels and what stands below each.

    Args:
        document: the page.
        layout: whose labels stand on it; None where no layout knows the page.
        headings: further texts that the page shows as headings in a way that its blocks do not tell.
    """
    marks = _marks(document, layout)
    groups: list[Group] = []
    for block in document.blocks:
        number = block.number
        if number in marks.labelled:
            groups.append(marks.labelled[number])
        elif block.text in headings:
            groups.append(Group(block._replace(kind="heading"), "prose", ()))
        elif block.kind == "heading" and number != marks.title and not _is_within(groups, block, marks):
            groups.append(Group(block, "prose", (), is_label=False))
        elif not groups or number in marks.edges or groups[-1].region != block.region:
            groups.append(Group(None, "prose", (block,)))
        else:
            groups[-1] = groups[-1]._replace(body=(*groups[-1].body, block))
    return Outline(document, tuple(groups), marks.title)


def _is_within(groups: Sequence[Group], heading: Block, marks: "_Marks") -> bool:
    """Whether a heading belongs to the text below a known label, and so into what holds that text."""
    if not groups or heading.number in marks.edges or groups[-1].region != heading.region:
        return False
    return groups[-1].known is not None and groups[-1].holds == "prose"


class _Marks(NamedTuple):
    """Where on a page a layout sees what."""

    title: int | None
    edges: frozenset[int]
    """The first block of the content, and the first one after it."""
    labelled: Mapping[int, Group]
    """By the number of the label's block: the label, and the value that stands in the same block."""


def _marks(document: Document, layout: Layout | None) -> _Marks:
    if layout is None:
        return _Marks(None, frozenset(), {})
    marked = boilerplate.marked(document)
    content = layout.content(marked)
    rules = layout.boilerplate and layout.boilerplate(marked, content)
    cleaned = boilerplate.clean(marked, content, rules, partial(is_label, layout.labels)).document
    narrow = tuple(block for block in cleaned.blocks if len(block.cells) < 3)
    found = list(_labels(Sections(replace(cleaned, blocks=narrow), LABELS[layout.key]), LABELS[layout.key]))
    places = [block.number for _, block in found]
    # Several labels in one row are the headings of a table's columns.
    single = ((block.number, known) for known, block in found if places.count(block.number) == 1)
    # The page's own block: of a row of the cleaned page some lines are gone.
    labelled = {number: _parted(document.blocks[number], known) for number, known in single}
    # Where two titles stand, a heading of any level is no sure sign of the one that counts: the other one is told.
    is_title = content.start not in labelled and not _has_two_titles(document, layout, content.start)
    title = content.start if is_title else None
    return _Marks(title, frozenset((content.start, content.stop)), labelled)


def _labels(sections: Sections, labels: Sequence[Label]) -> Iterator[tuple[Label, Block]]:
    """The labels that a page shows, each with its block."""
    for known in {label.name: label for label in labels}.values():
        occurrence = 0
        while below := sections.between(known.name, occurrence).start:
            yield known, sections.units[below - 1].block
            occurrence += 1


def _parted(block: Block, known: Label) -> Group:
    """A label and the value in its own block, apart: the cells of a row, or `NCT number NCT05160831`."""
    if block.kind == "row":
        first, *others = block.cells
        plain = block._replace(kind="line", cells=())
        values = [plain._replace(text=line) for cell in others for line in cell.split("\n") if line]
        return Group(plain._replace(text=first), known.kind, tuple(values), known)
    for form in known.aliases if known.inline else ():
        if match := re.match(rf"{re.escape(form)}(?: ?:)? (?=.)", block.text, re.IGNORECASE):
            value = block._replace(text=block.text[match.end() :])
            return Group(block._replace(text=match[0].rstrip()), known.kind, (value,), known)
    return Group(block, known.kind, (), known)


def is_plain(block: Block) -> bool:
    """Whether it is a line outside of lists."""
    return block.kind == "line" and not block.depth


def _has_two_titles(document: Document, layout: Layout, first: int) -> bool:
    """Whether a second title in plain words stands below the first, as on white labels."""
    below = document.blocks[first + 1].text if first + 1 < len(document.blocks) else ""
    return layout is trialx.WHITE_LABEL and len(below.split()) >= WORDS_OF_A_TITLE

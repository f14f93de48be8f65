"""A page as text blocks in reading order: what every layout is read from."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple, Protocol

Kind = Literal["heading", "line", "item", "row", "image", "value"]
"""`heading`: h1 to h6, dt, summary · `line`: a paragraph, or a line between two breaks · `item`: of a list ·
`row`: of a table · `image`: an image's alt text · `value`: a leaf of a JSON document."""

Region = Literal["", "navigation", "form", "footer", "dialog"]
"""The part of the page that the markup itself names, where it does (`nav`, `form`, `footer`, `dialog`)."""


class Block(NamedTuple):
    """One block of text as a browser would show it: white space folded, nothing glued, nothing reworded."""

    number: int
    """Its number on the page, from 0: what a block is known by from `parse` to the evidence of a value. It stays when
    other blocks are cleaned away."""
    kind: Kind
    text: str
    """The words. A row's cells are joined by one blank."""
    depth: int = 0
    """Lists: how deep the item stands, from 1; a line with a depth continues the item before it.
    Headings: the level from 1 to 6, or 0 for a term."""
    marker: str = ""
    """An item's bullet or number: `•`, `3.`, `b)`."""
    cells: tuple[str, ...] = ()
    """A row's cells, blank ones included; lines within a cell are separated by a line feed. Of a line or an item that
    is made of several links and commas, the words of each link."""
    pointer: str = ""
    """JSON documents: the JSON Pointer (RFC 6901) of the value."""
    region: Region = ""
    after_gap: bool = False
    """Text captures: a blank line stands before the block."""

    @property
    def words(self) -> str:
        """The text with its marker before it, as the page shows it."""
        return f"{self.marker} {self.text}" if self.marker else self.text


LONGEST_LABEL = 120
"""How many characters a label has at the most, with the value that it carries."""


def undecorated(text: str) -> str:
    """The words of a label without the signs that a page sets around them: `Sex ⓘ`, `* Sex`, `Sex (?)`, `Sex¹`.

    A colon at the end stays: `Treatment:` and `Treatment` are different labels.
    """
    if len(text) > LONGEST_LABEL:
        return text
    first, last = text[:1], text[-1:]
    if first.isalnum() and first not in _ICONS:
        if last in _PLAIN_ENDS or (last.isalpha() and last not in _ICONS):
            return text  # nearly all texts
        if last in _DIGITS and "^" not in text:
            return text  # no sign of a footnote
        if last in ")]" and text[-3:-2] not in ("(", "["):
            return text  # more in brackets than a sign
    return _SIGNS_AFTER.sub("", _SIGNS_BEFORE.sub("", text)) or text


_ICONS = frozenset("ℹⁱ")
"""Letters that are pictures."""
_DIGITS = frozenset("0123456789")
_PLAIN_ENDS = frozenset(".:,;!%\"'")
"""Signs that words end in, and no sign of a page."""
# No bracket, quotation mark, sign of comparison or dash: those belong to words.
_SIGNS_BEFORE = re.compile(r"^(?:(?:[^\w\s()\[\]{}\"'“”‘’«»<>=≤≥±+.,:;~-]|[–—_ℹⁱ])+\s*)+")
_SIGNS_AFTER = re.compile(
    r"(?:\s*(?:[^\w\s()\[\]{}\"'“”‘’«»<>=≤≥±+.,:;!%°/~®™-]|[–—_ℹⁱ²³¹⁰⁴-⁹₀-₉]|\^\d+"
    r"|[(\[][?*i†‡\d][)\]]))+$"
)


class Surroundings(Protocol):
    """What stands around the words of a page's blocks in its markup; a block is given by its number."""

    def shape(self, number: int, /) -> str:
        """The elements around its words with their classes, such as `h3` or `div.label b`.

        What the labels of a page have in common in it tells further labels of the same page.
        """

    def path(self, number: int, /) -> tuple[str, ...]:
        """The elements that it stands in, outermost first, each by its tag, its classes and a number of its own.

        What stands in an element with a label belongs to that label.
        """


@dataclass(frozen=True)
class Document:
    """A page in reading order."""

    form: Literal["html", "text", "json"]
    blocks: tuple[Block, ...]
    """As `parse` gives a page, each block stands at the place that its number says."""
    title: str = ""
    """The words of the `title` element; they are no block, since browsers show them outside the page."""
    address: str | None = None
    """The page's own statement of its URL (`link rel=canonical`, `og:url`), if it makes one."""
    surroundings: Surroundings | None = field(default=None, compare=False, repr=False)
    """What stands around the words of each block; None where the page is no markup."""
    boilerplate: Mapping[int, str] = field(default_factory=dict)
    """The positions of blocks that are no text of a trial wherever they stand, each with the name of its rule."""
    doubts: tuple[str, ...] = field(default=(), compare=False)
    """Why the page's words as a whole may be others than those that were sent, a sentence each."""

    @cached_property
    def places(self) -> Mapping[str, Sequence[int]]:
        """Where labels can stand: texts of up to 60 characters and rows' first cells, undecorated and in lower case.

        Each with its positions among the blocks, in order.
        """
        places: dict[str, list[int]] = {}
        for position, block in enumerate(self.blocks):
            text = block.text
            if len(text) <= 60:
                # Most texts begin and end with a plain letter, and have no decoration.
                if not (text.isascii() and text[:1].isalpha() and text[-1:].isalpha()):
                    text = undecorated(text)
                text = text.lower()
                if text in places:
                    places[text].append(position)
                else:
                    places[text] = [position]
            if block.kind == "row" and (cell := undecorated(block.cells[0]).lower()) != text:
                places.setdefault(cell, []).append(position)
        return places

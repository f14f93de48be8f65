"""A page as text blocks in reading order: what every layout is read from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

Kind = Literal["heading", "line", "item", "row", "image", "value"]
"""`heading`: h1 to h6, dt, summary · `line`: a paragraph, or a line between two breaks · `item`: of a list ·
`row`: of a table · `image`: an image's alt text · `value`: a leaf of a JSON document."""

Region = Literal["", "navigation", "form", "footer", "dialog"]
"""The part of the page that the markup itself names, where it does (`nav`, `form`, `footer`, `dialog`)."""


class Block(NamedTuple):
    """One block of text as a browser would show it: white space folded, nothing glued, nothing reworded."""

    number: int
    """Position on the page, from 0; it stays when other blocks are cleaned away."""
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


@dataclass(frozen=True)
class Document:
    """A page in reading order."""

    form: Literal["html", "text", "json"]
    blocks: tuple[Block, ...]
    title: str = ""
    """The words of the `title` element; they are no block, since browsers show them outside the page."""
    address: str | None = None
    """The page's own statement of its URL (`link rel=canonical`, `og:url`), if it makes one."""
    doubts: tuple[str, ...] = field(default=(), compare=False)
    """Why the page's words as a whole may be others than those that were sent, a sentence each."""

    @cached_property
    def places(self) -> Mapping[str, Sequence[int]]:
        """Where labels can stand: texts of up to 60 characters and rows' first cells, in lower case.

        Each with its positions among the blocks, in order.
        """
        places: dict[str, list[int]] = {}
        for position, block in enumerate(self.blocks):
            text = block.text
            if len(text) <= 60:
                text = text.lower()
                if text in places:
                    places[text].append(position)
                else:
                    places[text] = [position]
            if block.kind == "row" and (cell := block.cells[0].lower()) != text:
                places.setdefault(cell, []).append(position)
        return places

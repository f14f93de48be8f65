"""Skins: markups that a page can be dressed in."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Literal

Shape = Literal["headings", "divs", "terms", "table", "roles", "breaks", "details"]
"""How a label and its values stand: heading and paragraphs · two divs · dt and dd · cells of a table · the same with
`role` · lines between breaks in one element · summary and content."""

Bullets = Literal["elements", "roles", "characters"]
"""How lists are written: ul, ol and li · `role=list` · divs that begin with a bullet, an item's own list within it."""

Words = Literal["plain", "entities", "split"]
"""How text is written: as it is · with entities · in pieces, with comments, inline elements and `wbr` between."""

Around = Literal["body", "form", "table"]
"""What the whole page stands in."""


@dataclass(frozen=True, slots=True)
class Skin:
    """A markup; each of its parts can be chosen apart from the others."""

    shape: Shape = "headings"
    bullets: Bullets = "elements"
    words: Words = "plain"
    around: Around = "body"
    closed: bool = True
    """Lower-case tags, each with its end; else upper-case tags, often without."""
    noise: bool = False
    """Scripts, styles, comments and hidden elements with misleading words between the parts."""
    loose: bool = False
    """White space wherever a browser folds it."""
    nesting: int = 0
    """How many wrapping elements are put around random parts of the page."""


SKINS: Mapping[str, Skin] = {
    "bare divs": Skin("divs", bullets="characters"),
    "breaks": Skin("breaks", bullets="characters"),
    "definition lists": Skin("terms"),
    "details": Skin("details", loose=True),
    "div soup": Skin("divs", bullets="roles", words="split", nesting=30, loose=True),
    "entities": Skin(words="entities", loose=True),
    "layout table": Skin("table", around="table"),
    "nested wrappers": Skin(nesting=80),
    "roles": Skin("roles", bullets="roles", nesting=5),
    "scripts between": Skin(noise=True),
    "semantic": Skin(),
    "split text": Skin("terms", words="split"),
    "tables": Skin("table", noise=True, loose=True),
    "upper case without end tags": Skin("terms", closed=False),
    "upper-case divs": Skin("divs", closed=False, noise=True, loose=True),
    "upper-case tables": Skin("table", words="entities", around="form", closed=False),
}
"""The markups that every page is dressed in."""


class Dice(Random):
    """Choices at random that are the same for the same seed."""

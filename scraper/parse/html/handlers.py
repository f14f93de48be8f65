"""What each tag and each role does to the walk through a page."""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from selectolax.lexbor import LexborNode

from schemas.document import Region
from scraper.parse.html.elements import Elements
from scraper.parse.html.tags import BR, GONE, LEVELS, PLAIN, SUP, tag_ids

Handler: TypeAlias = Callable[[Elements, LexborNode], None]


class Role(NamedTuple):
    """What an ARIA role makes of an element, and the tags that are that by themselves."""

    handler: Handler
    tags: frozenset[int]


def _region(name: Region) -> Handler:
    return lambda reader, node: reader.region(name, node)


# The reader compares with these two; it does not call them.
def plain(_: Elements, __: LexborNode) -> None:
    """A block that matters to its own lines only."""


def by_role(_: Elements, __: LexborNode) -> None:
    """An element whose role can say more than its tag."""


BLOCK_HANDLERS: dict[int, Handler] = {
    **dict.fromkeys(PLAIN, plain),
    BR: Elements.break_line,
    **dict.fromkeys(tag_ids("caption"), Elements.caption),
    **dict.fromkeys(tag_ids("dialog"), Elements.dialog),
    **dict.fromkeys(tag_ids("dir menu ul"), Elements.bullets),
    **dict.fromkeys(tag_ids("dt h1 h2 h3 h4 h5 h6 legend summary"), Elements.heading),
    **dict.fromkeys(tag_ids("footer"), Elements.footer),
    **dict.fromkeys(tag_ids("form"), _region("form")),
    **dict.fromkeys(tag_ids("li"), Elements.item),
    **dict.fromkeys(tag_ids("listing plaintext pre xmp"), Elements.preformatted),
    **dict.fromkeys(tag_ids("nav"), _region("navigation")),
    **dict.fromkeys(tag_ids("ol"), Elements.numbers),
    **dict.fromkeys(tag_ids("table"), Elements.table),
    **dict.fromkeys(tag_ids("td th"), Elements.cell),
    **dict.fromkeys(tag_ids("tr"), Elements.begin_row),
}
"""What begins and ends a line, and what more it does."""

_INLINE_HANDLERS: dict[int, Handler] = {
    **dict.fromkeys(GONE, Elements.skip),
    **dict.fromkeys(tag_ids("area img input svg"), Elements.image),
    **dict.fromkeys(tag_ids("sup"), Elements.raised),
}

HANDLERS = BLOCK_HANDLERS | _INLINE_HANDLERS

KEEP_LINE = frozenset((Elements.break_line, Elements.image, Elements.raised, Elements.skip))

# A closed dialog and an image stay what they are.
WITHOUT_ROLE = frozenset(_INLINE_HANDLERS) - {SUP} | tag_ids("dialog")

ROLES = {
    "alertdialog": Role(_region("dialog"), tag_ids("dialog")),
    "button": Role(plain, tag_ids("button")),
    "cell": Role(Elements.cell, tag_ids("td th")),
    "columnheader": Role(Elements.cell, tag_ids("td th")),
    "contentinfo": Role(Elements.footer, tag_ids("footer")),
    "dialog": Role(_region("dialog"), tag_ids("dialog")),
    "gridcell": Role(Elements.cell, tag_ids("td th")),
    "heading": Role(Elements.heading_by_role, frozenset(LEVELS)),
    "list": Role(Elements.bullets, tag_ids("dir menu ol ul")),
    "listitem": Role(Elements.item, tag_ids("li")),
    "navigation": Role(_region("navigation"), tag_ids("nav")),
    "row": Role(Elements.row_by_role, tag_ids("tr")),
    "rowheader": Role(Elements.cell, tag_ids("td th")),
}

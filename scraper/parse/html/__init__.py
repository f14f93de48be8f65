"""Markup into blocks of text in reading order, as a browser would show them. No other code knows an HTML parser.

The rules are HTML's own: which elements are blocks, which are part of a line, which are never shown. No class name,
no id and no style sheet is looked at, so that a page reads the same after its next re-skin.

How a page is read:

1. `cost` counts what the markup asks of its parser, and refuses what could take too much time or memory.
2. The parser makes a tree. `head` takes title and address from it; `roles` removes what is hidden, and lists the
   elements whose ARIA role says what they are.
3. `reader` walks through the nodes in document order. Texts become lines, lines become blocks. Where an element begins,
   its handler is called: `handlers` says which one, by tag or role; `elements` has them.

The reader is one object. Its class is built up in layers, each of which knows only those before it:

- `state`: the blocks so far, the `Line` that is being read, and the stack of `Level`s that are open around it.
- `rows`: table rows, which become one block each.
- `nesting`: where an element that matters to all text within it begins and ends.
- `lines`: which texts make a line, what it says, and where it ends.
- `elements`: what headings, lists, tables, regions and images do where they begin.
- `reader`: the walk.

Small things stand beside them: `tags` (numbers of tags), `text` (words as a browser shows them), `lists` (numbering),
`surroundings` (the elements around a block's words, for those who ask).
"""

from contextlib import suppress
from typing import Final
from urllib.parse import urldefrag, urljoin

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, SelectolaxError

from schemas.document import Document
from scraper.parse.html.cost.bounds import Unbounded, check, max_lines
from scraper.parse.html.head import head
from scraper.parse.html.reader import Reader
from scraper.parse.html.roles import roles

__all__ = ["Unbounded", "blocks", "links", "max_lines"]


def blocks(content: bytes) -> Document:
    """The page that markup in UTF-8 shows, with its title and its own statement of its address.

    Raises:
        Unbounded: a parser could take too much time or memory for it.
    """
    # With scripting on, `noscript` holds one text, as in a browser, and cannot break the head open.
    tree = _tree(content, scripting=True)
    title, address = head(tree, content)
    reader = Reader(roles(tree), max_lines(len(content)))
    if tree.body is not None:  # a page of frames has none
        reader.read(tree.body)
    return Document("html", tuple(reader.blocks), title, address, reader.surroundings)


def links(content: bytes, address: str) -> list[str]:
    """Where the links of markup in UTF-8 lead: whole URLs without fragments, in the page's order, each once.

    Raises:
        Unbounded: a parser could take too much time or memory for it.
    """
    tree = _tree(content, scripting=False)
    base = tree.css_first("base[href]")
    if base is not None and len(start := base.attributes.get("href") or "") <= _LONGEST_BASE:
        with suppress(ValueError):
            address = urljoin(address, start)
    found: dict[str, None] = {}
    for node in tree.css("a[href]"):
        with suppress(ValueError):  # what is no URL at all leads nowhere
            found.setdefault(urldefrag(urljoin(address, (node.attributes.get("href") or "").strip())).url)
    return list(found)


_LONGEST_BASE: Final = 500
"""Characters: each link is put behind them."""


def _tree(content: bytes, *, scripting: bool) -> LexborHTMLParser:
    check(content, scripting=scripting)
    try:
        return LexborHTMLParser(content, options=LexborDocumentOptions.WO_EVENTS, scripting=scripting)
    except SelectolaxError as error:  # of markup it refuses nothing: no memory is left
        raise Unbounded("there is not enough memory for its tree") from error

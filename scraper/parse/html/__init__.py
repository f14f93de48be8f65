"""Markup into blocks of text in reading order, as a browser would show them. No other code knows an HTML parser.

The rules are HTML's own: which elements are blocks, which are part of a line, which are never shown. No class name,
no id and no style sheet is looked at, so that a page reads the same after its next re-skin.

One reader walks through the page's nodes. It is a class in several files, each of which knows only those before it:
`surroundings` (the elements around a block's words), `state` (blocks, and what is open), `rows` (tables), `nesting`
(where elements end), `lines` (what makes a line), `elements` (what an element does where it begins), `parts` (which
tags and roles do that), `reader` (the walk). What a parser would take for a page is counted before, in `bounds`, by
its `tokens` and the `open_elements` behind them, whose `kinds` have rules of their own.
"""

from contextlib import suppress
from typing import Final
from urllib.parse import urldefrag, urljoin

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, SelectolaxError

from schemas.document import Document
from scraper.parse.html.bounds import Unbounded, check, most_lines
from scraper.parse.html.head import head
from scraper.parse.html.reader import Reader
from scraper.parse.html.roles import roles

__all__ = ["Unbounded", "blocks", "links", "most_lines"]


def blocks(content: bytes) -> Document:
    """The page that markup in UTF-8 shows, with its title and its own statement of its address.

    Raises:
        Unbounded: a parser could take too much time or memory for it.
    """
    # With scripting on, `noscript` holds one text, as in a browser, and cannot break the head open.
    tree = _tree(content, scripting=True)
    title, address = head(tree, content)
    reader = Reader(roles(tree), most_lines(len(content)))
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

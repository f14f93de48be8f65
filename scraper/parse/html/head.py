"""What the head of a page says: its title and its own statement of its address."""

import re
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from scraper.addresses import page_address
from scraper.parse.html.tags import LINK, TITLE
from scraper.parse.html.text import folded


def head(tree: LexborHTMLParser, content: bytes) -> tuple[str, str | None]:
    """The page's title, and its own statement of its address: of several the first that is one, the link's before."""
    title = ""
    links: list[str | None] = []
    shared: list[str | None] = []
    query = 'title:not(svg title), link[rel~="canonical" i], meta[property="og:url" i]'
    for node in (tree.head and tree.head.css(query)) or tree.css(query):
        if node.tag_id == TITLE:
            title = title or folded(node.text())
        elif node.tag_id == LINK:
            links.append(node.attributes.get("href"))
        else:
            shared.append(node.attributes.get("content"))
    saved = _SAVED.search(content, 0, _SAVED_WITHIN)
    from_file = (saved[1] or saved[2]).decode("utf-8", "replace") if saved else None
    stated = map(page_address, (*links, *shared, from_file))
    return title, next((address for address in stated if address is not None), None)


# What browsers and the extension SingleFile write into pages that they save.
_SAVED = re.compile(
    rb"<!--\s*saved from url=\(\d+\)(\S+)\s*-->|<!--\s*Page saved with SingleFile\s+url:\s*(\S+)", re.IGNORECASE
)
_SAVED_WITHIN: Final = 4096
"""Bytes: the mark stands before the head or right within."""

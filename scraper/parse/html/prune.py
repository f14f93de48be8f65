"""Markup without what no reader looks at, and without the elements in which only some of its blocks stand."""

import re
from collections.abc import Container
from collections.abc import Set as AbstractSet
from typing import Final

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from scraper.parse.html.cost.bounds import check, max_lines
from scraper.parse.html.reader import Reader
from scraper.parse.html.roles import roles
from scraper.parse.html.tags import GONE, TEXT, tag_ids


def pruned(content: bytes, dispensable: AbstractSet[int] = frozenset()) -> bytes:
    """A page's markup, shorter, that shows the same blocks but those that are not wanted.

    Scripts, styles, comments, hidden elements, links' addresses and the attributes that no reader looks at go. Whether
    what is left still reads the same is for the caller to see: a line can end where an element goes.

    Args:
        content: markup in UTF-8.
        dispensable: numbers of blocks. An element goes if at least one block begins in it and all of those are these.

    Raises:
        Unbounded: a parser could take too much time or memory for it.
    """
    check(content, scripting=True)
    tree = LexborHTMLParser(content, options=LexborDocumentOptions.WO_EVENTS, scripting=True)
    reader = Reader(roles(tree), max_lines(len(content)))
    if tree.body is None:
        return content
    reader.read(tree.body)
    wanted, unwanted = set[int](), dict[int, LexborNode]()
    for number, (node, _) in enumerate(reader.begins):
        around = _around(node)
        if number in dispensable:
            unwanted.update((element.mem_id, element) for element in around)
        else:
            wanted.update(element.mem_id for element in around)
    # First all are found, then they go: of an element that has gone nothing may be asked.
    gone = unwanted.keys() - wanted
    for element in [element for number, element in unwanted.items() if number in gone and not _is_in(element, gone)]:
        element.decompose()
    useless = {node.mem_id: node for node in tree.root.traverse() if _is_useless(node)} if tree.root is not None else {}
    for node in [node for node in useless.values() if not _is_in(node, useless)]:
        node.decompose()
    for node in tree.root.traverse() if tree.root is not None else []:
        _strip(node)
    head = '<meta charset="utf-8">'
    markup = _COMMENT.sub("", tree.html or "").replace("<head>", f"<head>{head}", 1)
    return re.sub(r"\n\s*\n+", "\n", markup).encode()


_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)

_STATES_ADDRESS: Final = tag_ids("link meta")
_USELESS: Final = (GONE - tag_ids("head title object applet textarea")) | _STATES_ADDRESS
"""What shows nothing. In the head the title and the page's own statement of its address are looked at."""

_HEARD: Final = ("alt", "aria-hidden", "aria-label", "aria-level", "hidden", "open", "role", "class")
_TABLES_AND_LISTS: Final = ("colspan", "reversed", "rowspan", "start", "type", "value")
_KEPT: Final = frozenset({*_HEARD, *_TABLES_AND_LISTS, "content", "property", "rel"})
"""Attributes that some reader looks at, or that say how a page is built."""


def _around(node: LexborNode) -> list[LexborNode]:
    """The elements that a block begins in, without the page's own."""
    found = []
    element = node.parent if node.tag_id == TEXT else node
    while element is not None and element.tag not in ("body", "html"):
        found.append(element)
        element = element.parent
    return found


def _is_in(node: LexborNode, elements: Container[int]) -> bool:
    """Whether a node stands in one of some elements."""
    parent = node.parent
    while parent is not None and parent.mem_id not in elements:
        parent = parent.parent
    return parent is not None


def _is_useless(node: LexborNode) -> bool:
    return node.tag_id in _USELESS and not (node.tag_id in _STATES_ADDRESS and _states_address(node))


def _states_address(node: LexborNode) -> bool:
    attributes = node.attributes
    return (
        "canonical" in (attributes.get("rel") or "").lower() or (attributes.get("property") or "").lower() == "og:url"
    )


def _strip(node: LexborNode) -> None:
    """Take away the attributes that no reader looks at; a link leads nowhere, since some addresses are people's."""
    if not node.is_element_node:
        return
    for name, value in list(node.attributes.items()):
        states_address = name == "href" and _states_address(node)
        raises = name == "style" and value is not None and "super" in value
        if name not in _KEPT and not states_address and not raises:
            del node.attrs[name]

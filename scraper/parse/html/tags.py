"""Tags of HTML, as Lexbor numbers them."""

from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

_blank_page = LexborHTMLParser("")


def tag_id(name: str) -> int:
    """Lexbor's number of a tag: comparing numbers takes half the time of comparing names."""
    return _blank_page.create_node(name).tag_id


def tag_ids(names: str) -> frozenset[int]:
    """The numbers of several tags, given by name."""
    return frozenset(map(tag_id, names.split()))


A: Final = tag_id("a")
BR: Final = tag_id("br")
INPUT: Final = tag_id("input")
LI: Final = tag_id("li")
LINK: Final = tag_id("link")
SUP: Final = tag_id("sup")
SVG: Final = tag_id("svg")
TEXT: Final = tag_id("#text")
TH: Final = tag_id("th")
TITLE: Final = tag_id("title")
TR: Final = tag_id("tr")

LEVELS = {tag_id(f"h{level}"): level for level in range(1, 7)}
ROOTS = tag_ids("html body")
SECTIONS = tag_ids("article section")

PLAIN = tag_ids(
    "address article aside blockquote body button center dd details div dl fieldset figcaption figure frameset"
    " header hgroup hr html main optgroup option p search section select tbody tfoot thead"
)
"""What begins and ends a line and does no more. Buttons and options have frames of their own."""

GONE = tag_ids(
    "applet audio canvas datalist embed head iframe meter noembed noframes noscript object progress rp script style"
    " template textarea title video"
)
"""What browsers show none of, or something else than the text within."""

WITHIN_LINES = tag_ids("#text area img input svg")
"""What a line goes on after."""

_LONGEST_CLASSES: Final = 300
"""Characters: each line keeps those of the elements around its words."""


def named(element: LexborNode) -> str:
    """An element's tag with its classes, as in `div.label`; of many classes the first ones."""
    classes = (element.attrs.get("class") or "")[:_LONGEST_CLASSES] if element.is_element_node else ""
    return f"{element.tag}.{'.'.join(classes.split())}" if classes else element.tag or ""

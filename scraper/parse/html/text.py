"""Words as a browser shows them."""

from selectolax.lexbor import LexborNode

from normalizers.text import INVISIBLE, composed
from schemas.document import Block
from scraper.parse.html.tags import INPUT, SVG


def folded(text: str) -> str:
    """The text as a browser shows it: white space folded, characters that nobody sees removed."""
    if not text.isprintable():
        text = text.translate(INVISIBLE)
    elif "  " not in text:
        return composed(text.strip())
    return composed(" ".join(text.split()))


def alternative(node: LexborNode) -> str:
    """The words that stand for an image."""
    attributes = node.attributes
    if node.tag_id == SVG:
        if attributes.get("role") != "img":
            return ""
        title = node.css_first("title")
        return attributes.get("aria-label") or (title.text() if title else "")
    if node.tag_id == INPUT and (attributes.get("type") or "").lower() != "image":
        return ""
    return attributes.get("alt") or ""


def words_in_cell(block: Block) -> str:
    """A block's words within a cell: numbers are words, bullets only show where an item begins."""
    return block.text if block.marker in UNNUMBERED or block.marker in BULLETS else block.words


BULLETS = frozenset("•◦▪‣·●○■–")

UNNUMBERED = frozenset(("", "•"))

"""What markup asks of its parser, counted from its tags before the parser sees them.

HTML's rules repair any markup, and some repairs take time or memory that grows with the square of the page: a tag is
compared with the elements that are open, a formatting element that is never closed is repeated in each block behind it,
an attribute is compared with those before it, a text that tags do not part is copied whole for each piece. Less than a
megabyte can so take gigabytes within the parser, where nothing of ours is asked.

The count errs on the safe side: `open_elements` tells what counts as closed. So pages that leave elements open by
mistake count for more than they take, and the bounds are far above them.
"""

from typing import Final, NamedTuple

from scraper.parse.html.cost.open_elements import OpenElements
from scraper.parse.html.cost.tokens import TOKENS, WORDS, Unbounded

__all__ = ["Unbounded", "check", "count", "max_lines"]

FREE_TAGS: Final = 10_000
BYTES_PER_TAG: Final = 6
"""Markup may have so many tags however short it is, and one more for each so many bytes: all of them become nodes."""
FREE_LINES: Final = 10_000
BYTES_PER_LINE: Final = 24
"""The same of the lines of any page: each takes some kilobytes until it is in a record."""
STEPS_PER_BYTE: Final = 100
"""Open elements that the parser looks through for each byte of markup; a million take some 5 milliseconds."""
COPIES_PER_BYTE: Final = 50
"""Bytes of formatting elements that are repeated, for each byte of markup."""
MERGED_PER_BYTE: Final = 150
"""Bytes of texts that grow; of three the parser takes memory for one, since it uses what becomes free."""
FREE_STEPS: Final = 5_000_000
FREE_COPIES: Final = 16_000_000
FREE_MERGED: Final = 48_000_000
"""What markup may take however short it is."""


def check(content: bytes, *, scripting: bool) -> None:
    """See that a parser can read the markup in time and memory that are bounded by its length.

    Args:
        content: markup in UTF-8.
        scripting: whether the parser takes `noscript` for a text, as browsers that run scripts do.

    Raises:
        Unbounded: it cannot.
    """
    tags = content.count(b"<")
    if tags > FREE_TAGS + len(content) // BYTES_PER_TAG:
        raise Unbounded(f"it has {tags:,} tags in {len(content):,} bytes")
    cost = count(content, scripting=scripting)
    if cost.copies > FREE_COPIES + COPIES_PER_BYTE * len(content):
        raise Unbounded(f"{cost.repeated:,} elements such as <b> stay open, which each block behind them repeats")
    if cost.merged > FREE_MERGED + MERGED_PER_BYTE * len(content):
        raise Unbounded("a text of it grows piece by piece, with tags in between that part nothing")
    if cost.steps > FREE_STEPS + STEPS_PER_BYTE * len(content):
        raise Unbounded(f"{cost.depth:,} elements are open in each other")


def max_lines(size: int) -> int:
    """How many lines a page of so many bytes may have. Pages with more than the first thousands have longer ones."""
    return FREE_LINES + size // BYTES_PER_LINE


class Cost(NamedTuple):
    """What a parser takes for markup at the most."""

    steps: int
    """Open elements that it looks through."""
    copies: int
    """Bytes of formatting elements that are repeated."""
    merged: int
    """Bytes of texts that it copies for each piece that they grow by."""
    depth: int
    """Elements of the markup that are open at a time."""
    repeated: int
    """Formatting elements that are open at a time."""


def count(content: bytes, *, scripting: bool) -> Cost:
    """What a parser takes for the markup.

    Raises:
        Unbounded: a tag has too many attributes, or it is not certain what is a tag.
    """
    seen = OpenElements()
    if content[:1] != b"<" and (first := WORDS.match(content)) is not None:
        seen.words(first[0])
    for token in TOKENS[scripting].findall(content):
        script, of_script, script_text, raw, of_raw, text, data, leaf, of_leaf, inner, end, name, attributes, words = (
            token
        )
        if leaf:
            seen.leaf(leaf.lower(), of_leaf, inner)
        elif name:
            if end:
                seen.end(name.lower(), attributes)
            else:
                seen.begin(name.lower(), attributes)
        elif data:
            seen.data(data)
        elif raw or script:
            name = (raw or script).lower()
            seen.text(name, text or script_text)
            seen.begin(name, of_raw or of_script, is_closed=True)
        if words:
            seen.words(words)
    formatting = seen.formatting
    return Cost(seen.steps, formatting.copies, seen.texts.merged, seen.depth, formatting.alike.total())

"""Text that was broken into lines of one width, as old copies of registry records have it, made whole again.

Such a line break stands within a sentence: a line is full, and the next word would not have fitted on it.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from normalizers.criteria.markers import parse_item
from normalizers.criteria.punctuation import CLOSING, COLONS, OPENING, SENTENCE_ENDS
from schemas.document import Block


class Unwrapped(NamedTuple):
    """Blocks without the line breaks that only a width made."""

    blocks: Sequence[Block]
    doubts: tuple[str, ...] = ()
    """Lines that may go on with the line before, and were left alone."""


def unwrap(blocks: Sequence[Block], is_heading: Callable[[str], bool] | None = None) -> Unwrapped:
    """Join the lines that a width broke; blocks of a text without such lines stay as they are.

    Lines are joined only where one of them at least ends or begins as no sentence and no criterion does (`… of the`,
    `in this study:`), all lines fit into a width, and those that are joined fill it.

    Args:
        blocks: in reading order.
        is_heading: whether a line is a heading. None for prose, where the lines of an item stay lines.
    """
    breaks = [position for position in range(1, len(blocks)) if _may_go_on(blocks[position - 1], blocks[position])]
    if not breaks:
        return Unwrapped(blocks)
    joined, doubtful = _broken(blocks, breaks, is_heading or _is_no_heading)
    if is_heading is not None:
        joined.update(
            position for position in breaks if _is_of_item(blocks[position - 1], blocks[position], is_heading)
        )
    doubts = tuple(blocks[position].text for position in doubtful if position not in joined)
    if not joined:
        return Unwrapped(blocks, doubts)
    whole: list[Block] = []
    for position, block in enumerate(blocks):
        if position in joined:
            whole[-1] = whole[-1]._replace(text=_joined(whole[-1].text, block.words))
        else:
            whole.append(block)
    return Unwrapped(whole, doubts)


def _is_no_heading(_: str) -> bool:
    return False


def _is_of_item(block: Block, following: Block, is_heading: Callable[[str], bool]) -> bool:
    """Return whether a line is indented as the words of the item before it are, and goes on with its sentence."""
    return (
        0 < block.depth == following.depth
        and block.text[-1] not in SENTENCE_ENDS
        and following.text[-1] not in COLONS
        and not is_heading(following.text)
    )


def _broken(
    blocks: Sequence[Block], breaks: Sequence[int], is_heading: Callable[[str], bool]
) -> tuple[set[int], Sequence[int]]:
    """Return at which of the line breaks a width broke a text, and at which it may have."""
    sizes = [len(block.words) for block in blocks if block.kind in _LINES]
    width = max((size for size in sizes if size <= _WIDEST), default=0)
    if width < _NARROWEST:
        return set(), ()
    full = [position for position in breaks if _is_full(blocks[position - 1], blocks[position], width)]
    sure = [position for position in full if _is_within(blocks[position - 1].text, blocks[position].words)]
    small = [position for position in breaks if blocks[position].text[0].islower()]
    open_ends = [
        position
        for position in full
        if blocks[position].text[0].islower() and blocks[position - 1].text[-1] not in SENTENCE_ENDS
    ]
    if not sure:
        return set(), open_ends if open_ends == small else ()
    if max(sizes) > _WIDEST or not set(small) <= set(full):
        joined = set(sure)
    else:
        # Where blank lines part all paragraphs, a full line goes on even after the end of a sentence.
        is_parted = len(full) == len(breaks) and any(block.after_gap for block in blocks)
        joined = {
            position
            for position in full
            if (is_parted or blocks[position - 1].text[-1] not in SENTENCE_ENDS)
            and (blocks[position].text[0].islower() or not is_heading(blocks[position].text))
        }.union(sure, open_ends)
    return joined, open_ends


# Copies are wrapped at 60 to 100 columns, with or without the indentation of the page.
_NARROWEST, _WIDEST = 50, 120

# The indentation within the width, which the blocks do not hold, is that of a paragraph or of an item two deep.
_INDENTATION = 13

_LINES = frozenset({"item", "line"})

_JOINING = frozenset({"and", "or"})

# A sentence goes on after these words, and before the others: no criterion ends or begins with them.
_UNFINISHED = frozenset(
    {
        "a",
        "an",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "by",
        "during",
        "for",
        "from",
        "in",
        "including",
        "into",
        "is",
        "least",
        "of",
        "on",
        "per",
        "than",
        "that",
        "the",
        "their",
        "this",
        "to",
        "was",
        "were",
        "which",
        "who",
        "with",
        "within",
        "without",
    }
)
_CONTINUING = frozenset(
    {
        "a",
        "an",
        "and",
        "are",
        "as",
        "be",
        "been",
        "by",
        "for",
        "from",
        "in",
        "into",
        "is",
        "its",
        "of",
        "on",
        "or",
        "than",
        "that",
        "the",
        "their",
        "these",
        "this",
        "to",
        "was",
        "were",
        "which",
        "who",
        "whose",
    }
)


def _may_go_on(block: Block, following: Block) -> bool:
    """Return whether a block and words that open no item of their own stand on neighbouring lines."""
    if following.after_gap or block.kind not in _LINES or not block.text or not following.text:
        return False
    if following.kind == "item" and following.marker[-1:] not in CLOSING:  # most items
        return False
    item = parse_item(following.words)
    if item is not None:  # `(see Appendix` / `II) and`
        return (
            item.marker.text.rstrip(".")[-1:] in CLOSING and item.marker.text[0] not in OPENING and _is_open(block.text)
        )
    return following.kind == "line" and following.depth <= block.depth


def _is_open(text: str) -> bool:
    """Return whether a bracket stands open at the end of a text."""
    return max(text.rfind("("), text.rfind("（")) > max(text.rfind(")"), text.rfind("）"))


def _is_full(block: Block, following: Block, width: int) -> bool:
    """Return whether the next line's first word would not have fitted on a line."""
    return len(block.words) + 1 + len(following.words.partition(" ")[0]) > width - _INDENTATION


def _is_within(text: str, following: str) -> bool:
    """Return whether a line break stands within a sentence, by the words beside it."""
    if text[-1] in SENTENCE_ENDS:
        return False
    if _is_open(text) and following.partition(" ")[0].rstrip(",.;:")[-1:] in CLOSING:
        return True
    first, last = following.partition(" ")[0].lower(), text.rpartition(" ")[2].lower().lstrip("(")
    if last in _UNFINISHED:
        return True
    if not following[0].islower():
        return False
    # Lines that all end with a comma are a list.
    return first in _CONTINUING or last in _JOINING or _is_broken(text, first) or (text[-1] == "," != following[-1])


def _joined(text: str, following: str) -> str:
    """Return two lines as one; a word that was broken after its hyphen is whole again."""
    return text + following if _is_broken(text, following.partition(" ")[0]) else f"{text} {following}"


def _is_broken(text: str, first: str) -> bool:
    """Return whether a line ends within a word, after its hyphen: `colony-` before `stimulating`, not before `and`."""
    return text[-1] == "-" and text[-2:-1].isalpha() and first.islower() and first not in _JOINING

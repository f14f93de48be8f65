"""Plain text: white space, signs nobody sees, Markdown escapes, lists written with bullets and numbers."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from schemas.document import Block

BULLETS = frozenset("*-·•‣⁃∙▪▫■□▶▸►◆◇○●◦➢➤✓✔❖・‐‑‒–—−\uf0a7\uf0b7o")
"""Characters that open a list item when a blank follows; the last three are Word's bullets, saved as text."""

INVISIBLE: dict[int, str | None] = dict.fromkeys(
    (
        0x1F,
        0xAD,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2065),
        *range(0x2066, 0x206A),
        0xFEFF,
    )
) | {0x1E: "-"}
"""Soft hyphens, zero-width characters, direction and byte order marks; `str.translate` removes them.

Word writes its soft hyphen as 0x1F, and its hyphen that no line ends at as 0x1E, which becomes a plain one.
"""

_PLAIN = {chr(sign): plain or "" for sign, plain in INVISIBLE.items()} | {
    sign: plain
    for signs, plain in (
        ("‘’‚‛′´`", "'"),
        ("“”„‟″", '"'),
        ("‐‑‒–—―−﹣－", "-"),
        ("：", ":"),
        ("…", "..."),
    )
    for sign in signs
}

_NOT_ASCII = re.compile(r"[^\x00-\x7f]")

# CommonMark: a backslash escapes ASCII punctuation and nothing else, so `mg\kg` keeps its own.
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")

# Four digits would be a year.
_NUMBER = re.compile(r"[0-9]{1,3}[.)](?= )")

# What Markdown has between two lists, so that they stay two; no page shows it.
_LIST_BREAK = "<!-- -->"

# An item this much further right than another stands below it. One column is no step: numbers may be
# aligned to the right (` 9.`, `10.`), and `* ` has its text two columns in.
_STEP = 2


def fold(text: str) -> str:
    """Return the form in which labels and phrases are compared.

    Case, white space, invisible characters, typographic quotes and dashes make no difference in it; a colon
    at the end does, since `Treatment:` and `Treatment` are different labels.
    """
    return _folded_once(text) if len(text) <= _LONGEST_REMEMBERED else _folded(text)


_LONGEST_REMEMBERED: Final = 120
"""Characters of a label, a phrase or a name at the most; longer texts are hardly compared more than once."""


def _folded(text: str) -> str:
    """Return what `fold` does."""
    if text.isascii():
        return " ".join(text.lower().split())
    return " ".join(_NOT_ASCII.sub(_plain, composed(text.casefold())).split())


# The short texts of one page, which are compared with one vocabulary after the other.
_folded_once = lru_cache(maxsize=512)(_folded)


def composed(text: str) -> str:
    """Return the text with letters and their marks composed (NFC): `é` can be written as one sign and as two."""
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return text
    return "".join([unicodedata.normalize("NFC", part) for part in _MARKS.split(text)])


# Marks are sorted in time that grows with the square of their number; no letter of any language has so many.
_MARKS = re.compile(r"([^\w\s\x00-\x7f]{30})")


def clean(text: str) -> str:
    r"""Return the words with white space folded, without invisible characters and Markdown escapes.

    Full-width and other signs are content and stay as they are. Call it once on a text: `\\<` is the escape
    of `\<`, which is the escape of `<`.
    """
    return composed(unescaped(_spaced(text)))


def unescaped(text: str) -> str:
    """Return the words of a block, whose white space is folded already, without Markdown escapes."""
    return _ESCAPE.sub(r"\1", text) if "\\" in text else text


def lines(text: str, number: int = 0) -> list[Block]:
    """Return the lines of a text capture, or of a registry's text field, as blocks.

    A line that opens with a bullet or a number is an item; how far it is indented against the items before it
    gives its depth. A line that is indented against an item continues it and has its depth.

    Args:
        text: the text. CR, LF and both together end a line; other separators (U+2028, U+0085, form feed) are blanks.
        number: the number of the first block.
    """
    blocks: list[Block] = []
    margins: list[int] = []  # of the items that the next line can stand below
    gap = False
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    for line in text.split("\n"):
        content = line.strip()
        if not content.isprintable() or "  " in content:
            content = _spaced(content)
        if not content or content == _LIST_BREAK:
            gap = True
            continue
        margin = _margin(line) if line[0].isspace() else 0
        while margins and margin < margins[-1] + _STEP:
            margins.pop()
        size = opening(content)
        if size:
            margins.append(margin)
            blocks.append(Block(number, "item", content[size + 1 :], len(margins), content[:size], (), "", "", gap))
        else:
            blocks.append(Block(number, "line", content, len(margins), "", (), "", "", gap))
        number += 1
        gap = False
    return blocks


def paragraphs(blocks: Sequence[Block]) -> str | None:
    """Return blocks of prose, whose white space is folded already, as one text, or None where they hold no word.

    Paragraphs are separated by a blank line. The items of a list follow each other line by line, each with
    its marker, indented by two blanks per depth beyond the first. A line is indented as a part of an item only where
    the item is one of the blocks: a page that leaves its lists open holds all that follows in their last items.
    """
    text = ""
    in_list = False
    for block in blocks:
        words = unescaped(block.words)
        if not words:
            continue
        depth = block.depth if block.kind in {"item", "line"} else 0
        is_item = block.kind == "item" or opening(words) > 0
        if text:
            text += "\n" if in_list and (depth or is_item) else "\n\n"
        if depth and (is_item or in_list):
            text += "  " * (depth - (block.kind == "item"))
        text += words
        in_list = is_item or (in_list and depth > 0)
    return text or None


def opening(text: str) -> int:
    """Return how many characters the bullet or number has that opens a text of folded white space; 0 without one.

    A blank follows it, and words: a dash alone is what an empty value looks like.
    """
    first = text[:1]
    if first in BULLETS:
        return 1 if text[1:2] == " " else 0
    if "0" <= first <= "9":
        match = _NUMBER.match(text)
        return match.end() if match else 0
    return 0


def _spaced(text: str) -> str:
    """Return the text with white space folded and without invisible characters."""
    if not text.isprintable():  # a tab, a line end, a no-break or zero-width blank stands in it
        return " ".join(text.translate(INVISIBLE).split())
    if "  " in text or text[:1] == " " or text[-1:] == " ":
        return " ".join(text.split())
    return text


def _plain(match: re.Match[str]) -> str:
    """Return what stands for a sign where labels are compared."""
    return _PLAIN.get(match[0], match[0])


def _margin(line: str) -> int:
    """Return how many columns a line is indented, with a tab to every fourth."""
    if "\t" in line:
        line = line.expandtabs(4)
    return len(line) - len(line.lstrip())

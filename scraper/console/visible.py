"""Makes text safe to print: shows as an escape whatever a terminal would obey or hide."""

import codecs
import re
from typing import Final

ESCAPES: Final = "trialpages.escapes"
"""For `errors=` of a stream that cannot hold every letter: the others are written as JSON escapes them."""


def visible(text: str) -> str:
    r"""The text in one line without anything that a terminal obeys, or that a reader cannot see.

    Control characters become `\n`, `\t`, `\x1b`; further control characters, marks of direction, characters without
    width, separators of lines and lone surrogates become `\u202e`. JSON in one line stays the same JSON, since it holds
    none of the former.
    """
    return text if text.isascii() and text.isprintable() else _UNSEEN.sub(_escape, text)


_UNSEEN: Final = re.compile(
    "["
    "\0-\x1f\x7f-\x9f"  # C0, DEL, C1: with \x9b alone a terminal begins a command
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0"  # letters and marks that are blank
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # no width, separators of lines, marks of direction
    "\ufe00-\ufe0f\ufeff\ufff0-\ufffb"  # variants, byte order, annotations
    "\ud800-\udfff"  # halves of characters, as names of files hold them that are no UTF-8
    "\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # formats, tags
    "]"
)

_SHORT: Final = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def _escape(found: re.Match[str]) -> str:
    sign = found[0]
    return _SHORT.get(sign) or (f"\\x{ord(sign):02x}" if sign < " " else _units(sign))


def _units(text: str) -> str:
    """Characters as JSON escapes them."""
    units = text.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[place : place + 2].hex()}" for place in range(0, len(units), 2))


def _escaped(error: UnicodeError) -> tuple[str, int]:
    """What cannot be encoded, as JSON writes it: a program that reads the output gets the same words."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return _units(error.object[error.start : error.end]), error.end


codecs.register_error(ESCAPES, _escaped)

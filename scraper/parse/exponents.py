"""Writes superscripts so that plain text keeps them: `10⁹` does not become 109."""

import re
from collections.abc import Iterable
from itertools import groupby
from typing import Final, NamedTuple


class Piece(NamedTuple):
    """A text within a line."""

    text: str
    """With the white space before it."""
    height: int = 0
    """How many `sup` stand around it."""


def with_superscripts(pieces: Iterable[Piece]) -> list[str]:
    """The pieces' texts, with `^` where a raised number would run together with what stands before it.

    `10⁹` becomes `10^9` and `m²` `m^2`, as the registry writes them, and a blank keeps a raised digit from the digits
    behind it. Others stay as they are: `CD4+`, `Ca2+`, `1st`, `18F`. Low signs are no matter here: `H2O`.
    """
    texts: list[str] = []
    before = ""
    was_raised = False
    for height, group in groupby(pieces, key=_height):
        words = [piece.text for piece in group]
        whole = "".join(words)
        if height and _needs_sign(before, whole.strip()):
            first = next(index for index, text in enumerate(words) if text.strip())
            words[first] = re.sub(r"^\s*", r"\g<0>^", words[first])
        elif was_raised and before[-1:].isdigit() and whole[:1].isdigit():
            words[0] = f" {words[0]}"
        texts += words
        before = (before + whole)[-_LOOK_BACK:]
        was_raised = height > 0
    return texts


def _height(piece: Piece) -> int:
    return piece.height


def _needs_sign(before: str, words: str) -> bool:
    last = before.rstrip()[-1:]
    if last.isdigit():
        return _NUMBER.fullmatch(words) is not None or _CHARGE.fullmatch(words) is not None
    is_close = before.endswith(last) and (last.isalpha() or (last != "" and last in _CLOSING))
    return is_close and _NUMBER.fullmatch(words) is not None


_LOOK_BACK: Final = 8
"""Characters; one is looked at, behind white space."""
_NUMBER: Final = re.compile(r"[+\-−–]?\s?\d+(?:[.,]\d+)*")
_CHARGE: Final = re.compile(r"\d+[+\-−–]")
_CLOSING: Final = ")]}%°"

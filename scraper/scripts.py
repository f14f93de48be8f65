"""Signs that stand higher or lower than their line, written so that plain text still tells them apart."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final, NamedTuple


class Piece(NamedTuple):
    """A text within a line."""

    text: str
    """With the white space before it."""
    script: str = ""
    """`sup`, `sub`, or "" for what stands on the line."""
    depth: int = 0
    """How many scripts stand around it."""


def marked(pieces: Iterable[Piece]) -> list[str]:
    """The pieces' texts, with signs where digits would run together or a power would be read as a number.

    `10⁹` becomes `10^9` and `m²` `m^2`, as the registry writes them. A low digit behind a digit gets `_`, and a blank
    keeps a script from the digits behind it. All others stay as they are: `H2O`, `CD4+`, `Ca2+`, `1st`, `18F`.
    """
    texts: list[str] = []
    before = script = ""
    for (name, _), group in groupby(pieces, key=_place):
        words = [piece.text for piece in group]
        whole = "".join(words)
        if not name:
            if script and before[-1:].isdigit() and whole[:1].isdigit():
                words[0] = f" {words[0]}"
        elif sign := _sign(name, before, whole):
            first = next(index for index, text in enumerate(words) if text.strip())
            words[first] = re.sub(r"^\s*", lambda space: f"{space[0]}{sign}", words[first])
        texts += words
        before += whole
        before = before[-_LOOK_BACK:]
        script = name
    return texts


_LOOK_BACK: Final = 8
"""Characters; one is looked at, behind white space."""


def _place(piece: Piece) -> tuple[str, int]:
    return piece.script, piece.depth


def _sign(script: str, before: str, words: str) -> str:
    """What is written before a script."""
    last = before.rstrip()[-1:]
    if last.isdigit():
        fits: Sequence[re.Pattern[str]] = (_NUMBER, _CHARGE) if script == "sup" else (_NUMBER,)
        return ("^" if script == "sup" else "_") if any(form.fullmatch(words.strip()) for form in fits) else ""
    if script == "sup" and before[-1:] == last and (last.isalpha() or last in _CLOSING):
        return "^" if last and _NUMBER.fullmatch(words.strip()) else ""
    return ""


_NUMBER: Final = re.compile(r"[+\-−–]?\s?\d+(?:[.,]\d+)*")
_CHARGE: Final = re.compile(r"\d+[+\-−–]")
_CLOSING: Final = frozenset(")]}%°µ")

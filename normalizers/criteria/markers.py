"""Markers of list items: `•` and `1.` and `(b)` and `③`."""

import re
from functools import lru_cache
from typing import NamedTuple

from normalizers.criteria.punctuation import CLOSING
from normalizers.text import BULLETS

DASHES = frozenset("-‐‑‒–—−")
"""Dashes of all lengths; as bullets they are one style."""

GLYPHS = BULLETS - DASHES - frozenset("*·・o")
"""Signs that are nothing but bullets: they need no blank after them, and they part items within a paragraph."""

SERIES = {
    series[0]: series
    for series in ("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳", "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇", "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛", "❶❷❸❹❺❻❼❽❾❿")
}
"""Signs that hold their number, by the first of their series."""


class Interpretation(NamedTuple):
    """One way to read a marker: `i)` is the first of the Roman numbers and the ninth letter."""

    style: str
    """What the markers of one list have in common: `-`, `1.`, `(a)`, `i)`, `①`."""
    ordinal: int
    """The place in its list, from 1; 0 for a bullet."""


class Marker(NamedTuple):
    """What a list item opens with."""

    text: str
    """The marker as it stands."""
    interpretations: tuple[Interpretation, ...]
    """The ways to read it."""
    is_weak: bool = False
    """Only its neighbours can tell that it is one: `S. aureus` opens like the nineteenth item of a list."""
    bullet: tuple[Interpretation, ...] = ()
    """How the bullet before it reads, where one stands there: `• 1)`."""


class Item(NamedTuple):
    """A marker and the words after it."""

    marker: Marker
    words: str


def parse_marker(text: str) -> Marker | None:
    """Return a text that is nothing but a marker as one, None where it is something else."""
    item = parse_item(f"{text} …")
    return item.marker if item is not None and item.words == "…" else None


@lru_cache(maxsize=512)
def list_marker(text: str) -> Marker:
    """Return the marker that a list gives its item; signs that nobody knows are bullets."""
    return parse_marker(text) or Marker(text, (Interpretation(text, 0),))


def parse_item(text: str) -> Item | None:
    """Return a cleaned text as an item, None where it opens with words or has none after its marker."""
    first = text[:1]
    if first in _PLAIN_LETTERS and text[1:2] not in _CLOSERS:
        return None  # nearly all texts, and `o` before a blank is the only bullet among letters
    if first in BULLETS and text[1:2] == " ":
        return Item(_bullet(first), text[2:])
    if first in GLYPHS or (first == "-" and text[1:2].isalpha()):
        return Item(_bullet(first), text[1:]) if len(text) > 1 else None
    if first in _CIRCLED:
        words = text[1:].lstrip()
        return Item(Marker(first, (_CIRCLED[first],)), words) if words else None
    match = _ENUMERATOR.match(text)
    return None if match is None else _enumerated(match)


def has_words(text: str) -> bool:
    """Return whether a cleaned text says anything: it has a letter or digit beside markers."""
    start = 0
    while len(text) - start <= _LONGEST or not text[start].isalnum():
        ahead = text[start : start + _AHEAD]
        item = parse_item(ahead)
        if item is None:
            return parse_marker(text[start:]) is None and any(map(str.isalnum, text[start:]))
        start += len(ahead) - len(item.words)
    return True


def symbol(kind: str, ordinal: int) -> str | None:
    """Return the number, letter or sign of that ordinal in the series of `1`, `a`, `I`, `①`; None after its end."""
    if kind == "1":
        return str(ordinal)
    if kind in SERIES:
        series = SERIES[kind]
        return series[ordinal - 1] if ordinal <= len(series) else None
    if ordinal > (len(_ROMAN) if kind in "iI" else 26):
        return None
    sign = _ROMAN[ordinal - 1] if kind in "iI" else chr(96 + ordinal)
    return sign if kind.islower() else sign.upper()


# The longest markers are `(xviii).` and `(100).`.
_LONGEST = len("(xviii).")
_AHEAD = 4 * _LONGEST
"""Characters in which a marker and the beginning of the words behind it stand."""

_PLAIN_LETTERS = frozenset("ABCDEFGHJKLMNOPQRSTUWYZabcdefghjklmnpqrstuwyz")
_CLOSERS = frozenset(")）.．、")

_ONES = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
_ROMAN = (*_ONES, *(f"x{one}" for one in _ONES))
_ROMAN_ORDINALS = {numeral: ordinal for ordinal, numeral in enumerate(_ROMAN, 1)}

_CIRCLED = {
    sign: Interpretation(first, ordinal) for first, series in SERIES.items() for ordinal, sign in enumerate(series, 1)
}

# `1.` `1)` `(1)` `1.)` `a).` `ii.` and their full-width forms. A digit after the point makes it a decimal.
_SYMBOL = "[0-9]{1,3}|[ivx]{1,5}|[IVX]{1,5}|[A-Za-z]"
_ENUMERATOR = re.compile(rf"(?:[(（]({_SYMBOL})[)）]\.?|({_SYMBOL})(?:[)）]\.?|\.[)）]|\.(?![0-9])|[．、])) ?(?=[^ ])")


@lru_cache(maxsize=len(BULLETS))
def _bullet(sign: str) -> Marker:
    """Return a bullet as a marker; dashes of all lengths are one style."""
    return Marker(sign, (Interpretation("-" if sign in DASHES else sign, 0),))


def _enumerated(match: re.Match[str]) -> Item | None:
    """Return an item that opens with a number or letter, which stands in brackets or before a point."""
    text = match[0].rstrip()
    words = match.string[match.end() :]
    symbol = match[1] or match[2]
    if symbol.isdigit():
        return Item(Marker(text, (Interpretation(text.replace(symbol, "1"), int(symbol)),)), words)
    is_dotted = text[-1] == "." and text[-2] not in CLOSING
    if is_dotted and (text == match[0] or (symbol.isupper() and words[0].islower())):
        return None  # `i.e.`, `E. coli`
    lower = symbol.lower()
    interpretations = []
    if lower in _ROMAN_ORDINALS:
        interpretations.append(
            Interpretation(text.replace(symbol, "i" if symbol == lower else "I"), _ROMAN_ORDINALS[lower])
        )
    if len(symbol) == 1:
        interpretations.append(Interpretation(text.replace(symbol, "a" if symbol == lower else "A"), ord(lower) - 96))
    return (
        Item(Marker(text, tuple(interpretations), is_dotted and len(symbol) == 1), words) if interpretations else None
    )

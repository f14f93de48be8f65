"""Markers of list items, `•` and `1.` and `(b)` and `③`, and lists that are written in one paragraph."""

import re
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from normalizers.text import BULLETS


class Reading(NamedTuple):
    """One way to read a marker: `i)` is the first of the Roman numbers and the ninth letter."""

    style: str
    """What the markers of one list have in common: `-`, `1.`, `(a)`, `i)`, `①`."""
    ordinal: int
    """The place in its list, from 1; 0 for a bullet."""


class Marker(NamedTuple):
    """What a list item opens with."""

    text: str
    """The marker as it stands."""
    readings: tuple[Reading, ...]
    """The ways to read it."""
    is_weak: bool = False
    """Only its neighbours can tell that it is one: `S. aureus` opens like the nineteenth item of a list."""


class Item(NamedTuple):
    """A marker and the words after it."""

    marker: Marker
    words: str


def lone(text: str) -> Marker | None:
    """Return a text that is nothing but a marker as one, None where it is something else."""
    item = read(f"{text} …")
    return item.marker if item is not None and item.words == "…" else None


@lru_cache(maxsize=512)
def given(text: str) -> Marker:
    """Return the marker that a list gives its item; signs that nobody knows are bullets."""
    return lone(text) or Marker(text, (Reading(text, 0),))


def read(text: str) -> Item | None:
    """Return a cleaned text as an item, None where it opens with words or has none after its marker."""
    first = text[:1]
    if first in _PLAIN_LETTERS and text[1:2] not in _CLOSERS:
        return None  # nearly all texts, and `o` before a blank is the only bullet among letters
    if first in BULLETS and text[1:2] == " ":
        return Item(_bullet(first), text[2:])
    if first in _GLYPHS or (first == "-" and text[1:2].isalpha()):
        return Item(_bullet(first), text[1:]) if len(text) > 1 else None
    if first in _CIRCLED:
        words = text[1:].lstrip()
        return Item(Marker(first, (_CIRCLED[first],)), words) if words else None
    match = _ENUMERATOR.match(text)
    return None if match is None else _enumerated(match)


def pieces(item: Item) -> list[Item]:
    """Return the items of a list that is written in one paragraph, given as its first item.

    A list is there only when all of it is: it begins with the first number, no number is missing, and none stands
    there twice. Otherwise the paragraph is one item.
    """
    if len(item.words) > _LONGEST:
        return [item]
    for style, ordinal in item.marker.readings:
        if ordinal == 0 and style in _GLYPHS:
            return _cut(item, _joins(item))
        if ordinal == 1:
            starts = _starts(item.words, style)
            if starts:
                return _cut(item, starts)
    return [item]


def dashed(item: Item) -> list[Item]:
    """Return the items of a list that was joined to one paragraph by blank, bullet, blank, given as its first item.

    Sentences have such dashes too. So the list is cut only when all items begin alike, with a capital or without,
    and none begins as the end of a range (`18 - 75`) or as an aside (`- please note`) would.
    """
    items = _cut(item, _joins(item))
    is_lower = item.words[:1].islower()
    before = ""
    for _, words in items:
        if (
            (words[:1].isalpha() and words[:1].islower() != is_lower)
            or (before[-1:] in _RANGE_ENDS and words[:1] in _RANGE_ENDS)
            or _ASIDE.match(words)
        ):
            return [item]
        before = words
    return items


def after_lead(text: str) -> tuple[str, list[Item]] | None:
    """Return a text's words before a list in the same paragraph, and its items: `any of: a) this; b) that`.

    The words before the list end with a colon. None where there is no such list.
    """
    for match in islice(_LEAD.finditer(text), 8):  # a text with more colons than that is no lead
        item = read(text[match.end() :])
        if item is not None:
            items = pieces(item)
            if len(items) > 1:
                return text[: match.end()].rstrip(), items
    return None


# The registry takes no more; the search for numbers is not made for books.
_LONGEST = 20_000

_DASHES = frozenset("-‐‑‒–—−")

# Signs that are nothing but bullets: they need no blank after them, and they part items within a paragraph.
_GLYPHS = BULLETS - _DASHES - frozenset("*·・o")

_PLAIN_LETTERS = frozenset("ABCDEFGHJKLMNOPQRSTUWYZabcdefghjklmnpqrstuwyz")
_CLOSERS = frozenset(")）.．、")

_ONES = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
_ROMAN = (*_ONES, *(f"x{one}" for one in _ONES))
_ROMAN_ORDINALS = {numeral: ordinal for ordinal, numeral in enumerate(_ROMAN, 1)}

_SERIES = {
    series[0]: series
    for series in ("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳", "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇", "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛", "❶❷❸❹❺❻❼❽❾❿")
}
_CIRCLED = {
    sign: Reading(first, ordinal) for first, series in _SERIES.items() for ordinal, sign in enumerate(series, 1)
}

# `1.` `1)` `(1)` `1.)` `a).` `ii.` and their full-width forms. A digit after the point makes it a decimal.
_SYMBOL = "[0-9]{1,3}|[ivx]{1,5}|[IVX]{1,5}|[A-Za-z]"
_ENUMERATOR = re.compile(rf"(?:[(（]({_SYMBOL})[)）]\.?|({_SYMBOL})(?:[)）]\.?|\.[)）]|\.(?![0-9])|[．、])) ?(?=[^ ])")
_LEAD = re.compile(rf"[:：] ?(?=[(（]?[1aAiI][.)）．、]|[{''.join(_SERIES)}{''.join(sorted(_GLYPHS))}])")

_SENTENCE_ENDS = frozenset(".;:!?。；：")

# Words before a number that belongs to them, as in `ECOG status 0 or 2. Patients …`.
_COUNTING = frozenset(
    {
        "about",
        "and",
        "appendix",
        "arm",
        "at",
        "between",
        "by",
        "class",
        "classes",
        "cohort",
        "criteria",
        "criterion",
        "day",
        "days",
        "factor",
        "grade",
        "grades",
        "group",
        "groups",
        "least",
        "less",
        "level",
        "more",
        "most",
        "number",
        "of",
        "or",
        "over",
        "part",
        "phase",
        "score",
        "section",
        "see",
        "stage",
        "status",
        "than",
        "to",
        "type",
        "types",
        "under",
        "version",
        "versus",
        "vs",
        "week",
        "weeks",
        "with",
        "within",
    }
)
_COMPARING = frozenset("<>=≤≥±~/×+-–")

_RANGE_ENDS = frozenset("0123456789IVX")

# How an aside after a dash begins within a sentence; a month is the end of a range.
_ASIDE = re.compile(
    r"(?:and|e\.?g|exceptions?|excluding|i\.?e|if|including|notes?|ok|or|please|see|unless"
    r"|Jan|Feb|Mar|March|Apr|April|June?|July?|Aug|Sept?|Oct|Nov|Dec|January|February|August|September|October"
    r"|November|December)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=len(BULLETS))
def _bullet(sign: str) -> Marker:
    """Return a bullet as a marker; dashes of all lengths are one style."""
    return Marker(sign, (Reading("-" if sign in _DASHES else sign, 0),))


def _enumerated(match: re.Match[str]) -> Item | None:
    """Return an item that opens with a number or letter, which stands in brackets or before a point."""
    text = match[0].rstrip()
    words = match.string[match.end() :]
    symbol = match[1] or match[2]
    if symbol.isdigit():
        return Item(Marker(text, (Reading(text.replace(symbol, "1"), int(symbol)),)), words)
    is_dotted = text[-1] == "." and text[-2] not in ")）"
    if is_dotted and (text == match[0] or (symbol.isupper() and words[0].islower())):
        return None  # `i.e.`, `E. coli`
    lower = symbol.lower()
    readings = []
    if lower in _ROMAN_ORDINALS:
        readings.append(Reading(text.replace(symbol, "i" if symbol == lower else "I"), _ROMAN_ORDINALS[lower]))
    if len(symbol) == 1:
        readings.append(Reading(text.replace(symbol, "a" if symbol == lower else "A"), ord(lower) - 96))
    return Item(Marker(text, tuple(readings), is_dotted and len(symbol) == 1), words) if readings else None


def _cut(item: Item, starts: list[int]) -> list[Item]:
    """Return an item as several: each start is that of a further item's marker."""
    if not starts:
        return [item]
    words = item.words
    items = [Item(item.marker, words[: starts[0]].rstrip())]
    for start, end in zip(starts, [*starts[1:], len(words)], strict=True):
        further = read(words[start:end].rstrip())
        if further is None:
            return [item]
        items.append(further)
    return items


def _joins(item: Item) -> list[int]:
    """Return where the further items begin that the item's bullet between blanks joins to it."""
    join = f" {item.marker.text} "
    starts = []
    found = item.words.find(join)
    while found >= 0:
        starts.append(found + 1)
        found = item.words.find(join, found + 2)
    return starts


def _starts(words: str, style: str) -> list[int]:
    """Return where a numbered list's items after the first begin in its words; none where the list is not whole.

    A number that may belong to the words (`4. 5 mg`) is a marker only where a sure one comes after it.
    """
    kind = style.strip("(（)）.．、")
    starts = []
    sure = 0  # how many of them the last sure one is the end of
    begin = 0
    ordinal = 2
    while places := _places(words, style, kind, ordinal, begin):
        certain = [place for place in places if place.is_certain]
        if len(certain) > 1:
            return []
        if len(certain or places) > 1:
            break
        place = (certain or places)[0]
        starts.append(place.start)
        begin = place.end
        ordinal += 1
        if certain:
            sure = len(starts)
    if any(place.is_certain for place in _places(words, style, kind, ordinal + 1, begin)):
        return []
    return starts[:sure]


class _Place(NamedTuple):
    """Where a marker stands within a paragraph, or what looks like one."""

    start: int
    end: int
    is_certain: bool


def _places(words: str, style: str, kind: str, ordinal: int, begin: int) -> list[_Place]:
    """Return where the marker of that ordinal can stand, from `begin` on."""
    symbol = _symbol(kind, ordinal)
    if symbol is None:
        return []
    sought = style.replace(kind, symbol)
    places = []
    start = words.find(sought, begin)
    while start >= 0:
        end = start + len(sought)
        if begin < start and end < len(words):
            is_certain = kind in _SERIES or _is_certain(words, start, end, begin, kind)
            if is_certain is not None:
                places.append(_Place(start, end, is_certain))
        start = words.find(sought, end)
    return places


def _symbol(kind: str, ordinal: int) -> str | None:
    """Return the number, letter or sign of that ordinal, None where the series has ended."""
    if kind == "1":
        return str(ordinal)
    if kind in _SERIES:
        series = _SERIES[kind]
        return series[ordinal - 1] if ordinal <= len(series) else None
    if ordinal > (20 if kind in "iI" else 26):
        return None
    symbol = _ROMAN[ordinal - 1] if kind in "iI" else chr(96 + ordinal)
    return symbol if kind.islower() else symbol.upper()


def _is_certain(words: str, start: int, end: int, begin: int, kind: str) -> bool | None:
    """Return whether what looks like a marker within a paragraph certainly is one, None where it is none."""
    if words[start - 1] not in " ;；。，、":
        return None
    is_dotted = words[end - 1] == "." and words[end - 2] not in ")）"
    if is_dotted and (words[end].isdigit() if kind == "1" else words[end] != " "):
        return None
    before = words[begin:start].rstrip()
    ends = before[-1:] in _SENTENCE_ENDS
    if not ends and before.count("(") > before.count(")"):
        return False
    if kind == "1" and is_dotted and words[end : end + 2].strip()[:1].isdigit():
        return False
    if ends:
        return True
    if kind == "A" and is_dotted:  # `hepatitis B. Patients`
        return False
    if before[-1:] in _COMPARING or (before[-1:] == "," and before[-2:-1].isdigit()):
        return False
    word = before[before.rfind(" ") + 1 :].lower()
    return word not in _COUNTING or (not is_dotted and word in {"and", "or"})

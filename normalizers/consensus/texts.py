"""Texts beside each other: what is left when white space, case, markers, marks and markup make no difference.

Comparison signs are read apart from the words, since some sites lose them: a sign that one side lost says nothing,
another sign does.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from normalizers.consensus.likeness import DIFFERENT, SAME, Compared, Likeness
from normalizers.text import fold

_SIGNS: Final = str.maketrans(
    {"≦": "≤", "⩽": "≤", "≧": "≥", "⩾": "≥", "‐": "-", "‑": "-", "–": "-", "—": "-", "−": "-", "×": "x"}
)
_SPELLED: Final = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"), ("=<", "≤"), ("=>", "≥"))
_OR_EQUAL: Final = re.compile(r"([<>≤≥])\s?(?:/|\bor\b)?\s?=")
"""`>=`, `> =`, `>/=` and `> or =` are one sign."""
_WORD: Final = r"[^\W_]+"
_IN_NUMBERS: Final = r"(?<=\d)\s*[./:-]\s*(?=\d)"
"""What makes another number of the digits around it: `1.5`, `18-65`, `1/2`."""
_POLES: Final = r"(?<=[^\W_])[+-](?![^\W_])"
"""Behind a word they are its value: `HER2+`, `HER2-`."""
_MINUS: Final = r"(?<=[ \t<>=≤≥≠(])-(?=\d)"
"""Before a number, within a line: `a T-score of -2.5`. At the beginning of a line it is a bullet."""
_KEPT: Final = re.compile(
    rf"(?P<word>{_WORD})|(?P<joint>{_IN_NUMBERS})|(?P<pole>{_POLES})|(?P<sign>[<>=≤≥≠?]|{_MINUS})"
)
_WITHIN_NUMBERS: Final = re.compile(r"(?<=\d)[, ](?=\d{3}(?!\d))|\^(?=\d)")
"""What parts the thousands of a number, and what stands before a power of ten."""
_TIMES: Final = re.compile(r"(?<=\d)\s*\*\s*(?=\d)")
"""A multiplication, which others write with an `x`."""
_LOST: Final = frozenset("=?")
"""What stands where a site has lost a comparison sign, where anything does: an equals sign, a question mark."""
LONG: Final = 60
"""Letters and digits of a text at the least that is cut off within a word without a sign of it."""
_END: Final = re.compile(r"(?:\[?(?:…|\.\.\.)\]?)\s*(?:(?:read|show) more)?\s*$", re.IGNORECASE)
MOST: Final = 50_000_000
"""Parts of one text times characters of the other at the most: to look for them takes a tenth of a second. Trials come
to a tenth of it."""
_BEGINNING: Final = 20
"""Letters and digits of a text at the least, so that to hold them is no accident."""


class Reading(NamedTuple):
    """A text as it is compared."""

    key: str
    """Its letters and digits, without anything between them but a blank between two numbers: `0, 1` is no `01`."""
    signs: Mapping[int, str]
    """Comparison signs and minus signs, by where the word behind them begins in the key."""
    borders: frozenset[int]
    """Where words begin and end in the key: `18-65` is one word."""

    def holding(self, other: "Reading", *, cut: bool = False) -> int:
        """Where the words of another text stand in this one; -1 where they do not.

        Args:
            other: the text.
            cut: whether it may end within a word.
        """
        place = self.key.find(other.key)
        while place >= 0:
            if place in self.borders and (cut or place + len(other.key) in self.borders):
                return place
            place = self.key.find(other.key, place + 1)
        return -1


def reading(text: str) -> Reading:
    """A text without what makes no difference."""
    return _reading_of_short(text) if len(text) <= 200 else _reading(text)


def _reading(words: str) -> Reading:
    folded = unicodedata.normalize("NFKC", words.translate(_SIGNS)).translate(_SIGNS).casefold()
    for spelled, sign in _SPELLED:
        if spelled in folded:
            folded = folded.replace(spelled, sign)
    folded = _TIMES.sub(" x ", _WITHIN_NUMBERS.sub("", _OR_EQUAL.sub(_one_sign, folded)))
    key, last, before = "", "", ""
    signs: dict[int, str] = {}
    borders: set[int] = set()
    for match in _KEPT.finditer(folded):
        kind, text = match.lastgroup or "", match[0].strip()
        if kind == "sign":
            before += text
            continue
        if kind == "word" and last != "joint":
            borders.add(len(key))
            key += between(key, text)
            borders.add(len(key))
        if before:
            signs[len(key)] = before
        key += text
        last, before = kind, ""
    if before:
        signs[len(key)] = before
    return Reading(key, signs, frozenset({*borders, len(key)}))


def _one_sign(found: re.Match[str]) -> str:
    return "≤" if found[1] in "<≤" else "≥"


def between(key: str, following: str) -> str:
    """What parts two words of a key: a blank where they are numbers, which would be another number together."""
    return " " if key[-1:].isdigit() and following[:1].isdigit() else ""


_reading_of_short = lru_cache(maxsize=2048)(_reading)


def signs(chosen: Reading, other: Reading, start: int = 0) -> Likeness:
    """How the comparison signs of two readings with the same words stand to each other.

    Args:
        chosen: the one.
        other: the other, or a longer text that holds the words of the first.
        start: where in the longer text they begin.
    """
    if not chosen.signs and not other.signs:
        return Likeness.SAME
    found = Likeness.SAME
    end = start + len(chosen.key)
    here = {place - start: sign for place, sign in other.signs.items() if start <= place < end} if other.signs else {}
    for place in {*(place for place in chosen.signs if place < len(chosen.key)), *here}:
        ours, theirs = chosen.signs.get(place, ""), here.get(place, "")
        if ours == theirs or (_is_lost(ours) and _is_lost(theirs) and _is_minus(ours) == _is_minus(theirs)):
            continue
        if not _is_lost(ours) and not _is_lost(theirs):
            return Likeness.DIFFERENT
        is_less = _is_lost(theirs) and (not _is_lost(ours) or _is_minus(ours))
        lost = Likeness.LESS if is_less else Likeness.MORE
        found = lost if found in {Likeness.SAME, lost} else Likeness.VARIANT
    return found


def _is_lost(sign: str) -> bool:
    """Whether a comparison sign may have stood here; a minus sign stands for itself."""
    return _LOST.issuperset(sign.removesuffix("-"))


def _is_minus(sign: str) -> bool:
    return sign.endswith("-")


def prose(chosen: str, other: str) -> Compared:
    """Running text: the same words, a part of the other, or different sentences."""
    if chosen.split() == other.split():
        return SAME
    ours, theirs = reading(chosen), reading(other)
    if ours.key == theirs.key:
        return _by_signs(signs(ours, theirs))
    bare = _NUMBERS.sub("", chosen), _NUMBERS.sub("", other)
    if bare != (chosen, other) and reading(bare[0]).key == reading(bare[1]).key:
        return SAME
    part = _part(chosen, other)
    if part is not None:
        return part
    lines = (
        *(f"only in the chosen text: {shortened(text)}" for text in _sentences(chosen, theirs)),
        *(f"only here: {shortened(text)}" for text in _sentences(other, ours)),
    )
    return DIFFERENT._replace(differences=lines)


def title(chosen: str, other: str) -> Compared:
    """A title: with or without its acronym in parentheses, cut off or not."""
    compared = prose(chosen, other)
    if compared.likeness is not Likeness.SAME:
        ours, theirs = _ACRONYM.sub("", chosen), _ACRONYM.sub("", other)
        if reading(ours).key == reading(theirs).key and (ours == chosen or theirs == other):
            return Compared(Likeness.VARIANT, "with or without the acronym in parentheses")
    return compared._replace(differences=()) if compared.likeness is Likeness.DIFFERENT else compared


def short(chosen: str, other: str) -> Compared:
    """A few words, such as an acronym: case, white space and signs around them make no difference."""
    if fold(chosen) == fold(other):
        return SAME
    return Compared(Likeness.VARIANT, "another spelling") if reading(chosen).key == reading(other).key else DIFFERENT


def shortened(text: str) -> str:
    """A text in one line for people, in quotation marks."""
    line = " ".join(text.split())
    return f"'{line}'" if len(line) <= 120 else f"'{line[:119]}…'"


def _by_signs(likeness: Likeness) -> Compared:
    if likeness is Likeness.SAME:
        return SAME
    if likeness is Likeness.DIFFERENT:
        return Compared(likeness, "another comparison sign")
    return Compared(likeness, "a comparison sign is lost", is_damage=True)


def plain_letters(text: str) -> str:
    """A text in small letters without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def has_end_mark(text: str) -> bool:
    """Whether a text says itself that it is cut off: `…`, `[...]`, `… read more`."""
    return _END.search(text) is not None


def _part(chosen: str, other: str) -> Compared | None:
    """Whether one text is a part of the other; one that is cut off, within its last word."""
    for whole, piece, likeness in ((chosen, other, Likeness.LESS), (other, chosen, Likeness.MORE)):
        cut, within = reading(_END.sub("", piece)), reading(whole)
        is_cut = has_end_mark(piece) or _is_cut(cut.key, within.key)
        place = within.holding(cut, cut=is_cut) if cut.key else -1
        if place == 0 and is_cut and signs(cut, within) is not Likeness.DIFFERENT:
            return Compared(likeness, "cut off")
        if place >= 0 and len(cut.key) >= _BEGINNING:
            if signs(cut, within, place) is Likeness.DIFFERENT:
                return Compared(Likeness.DIFFERENT, "another comparison sign")
            return Compared(likeness, "a part of the text")
    return None


def _is_cut(piece: str, whole: str) -> bool:
    """Whether a long text ends where the whole goes on, be it within a word; a number is another one then."""
    goes_on = whole[len(piece) : len(piece) + 1]
    return len(piece) >= LONG and whole.startswith(piece) and not (piece[-1].isdigit() and goes_on.isdigit())


def _sentences(text: str, within: Reading) -> list[str]:
    """The sentences of a text that another does not hold; none where there are too many to look for."""
    borders = [0, *(match.end() for match in _STOP.finditer(text)), len(text)]
    if len(borders) * len(within.key) > MOST:
        return []
    parts = (text[start:end].strip() for start, end in pairwise(borders))
    return [part for part in parts if part and within.holding(reading(part)) < 0]


_NUMBERS: Final = re.compile(r"^\s*\(?\d{1,2}[.)]\s+", re.MULTILINE)
"""The numbers of a list, which another page may show as bullets."""
_STOP: Final = re.compile(r"[.!?;]\s+|\n+")
_ACRONYM: Final = re.compile(r"\s*\([^()\s]{2,30}\)\s*\.?\s*$")

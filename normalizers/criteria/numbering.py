"""Where the numbers of a list stand within a paragraph: `1. … 2. …`, `(a) … (b) …`, `① … ② …`."""

import re
from typing import NamedTuple

from normalizers.criteria.markers import SERIES, symbol
from normalizers.criteria.punctuation import CLOSING, ITEM_ENDS, OPENING, SEMICOLONS, SENTENCE_ENDS


def find_markers(words: str, style: str, first: int) -> tuple[list[int], bool]:
    """Return where a numbered list's items after the first begin in its words, and whether that is unclear.

    A number that may belong to the words (`grade 2. Patients`) is a marker only where a sure one comes after it.
    """
    kind = style.strip("(（)）.．、")
    run = _run(words, style, kind, first + 1, 0)
    if not _is_left_out(words, style, kind, run):
        return run.starts, run.is_unclear
    behind = [] if run.is_unclear else _behind_gap(words, style, kind, run)
    return (run.starts + behind, False) if behind else ([], True)


class _Run(NamedTuple):
    """Markers within a paragraph whose numbers follow each other."""

    starts: list[int]
    is_unclear: bool
    ordinal: int
    """The number after the last."""
    end: int
    """Where that of the last ends."""


def _run(words: str, style: str, kind: str, ordinal: int, begin: int) -> _Run:
    """Return where the markers begin from a number on, as far as a sure one comes after them."""
    starts: list[int] = []
    sure = 0  # how many of them the last sure one is the end of
    is_unclear = False
    while candidates := _candidates(words, style, kind, ordinal, begin):
        best = max(candidate.grade for candidate in candidates)
        likely = [candidate for candidate in candidates if candidate.grade == best]
        if best == _SURE and len(likely) > 1:
            return _Run([], is_unclear=True, ordinal=ordinal, end=begin)  # the number stands there twice
        is_unclear = is_unclear or best == _LIKELY or (best == _POSSIBLE and sure > 0)
        if len(likely) > 1:
            break
        starts.append(likely[0].start)
        begin = likely[0].end
        ordinal += 1
        if best == _SURE:
            sure = len(starts)
            is_unclear = False
        elif len(starts) > sure + 1:
            is_unclear = True  # two numbers that follow each other are no accident
    return _Run(starts[:sure], is_unclear, ordinal, begin)


def _is_left_out(words: str, style: str, kind: str, run: _Run) -> bool:
    """Return whether a number is missing behind a run: the one after it stands there."""
    return any(candidate.grade >= _LIKELY for candidate in _candidates(words, style, kind, run.ordinal + 1, run.end))


def _behind_gap(words: str, style: str, kind: str, run: _Run) -> list[int]:
    """Return where the items behind a missing number begin: `a) …; b) …; d) …; e) …`. None where that is not sure.

    All of them stand behind the end of an item, two at least follow each other behind the gap, and the missing number
    does not stand in another form in the item before it. Or an outer list goes on there: `4. …; 6. …; 7. …` within 5.
    """
    found = [
        candidate for candidate in _candidates(words, style, kind, run.ordinal + 1, run.end) if candidate.grade == _SURE
    ]
    sign = symbol(kind, run.ordinal)
    if len(found) != 1 or sign is None:
        return []
    if sign in _WORDS.findall(words[run.end : found[0].start]):
        return []
    further = _run(words, style, kind, run.ordinal + 2, found[0].end)
    behind = [found[0].start, *further.starts]
    is_sure = bool(further.starts) and not further.is_unclear and not _is_left_out(words, style, kind, further)
    return behind if is_sure and is_apart(words, run.starts + behind) else []


def is_apart(words: str, starts: list[int]) -> bool:
    """Return whether an item ends before each of the places."""
    return all(sign_before(words, start) in ITEM_ENDS for start in starts)


_WORDS = re.compile(r"\w+")


def sign_before(words: str, start: int) -> str:
    """Return the last sign before a place that is no blank; white space is folded already."""
    return words[max(start - 2, 0) : start].rstrip()[-1:]


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

# How a number ends, Roman or not, that stands before `or 3.`
_NUMERALS = frozenset("0123456789iv")

# What stands before a full stop is a word, and no abbreviation, from so many letters on.
_WORD = 3


class _Candidate(NamedTuple):
    """Where a marker stands within a paragraph, or what looks like one."""

    start: int
    end: int
    grade: int


# How surely a number is a marker. An unlikely one belongs to the words (`dose of 2. 5 mg`); a possible one may
# (`grade 2. Patients`), which is unclear only where a list goes on with it.
_UNLIKELY, _POSSIBLE, _LIKELY, _SURE = range(4)


def _candidates(words: str, style: str, kind: str, ordinal: int, begin: int) -> list[_Candidate]:
    """Return where the marker of that ordinal can stand, from `begin` on."""
    sign = symbol(kind, ordinal)
    if sign is None:
        return []
    sought = style.replace(kind, sign)
    candidates = []
    start = words.find(sought, begin)
    while start >= 0:
        end = start + len(sought)
        if begin < start and end < len(words):
            grade = _SURE if kind in SERIES else _grade(words, start, end, begin, kind)
            if grade is not None:
                candidates.append(_Candidate(start, end, grade))
        start = words.find(sought, end)
    return candidates


def _grade(words: str, start: int, end: int, begin: int, kind: str) -> int | None:
    """Return how surely what looks like a marker within a paragraph is one, None where it is none."""
    is_dotted = words[end - 1] == "." and words[end - 2] not in CLOSING
    if is_dotted and kind != "1" and words[end] != " ":
        return None
    if is_dotted and words[end].isdigit():  # a decimal, or `; 2.18 years`, or `2.HIV 3.18 years`
        if sign_before(words, start) in SENTENCE_ENDS:
            return _LIKELY
        return _POSSIBLE if begin and words[begin] != " " and words[start - 1] == " " else None
    if words[start - 1] not in " ;；。，、":
        return _glued(words, start, end, kind, is_dotted=is_dotted)
    before = words[begin:start].rstrip()
    is_number_next = kind == "1" and is_dotted and words[end : end + 2].strip()[:1].isdigit()
    if before[-1:] in SENTENCE_ENDS:
        # `platelets of 2.; 3. 18 years`, but `version 2. 3. 5 mg`
        return _LIKELY if is_number_next and before[-1:] not in SEMICOLONS else _SURE
    if before.count("(") > before.count(")"):  # `(grade 1 or 2) bar`
        return _UNLIKELY
    if kind == "A" and is_dotted:  # `hepatitis B. Patients`
        return _POSSIBLE
    *_, earlier, word = ["", "", *before.lower().split()[-2:]]
    if word in {"and", "or"}:  # before the last of a list, or between two numbers that belong to the words
        is_last = not is_dotted or (kind.islower() and kind != "1")
        return _SURE if is_last else _UNLIKELY if is_number_next or earlier[-1:] in _NUMERALS else _LIKELY
    if word in _COUNTING or word[-1:] in _COMPARING:
        return _UNLIKELY if is_number_next else _POSSIBLE if is_dotted and kind == "1" else _LIKELY
    is_enumerated = kind == "1" and word[-1:] == "," and word[-2:-1].isdigit()  # `grades 1, 2. Patients`
    return _LIKELY if is_number_next or is_enumerated else _SURE


def _glued(words: str, start: int, end: int, kind: str, *, is_dotted: bool) -> int | None:
    """Return how surely a marker without a blank before it is one: `for a year.2. Age` is, `β2)` is none."""
    before = words[start - 1]
    if before in SENTENCE_ENDS:
        word = words[max(start - 20, 0) : start - 1].rpartition(" ")[2]
        if is_dotted and words[end] != " ":
            return None
        is_number = kind == "1" and word[-1:].isdigit()
        return _LIKELY if len(word) < _WORD or is_number else _SURE  # `i.v. drugs`, `0.2) mg`
    is_enclosed = words[start] in OPENING or words[end - 1] == "、"
    return _LIKELY if is_enclosed and kind == "1" and words[end].isalpha() else None

"""What stands above the first label of a listing: the title, and below it chips of status, ages, sex and phase.

A chip is told by its words, each alone and in any order: one that nobody knows costs no other its value. The title is
what the page itself shows as its title; what stands between it and the first label and is neither is told by an issue.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from normalizers.ages import age_range
from normalizers.identifiers import nct_ids
from normalizers.phrases import phases, sex, status, vague_status
from normalizers.text import fold
from schemas.extraction import Parser
from schemas.record import Issue, IssueCode
from schemas.vocabulary import Phase
from scraper.layouts.labels import Fields
from scraper.structures.title import WORDS_OF_A_TITLE, Page, Piece, issue, title_of


def phase_chip(text: str) -> tuple[Phase, ...] | None:
    """The phases of a chip; a bare `N/A` can be anything's."""
    return phases(text) if "phase" in text.lower() else None


CHIPS: Mapping[str, tuple[Fields, Parser]] = {
    "status": (("status",), status),
    "ages": (("eligibility.minimum_age", "eligibility.maximum_age"), age_range),
    "sex": (("eligibility.sex",), sex),
    "phases": (("phases",), phases),
}
"""The kinds of chips in their usual order, each with the canonical fields that it is, and who knows its words."""
FIELDS: Mapping[str, str] = {kind: fields[0] for kind, (fields, _) in CHIPS.items()}


class Header(NamedTuple):
    """Title and chips."""

    title: Piece | None
    titles: tuple[Piece, ...]
    """All pieces that show the title's words."""
    chips: Mapping[str, Piece]
    """By kind, each with the words that hold its value, understood or not."""
    told: tuple[Piece, ...]
    """Further pieces that are read: repeated chips, and those that the issues tell of."""
    issues: tuple[Issue, ...]
    start: int | None
    """The place of the first piece; None where there is neither title nor chip."""
    first: int | None
    """The place of the first chip."""
    end: int
    """The place after the last piece."""


def header(pieces: Sequence[Piece], page: Page) -> Header:
    """Title and chips among the pieces above the first label."""
    kinds = _kinds(pieces)
    run = _run(pieces, kinds, page.form)
    lacks_status = all(chip is None or chip.kind != "status" for chip in kinds)
    title, issues, rivals = title_of(pieces, kinds, run, page, begins_chip=_begins_chip, lacks_status=lacks_status)
    shown = [] if title is None else [n for n, piece in enumerate(pieces) if fold(piece.text) == fold(title.text)]
    titled = set(shown)
    below = [n for n in _below(shown, run, len(pieces)) if n not in titled]
    if page.has_prose:
        below = _between(pieces, kinds, run, below)
    chips, told, more = _chips(pieces, kinds, below)
    titles = [pieces[n].place for n in shown if not run or n < run[-1]]
    places = [pieces[n].place for n in below]
    starts = [*(pieces[n].place for n in _lowest(shown, below)), *(piece.place for piece in rivals), *places]
    return Header(
        title,
        tuple(pieces[n] for n in shown),
        chips,
        (*told, *rivals),
        (*issues, *more),
        min(starts, default=None),
        min(places, default=None),
        max((*places, *titles), default=-1) + 1,
    )


def _lowest(shown: Sequence[int], below: Sequence[int]) -> list[int]:
    """Of the places that show the title the last one above the chips, with those right above it."""
    above = [n for n in shown if not below or n < below[0]] or list(shown[:1])
    return [n for left, n in enumerate(reversed(above)) if above[-1] - n == left][::-1]


def count_of_chips(pieces: Sequence[Piece], form: str) -> int:
    """How many different chips stand together."""
    kinds = _kinds(pieces)
    return len({known.kind for n in _run(pieces, kinds, form) if (known := kinds[n]) is not None})


class _Chip(NamedTuple):
    kind: str
    words: str
    """With the dash that means `up to`, where it was taken for a bullet."""
    meaning: object
    """None where the words are known to be a chip of the kind, and their meaning is open."""


_LONGEST_CHIP = 40
"""Characters; the longest seen is `Active, not recruiting`, the longest made of the known words has 38."""
_DASHES = frozenset("-‐‑‒–—−")


_READERS: Mapping[str, Parser] = {kind: parser for kind, (_, parser) in CHIPS.items()} | {"phases": phase_chip}


def _kinds(pieces: Sequence[Piece]) -> list[_Chip | None]:
    read = [_read(piece.text) for piece in pieces]
    bullets = Counter(piece.block.marker for piece, chip in zip(pieces, read, strict=True) if chip is not None)
    for n, piece in enumerate(pieces):
        words = piece.block.words
        if piece.block.marker in _DASHES and piece.text == piece.block.text and (limit := age_range(words)) is not None:
            # Among chips that all have a dash before them nobody can tell whether this one is a bullet.
            is_bullet = bullets[piece.block.marker] > (read[n] is not None)
            read[n] = _Chip("ages", words, None if is_bullet else limit)
    return read


# Above the first label of a page, which is looked at to recognise it, to clean it and to read it.
@lru_cache(maxsize=64)
def _read(text: str) -> _Chip | None:
    if len(text) > _LONGEST_CHIP:
        return None
    for kind, reader in _READERS.items():
        if (meaning := reader(text)) is not None:
            return _Chip(kind, text, meaning)
    return None if (vague := vague_status(text)) is None else _Chip("status", text, vague)


def _run(pieces: Sequence[Piece], kinds: Sequence[_Chip | None], form: str) -> range:
    """Where the chips stand: of all runs with at most one unknown piece between two chips the richest, then the last.

    What the page sets together with them belongs to it: lines without a blank line, entries of one list.
    """
    best, most = range(0), 0
    known = [n for n, chip in enumerate(kinds) if chip is not None]
    start = 0
    for end, n in enumerate(known):
        if end == len(known) - 1 or known[end + 1] - n > 2:
            run = known[start : end + 1]
            if (variety := _variety(kinds, run)) >= most:
                best, most = range(run[0], n + 1), variety
            start = end + 1
    if not best:
        return best
    first, last = best[0], best[-1]
    while first and _together(pieces[first - 1], pieces[first], form):
        first -= 1
    if form == "text" and not pieces[first].block.after_gap:
        first = best[0]  # the page has no blank lines
    if first < best[0] and all(chip is not None for chip in kinds[:first]):
        first += 1  # the title is set together with the chips
    while last + 1 < len(pieces) and _together(pieces[last], pieces[last + 1], form):
        last += 1
    return range(first, last + 1)


def _variety(kinds: Sequence[_Chip | None], places: Iterable[int]) -> int:
    return len({chip.kind for n in places if (chip := kinds[n]) is not None})


def _together(one: Piece, other: Piece, form: str) -> bool:
    a, b = one.block, other.block
    if b.number - a.number > 1:
        return False
    if form == "text":
        return not b.after_gap
    return a.number == b.number or (a.kind in ("item", "row") and (a.kind, a.depth) == (b.kind, b.depth))


def _below(shown: Sequence[int], run: range, end: int) -> list[int]:
    """The places below the title; of several places that show it, the last one above the chips counts."""
    if not shown:
        return list(run)
    above = [n for n in shown if not run or n < run[-1]]
    if not above:  # the chips stand above the title
        return [*run, *range(shown[-1] + 1, end)] if run[-1] + 1 in shown else list(range(shown[-1] + 1, end))
    return list(range(above[-1] + 1, end))


def _between(pieces: Sequence[Piece], kinds: Sequence[_Chip | None], run: range, below: Sequence[int]) -> list[int]:
    """On white labels: the chips, and what stands between them, as far as that is no prose."""
    first = next((n for n in below if n in run or kinds[n] is not None), 0)
    stop = run.stop
    for n in below:
        if stop <= n <= stop + _MOST_BETWEEN_CHIPS and kinds[n] is not None:
            stop = n + 1
    inside = [n for n in below if first <= n < stop]
    shown = {chip.kind for n in inside if (chip := kinds[n]) is not None}
    shown |= {kind for kind in FIELDS for n in inside if kinds[n] is None and _begins(pieces[n], kind)}
    # Few words where a chip is missing are a chip in unknown words: titles and prose have more.
    first -= "status" not in shown and first - 1 in below and _can_be(pieces[first - 1], "status")
    stop += "phases" not in shown and stop in below and _can_be(pieces[stop], "phases")
    return [n for n in below if first <= n < stop]


def _can_be(piece: Piece, kind: str) -> bool:
    """Whether a piece can be a chip of a kind in unknown words, or with something beside its words."""
    is_short = len(piece.text.split()) < WORDS_OF_A_TITLE and piece.text[-1] not in ".?!:"
    return (is_short and not nct_ids(piece.text)) or _begins(piece, kind)


def _begins(piece: Piece, kind: str) -> bool:
    """Whether a few words begin with those of a chip: `Recruiting as of March 2024`."""
    words = piece.text.split()
    if len(words) > _WORDS_OF_A_CHIP or piece.text[-1] in ".?!:":
        return False
    return any(_READERS[kind](" ".join(words[:number])) is not None for number in range(1, len(words)))


def _begins_chip(piece: Piece) -> bool:
    """Whether a few words begin with those of a chip of any kind."""
    return any(_begins(piece, kind) for kind in FIELDS)


_WORDS_OF_A_CHIP = 8
"""With what stands beside them: `Not yet recruiting (updated 3 days ago)`."""


_MOST_BETWEEN_CHIPS = 5
"""Lines: of a card or an advertisement; prose follows the chips, and its lines are no chips."""


def _chips(
    pieces: Sequence[Piece], kinds: Sequence[_Chip | None], below: Sequence[int]
) -> tuple[dict[str, Piece], list[Piece], list[Issue]]:
    """The chips by kind, the pieces that are read besides, and what is doubtful."""
    chips: dict[str, Piece] = {}
    told: list[Piece] = []
    issues: list[Issue] = []
    for kind in FIELDS:
        same = [(pieces[n], chip) for n in below if (chip := kinds[n]) is not None and chip.kind == kind]
        read = [piece._replace(text=chip.words) for piece, chip in same]
        if not same:
            continue
        if len({repr(chip.meaning) for _, chip in same}) > 1:
            words = " | ".join(piece.text for piece in read)
            issues.append(issue(FIELDS[kind], IssueCode.AMBIGUOUS, words, "the page shows several chips of this kind"))
            told += read
        elif same[0][1].meaning is None:
            message = "the dash before it can be a bullet, or mean that this is the highest age"
            issues.append(issue(FIELDS[kind], IssueCode.AMBIGUOUS, read[0].text, message))
            told += read
        else:
            chips[kind] = read[0]
            told += read[1:]
    missing = [kind for kind in FIELDS if not any(chip and chip.kind == kind for chip in (kinds[n] for n in below))]
    unknown = [n for n in below if kinds[n] is None]
    before = min((n for n in below if kinds[n] is not None), default=0)
    meant = [_meant(pieces[n].text, missing, stands_first=n < before, is_only=len(unknown) == 1) for n in unknown]
    times = Counter(meant)
    for n, guess in zip(unknown, meant, strict=True):
        if guess is not None and times[guess] == 1:
            chips[guess] = pieces[n]
            continue
        message = "this stands where title and chips stand, and is none of status, ages, sex and phase in known words"
        issues.append(issue(None, IssueCode.UNREAD, pieces[n].text, message))
        told.append(pieces[n])
    return chips, told, issues


_HINTS = {
    "ages": re.compile(r"\b(?:age[ds]?|years?|months?|old(?:er)?|young(?:er)?|adults?|child(?:ren)?)\b"),
    "sex": re.compile(r"\b(?:fe)?males?\b|\b(?:sex|gender|wom[ae]n|m[ae]n)\b"),
    "phases": re.compile(r"\bphases?\b"),
}
"""Words of which each belongs to one kind of chip."""


def _meant(text: str, missing: Sequence[str], *, stands_first: bool, is_only: bool) -> str | None:
    """Which chip unknown words plainly are: by a word or number of that kind, by being the only one that is missing."""
    words = fold(text)
    if len(text) > _LONGEST_CHIP or len(words.split()) > 6 or text[-1] in ".?!:":
        return None
    hinted = [kind for kind, hint in _HINTS.items() if hint.search(words)]
    if not hinted and any(map(str.isdigit, words)):
        hinted = ["ages"]
    if hinted:
        return hinted[0] if len(hinted) == 1 and hinted[0] in missing else None
    if is_only and len(missing) == 1:
        return missing[0]
    return "status" if stands_first and "status" in missing else None

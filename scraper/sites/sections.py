"""Reading a page by its labels, in order: a label opens a section, the next label in order closes it.

Nothing here knows a site or a markup. A layout names its labels in reading order. Of all blocks that read like
a label, those are taken as labels that together make the longest and most plausible sequence in that order, so
that a paragraph which happens to read `Enrollment` inside a description does not derail the reading.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Literal, NamedTuple

from normalizers import boilerplate
from normalizers.phrases import blank
from normalizers.text import fold
from schemas.document import Block, Document
from schemas.raw import Passage, Quote
from scraper.errors import ExtractError

Holds = Literal["nothing", "one", "many", "prose"]
"""What stands below a label: nothing (a group's heading), one value, a value per line, or running text."""


@dataclass(frozen=True, slots=True, eq=False)
class Label:
    """Words that open a section. The first form is the label's name in code."""

    forms: tuple[str, ...]
    holds: Holds
    pattern: re.Pattern[str] | None = None
    """For labels that carry a value: matched against the whole block."""
    inline: bool = False
    """The value may follow on the same line, as in a table row that was flattened to text."""
    reads: Callable[[str], object] | None = None
    """Gives None for what is no value of its own: a value may follow on the same line, and the label end in a colon."""
    fields: tuple[str, ...] = ()
    """The canonical fields that what stands below it becomes."""

    @property
    def name(self) -> str:
        """The first form."""
        return self.forms[0]


def label(
    *forms: str, holds: Holds, reads: Callable[[str], object] | None = None, fields: tuple[str, ...] = ()
) -> Label:
    """A label by its exact words, in any case and with any white space."""
    return Label(forms, holds, reads=reads, fields=fields)


def pattern(name: str, regex: str, holds: Holds, fields: tuple[str, ...] = ()) -> Label:
    """A label by a pattern that the whole block fits, for labels that carry a value."""
    return Label((name,), holds, pattern=re.compile(regex, re.IGNORECASE), fields=fields)


@cache
def spellings(labels: tuple[Label, ...]) -> tuple[tuple[str, ...], ...]:
    """What a person calls each of the labels: its forms; the second of one name is `Status (2)`."""
    times = Counter[str]()
    found = []
    for known in labels:
        times[known.name] += 1
        number = "" if times[known.name] == 1 else f" ({times[known.name]})"
        found.append(tuple(form + number for form in known.forms))
    return tuple(found)


def in_lines(labels: Iterable[Label], lines: Collection[str]) -> frozenset[str]:
    """The forms, in lower case, of labels with a reader that end in a colon or share a line with a value.

    Args:
        labels: a layout's.
        lines: a page's short texts, in lower case.
    """
    forms = {form.lower(): known for known in labels if known.reads is not None for form in known.forms}
    return frozenset(
        form
        for form, known in forms.items()
        for line in lines
        if line.startswith((f"{form} ", f"{form}:"))
        and (not (rest := line[len(form) :].strip(" :")) or _is_value(known, rest))
    )


class Unit(NamedTuple):
    """The smallest piece that can be a label or a value: a block, or one line of a row's cell."""

    text: str
    block: Block
    opens_row: bool = False
    """The first of several cells: where labels of a table stand."""
    is_block: bool = True
    """It is the whole block, not a part of it."""


class _Candidate(NamedTuple):
    unit: int
    label: int
    rest: str
    """An inline label's value on the same line."""


class Sections:
    """The labelled sections of one page, and which of its units were read."""

    def __init__(self, document: Document, labels: Sequence[Label]) -> None:
        """Find the labels.

        Args:
            document: the page, from its first block of content on.
            labels: in reading order; a name that stands twice means the label occurs twice.
        """
        self.units = _units(document.blocks)
        self._labels = labels
        self._places: dict[str, list[tuple[int, int, int]]] = {}
        self._label_units: dict[int, _Candidate] = {}
        self._read = [False] * len(self.units)
        chain = _chain(self.units, labels)
        for position, candidate in enumerate(chain):
            end = chain[position + 1].unit if position + 1 < len(chain) else len(self.units)
            self._label_units[candidate.unit] = candidate
            self._read[candidate.unit] = True
            first = candidate.unit + 1
            while first + 1 < end and _is_sign(self.units[first].text):
                self._read[first] = True
                first += 1
            self._places.setdefault(labels[candidate.label].name, []).append((candidate.unit, first, end))
        self._label_rows = {
            self.units[place].block.number for place in self._label_units if not self.units[place].is_block
        }
        self.first = chain[0].unit if chain else len(self.units)
        """The unit of the first label; what stands before it belongs to no section."""

    @property
    def opening(self) -> Block | None:
        """The block of the first label, where there is one."""
        return self.units[self.first].block if self.first < len(self.units) else None

    def __contains__(self, name: str) -> bool:
        return name in self._places

    def shown(self) -> list[str]:
        """The labels of the page, in its order, each in the form that it has there, as `spellings` gives them."""
        found = []
        forms = spellings(tuple(self._labels))
        for unit, candidate in self._label_units.items():
            known = self._labels[candidate.label]
            text = fold(self.units[unit].text)
            fitting = [place for place, form in enumerate(known.forms) if text.startswith(fold(form))]
            # Of `Status` and `Status and phase` the longer one; a pattern has but its name.
            place = max(fitting, key=lambda place: len(known.forms[place]), default=0)
            found.append(forms[candidate.label][place])
        return found

    def start(self, name: str) -> int:
        """The unit of a label that is present."""
        return self._places[name][0][0]

    def label(self, name: str) -> Quote | None:
        """The words of the label itself, for labels that carry a value."""
        places = self._places.get(name)
        return self.quote(places[0][0]) if places else None

    def quote(self, index: int) -> Quote:
        """The words of one unit; it counts as read."""
        self._read[index] = True
        unit = self.units[index]
        number = unit.block.number
        return _new(Quote, (unit.text, number, number + 1, ""))

    def quotes(self, index: int) -> tuple[Quote, ...]:
        """The values of one unit, of a line of links each link's words; it counts as read."""
        quote = self.quote(index)
        block = self.units[index].block
        if block.kind == "row" or not block.cells:
            return (quote,)
        return tuple(quote._replace(text=words) for words in block.cells)

    def maybe(self, name: str, occurrence: int = 0) -> Quote | None:
        """The one value below a label, or None where the label or its value is not there."""
        for value in self._values(name, occurrence):
            return value
        return None

    def one(self, name: str) -> Quote:
        """The one value below a label that every page has.

        Raises:
            ExtractError: the label is not there, or nothing stands below it.
        """
        value = self.maybe(name)
        if value is None:
            raise ExtractError(f"the page has no value for its required label {name!r}")
        return value

    def many(self, name: str, occurrence: int = 0) -> tuple[Quote, ...]:
        """The values below a label, one per line or link; none where the label is not there."""
        return tuple(self._values(name, occurrence, apart=True))

    def passage(self, name: str, occurrence: int = 0) -> Passage:
        """The running text below a label, with its lists; empty where the label is not there."""
        places = self._places.get(name, ())
        if occurrence >= len(places):
            return ()
        start, first, end = places[occurrence]
        passage = self.blocks(range(first, end))
        if rest := self._label_units[start].rest:
            return (Block(self.units[start].block.number, "line", rest), *passage)
        return passage

    def blocks(self, places: Iterable[int]) -> Passage:
        """Units as running text, each block once; they count as read."""
        blocks: list[Block] = []
        for index in places:
            self._read[index] = True
            block = self.block(index)
            if not blocks or blocks[-1] is not block:
                blocks.append(block)
        return tuple(blocks)

    def block(self, index: int) -> Block:
        """A unit's block; of a row that a label stands in, the unit's own line."""
        text, block, _, is_block = self.units[index]
        return block if is_block or block.number not in self._label_rows else Block(block.number, "line", text)

    def between(self, name: str, occurrence: int = 0) -> range:
        """The units of a section, for layouts that read them by their own rules."""
        places = self._places.get(name, ())
        if occurrence >= len(places):
            return range(0)
        _, first, end = places[occurrence]
        return range(first, end)

    def unread(self) -> list[int]:
        """The units that nobody read, in reading order."""
        return [index for index, read in enumerate(self._read) if not read]

    def stands_like_a_label(self, index: int) -> bool:
        """Whether a unit is short and stands where labels of this page stand."""
        unit = self.units[index]
        if len(unit.text) > 60 or unit.text[-1] in ".;,!?":
            return False
        if unit.block.kind == "heading" or unit.opens_row or unit.block.after_gap:
            return True
        opener = next((place for place in range(index - 1, -1, -1) if place in self._label_units), None)
        return (
            opener is not None
            and self._labels[self._label_units[opener].label].holds == "one"
            and index == opener + 2 - bool(self._label_units[opener].rest)
        )

    def _values(self, name: str, occurrence: int, *, apart: bool = False) -> Iterable[Quote]:
        places = self._places.get(name, ())
        if occurrence >= len(places):
            return
        start, first, end = places[occurrence]
        opener = self.units[start]
        rest = self._label_units[start].rest
        if rest:
            yield Quote(rest, opener.block.number, opener.block.number + 1)
        for index in range(first, end):
            unit = self.units[index]
            # A row with a blank cell has no value in the row below it.
            has_value = rest or index > first or (opener.opens_row and len(opener.block.cells) > 1)
            if has_value and _breaks_off(unit, opener):
                return
            yield from self.quotes(index) if apart else (self.quote(index),)


def _is_sign(text: str) -> bool:
    """Whether the words are a sign, such as the `?` of a button beside a label, and none that stands for a blank."""
    return not text[0].isalnum() and not any(map(str.isalnum, text)) and not blank(text)


def _breaks_off(unit: Unit, opener: Unit) -> bool:
    """Whether a unit below a label can no longer be one of its values: it looks like a label nobody knows."""
    if unit.block.kind == "heading":
        return True
    if unit.opens_row:
        return opener.opens_row
    return unit.block.after_gap and opener.block is not unit.block


def _units(blocks: Iterable[Block]) -> list[Unit]:
    units: list[Unit] = []
    for block in blocks:
        if block.kind != "row":
            units.append(_new(Unit, (block.text, block, False, True)))
            continue
        opens = bool(block.cells and block.cells[0])
        before = ""
        for cell in block.cells:
            for line in cell.split("\n"):
                # Whole blocks were cleaned before.
                if line and boilerplate.sentence_rule(line) is None and not boilerplate.explains(line, before):
                    units.append(_new(Unit, (line, block, opens, False)))
                    opens = False
                    before = line
    return units


# Named tuples are made without their keyword-reading constructor where hundreds are made.
_new = tuple.__new__


class _Index(NamedTuple):
    """A layout's labels by how a block can be one."""

    exact: dict[str, list[int]]
    """Labels by each of their forms, as `fold` gives it."""
    longest: int
    patterns: tuple[tuple[int, re.Pattern[str]], ...]
    inline: dict[str, tuple[str, ...]]
    """By their beginning, forms that a value may follow on the same line, the longest first."""
    glued: dict[str, tuple[str, ...]]
    """By their beginning in the label's own case, forms behind which a capital or a digit is a seam."""
    beginnings: frozenset[str]
    """The first letters of all forms: most units begin otherwise."""


@cache
def _index(labels: tuple[Label, ...]) -> _Index:
    exact: dict[str, list[int]] = {}
    for index, known in enumerate(labels):
        for form in known.forms:
            exact.setdefault(fold(form), []).append(index)
    inline: dict[str, tuple[str, ...]] = {}
    for form in sorted(exact, key=len, reverse=True):
        if labels[exact[form][0]].inline or labels[exact[form][0]].reads:
            inline[form[:3]] = (*inline.get(form[:3], ()), form)
    glued: dict[str, tuple[str, ...]] = {}
    for form in sorted({form for known in labels for form in known.forms}, key=len, reverse=True):
        if form[-1] != ":" and not form[-1].isupper():
            glued[form[:3]] = (*glued.get(form[:3], ()), form)
    return _Index(
        exact,
        max(map(len, exact)),
        tuple((index, known.pattern) for index, known in enumerate(labels) if known.pattern is not None),
        inline,
        glued,
        frozenset(form[:3] for form in exact),
    )


def _candidates(units: Sequence[Unit], labels: Sequence[Label]) -> list[_Candidate]:
    exact, longest, patterns, inline, glued, beginnings = _index(tuple(labels))
    found: list[_Candidate] = []
    loose: list[tuple[_Candidate, int]] = []  # not by themselves in their line, with the first place behind their value
    for place, unit in enumerate(units):
        text = unit.text
        for index, regex in patterns:
            if len(text) <= 120 and regex.fullmatch(text):
                found.append(_Candidate(place, index, ""))
        beginning = text[:3].lower()
        if beginning not in beginnings and beginning.isascii():
            continue
        # A block's white space is folded already.
        indexes = exact.get(text.lower() if text.isascii() else fold(text)) if len(text) <= longest + 1 else None
        if indexes:
            found += [_new(_Candidate, (place, index, "")) for index in indexes]
        if (forms := glued.get(text[:3])) is not None:
            found += _glued(place, text, labels, exact, forms)
        if not indexes and (forms := inline.get(beginning)) is not None:
            if text[-1] == ":" and (indexes := exact.get(fold(text[:-1]))):
                following = units[place + 1].text if place + 1 < len(units) else ""
                apart = [_Candidate(place, index, "") for index in indexes if _is_value(labels[index], following)]
                loose += [(candidate, place + 2) for candidate in apart]
            elif not unit.opens_row:
                loose += [(candidate, place + 1) for candidate in _inline(place, text, labels, exact, forms)]
    return _with_loose(found, loose, labels, len(units)) if loose else found


def _with_loose(
    found: Sequence[_Candidate], loose: Sequence[tuple[_Candidate, int]], labels: Sequence[Label], end: int
) -> list[_Candidate]:
    """Add the candidates that do not stand by themselves, where what stands behind their value allows it.

    Behind a label's one value the next label stands. `Enrollment: 20 patients` within prose is followed by more of it.
    """
    all_of_them = list(found)
    places = {candidate.unit for candidate in found} | {end}
    for candidate, behind in reversed(loose):
        known = labels[candidate.label]
        if known.inline or known.holds != "one" or behind in places:
            all_of_them.append(candidate)
            places.add(candidate.unit)
    return sorted(all_of_them)


def _is_value(known: Label, text: str) -> bool:
    """Whether the words can be a label's value though the label does not stand by itself."""
    return known.inline or (known.reads is not None and len(text) <= 120 and known.reads(text) is not None)


def _glued(
    place: int, text: str, labels: Sequence[Label], exact: dict[str, list[int]], forms: tuple[str, ...]
) -> list[_Candidate]:
    """Labels that only a style sets apart from their value: `SexAll`, `Ages18 to 70 years old`. No prose begins so."""
    for form in forms:
        seam = text[len(form) : len(form) + 1]
        if (seam.isupper() or seam.isdigit()) and text.startswith(form):
            # `Type2 diabetes` is no row of the column `Type`: a digit is a seam only where one value stands.
            found = [index for index in exact[fold(form)] if seam.isupper() or labels[index].holds == "one"]
            return [_Candidate(place, index, text[len(form) :]) for index in found]
    return []


def _inline(
    place: int, text: str, labels: Sequence[Label], exact: dict[str, list[int]], forms: tuple[str, ...]
) -> list[_Candidate]:
    """Labels whose value follows on the same line: `NCT number NCT04953572`, `Official title: …`, `Sex: All`."""
    start = fold(text[:48])
    for form in forms:
        if start.startswith(form) and (form.endswith(":") or start[len(form) : len(form) + 1] in (" ", ":")):
            rest = text[len(form) :].lstrip(" :\t")
            return [_Candidate(place, index, rest) for index in exact[form] if rest and _is_value(labels[index], rest)]
    return []


class _Step(NamedTuple):
    """The best sequence of candidates that begins with this one."""

    score: float
    candidate: _Candidate
    following: "_Step | None"


def _chain(units: Sequence[Unit], labels: Sequence[Label]) -> list[_Candidate]:
    """Of all candidates, the sequence in label order that explains the page best."""
    found = _candidates(units, labels)
    if all(a.label < b.label and a.unit < b.unit for a, b in pairwise(found)):
        return found
    headings = {candidate.label for candidate in found if units[candidate.unit].block.kind == "heading"}
    # Where the page's labels are headings, a heading is more of a label than a line; elsewhere prose may hold headings.
    bonus = 3.0 if 2 * len(headings) > len({candidate.label for candidate in found}) else 0.0
    steps: list[_Step] = []  # best sequence that starts at each candidate, from the page's end backwards
    for candidate in reversed(found):
        unit, index, _ = candidate
        known = labels[index]
        # What is the label and nothing else is more of one than what begins like it (`Eligibility criteria:`).
        own = 3.75 if candidate.rest else 4.0 + bonus * (units[unit].block.kind == "heading")
        best = own + _fit(known, candidate, len(units))
        following: _Step | None = None
        most = own + _BEST_FIT[known.holds]
        for step in reversed(steps):  # the nearest first: they begin the longest sequences
            after = step.candidate
            if most + step.score >= best and after.label > index and after.unit > unit:
                score = own + _fit(known, candidate, after.unit) + step.score
                if score >= best:
                    best, following = score, step
        steps.append(_Step(best, candidate, following))
    # Of equals the later one wins: what reads like a label within prose stands before the label itself.
    top: _Step | None = max(steps, key=lambda step: step.score)
    chain: list[_Candidate] = []
    while top is not None:
        chain.append(top.candidate)
        top = top.following
    return chain


_BEST_FIT: dict[Holds, float] = {"nothing": 2.0, "one": 2.0, "many": 1.0, "prose": 0.5}
"""The most that `_fit` gives for what a label holds."""


def _fit(known: Label, candidate: _Candidate, end: int) -> float:
    """How well the length of a section fits what its label holds."""
    size = end - candidate.unit - 1 + bool(candidate.rest)
    if known.holds == "prose":
        return 0.5
    if known.holds == "nothing":
        return 2.0 if size == 0 else 0.0
    if known.holds == "one":
        return 2.0 if size == 1 else 1.0 if size == 0 else 0.0
    return 1.0 if size else 0.5

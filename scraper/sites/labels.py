"""Labels: the words that open a section of a page, in all the forms that pages give them."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple

from normalizers import boilerplate
from normalizers.cohort_headings import is_named_cohort
from normalizers.headings import title
from normalizers.text import fold
from schemas.document import LONGEST_LABEL, Block, undecorated

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
    own: "Own | None" = None
    """Whether a unit belongs to the section although it is written as a label: an arm's name, a heading of criteria."""
    refuses: Callable[[str], str | None] | None = None
    """Says in one phrase what makes words none of the values that stand below the label, where they are free words."""
    doubts: Callable[[str], str | None] | None = None
    """Says in one phrase what makes a value doubtful that is kept."""
    may_be_blank: bool = False
    """Pages show the label although they have no value for it."""

    @property
    def name(self) -> str:
        """The first form."""
        return self.forms[0]

    @property
    def is_structured(self) -> bool:
        """Whether lines of several kinds stand below it, such as arms, that are no running text."""
        return self.holds == "prose" and self.own is not None and self.own is not heads_criteria


Own = Callable[[Sequence["Unit"], int], bool]


def label(
    *forms: str,
    holds: Holds,
    reads: Callable[[str], object] | None = None,
    fields: tuple[str, ...] = (),
    own: Own | None = None,
    refuses: Callable[[str], str | None] | None = None,
    doubts: Callable[[str], str | None] | None = None,
    may_be_blank: bool = False,
) -> Label:
    """A label by its exact words, in any case and with any white space."""
    return Label(
        forms,
        holds,
        reads=reads,
        fields=fields,
        own=own,
        refuses=refuses,
        doubts=doubts,
        may_be_blank=may_be_blank,
    )


def pattern(name: str, regex: str, holds: Holds, fields: tuple[str, ...] = (), own: Own | None = None) -> Label:
    """A label by a pattern that the whole block fits, for labels that carry a value."""
    return Label((name,), holds, pattern=re.compile(regex, re.IGNORECASE), fields=fields, own=own)


def heads_criteria(units: Sequence["Unit"], place: int) -> bool:
    """Whether a unit among criteria heads some of them: those of a side, or of a cohort by its name."""
    text = units[place].text
    return title(text) is not None or is_named_cohort(text.rstrip(" :"))


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


class Candidate(NamedTuple):
    """A unit that reads like a label."""

    unit: int
    label: int
    rest: str
    """An inline label's value on the same line."""


def units(blocks: Iterable[Block]) -> list[Unit]:
    """The pieces of a page that can be labels or values, in reading order."""
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


def is_label(labels: tuple[Label, ...], text: str) -> bool:
    """Whether a block's text is one of the labels, with or without a colon, or begins with one and its value."""
    index = _index(labels)
    if len(text) <= LONGEST_LABEL and any(regex.fullmatch(text) for _, regex in index.patterns):
        return True
    if (forms := index.inline.get(text[:3].lower())) and _inline(0, text, labels, index.exact, forms):
        return True
    return fold(undecorated(text.rstrip(" :："))) in index.exact or fold(undecorated(text)) in index.exact


class Candidates(NamedTuple):
    """The units of a page that read like labels, in reading order."""

    found: list[Candidate]
    weak: list[Candidate]
    """Labels only where the label stands nowhere else: they end in a colon."""
    refused: list[Candidate]
    """A label and a value of it in one line, with more text behind: prose as often."""


def candidates(units: Sequence[Unit], labels: Sequence[Label]) -> Candidates:
    """The units that read like a label. Signs that a page sets around a label make no difference."""
    exact, longest, patterns, inline, glued, beginnings = _index(tuple(labels))
    found: list[Candidate] = []
    loose: list[tuple[Candidate, int]] = []  # not by themselves in their line, with the first place behind their value
    weak: list[Candidate] = []
    for place, unit in enumerate(units):
        text = unit.text
        for index, regex in patterns:
            if len(text) <= LONGEST_LABEL and (regex.fullmatch(text) or regex.fullmatch(undecorated(text))):
                found.append(Candidate(place, index, ""))
        if not text[0].isalnum():
            text = undecorated(text)
        beginning = text[:3].lower()
        if beginning not in beginnings and beginning.isascii():
            continue
        # A block's white space is folded already.
        indexes = exact.get(fold(text)) or exact.get(fold(undecorated(text))) if len(text) <= longest + 4 else None
        if indexes:
            found += [_new(Candidate, (place, index, "")) for index in indexes]
        if (forms := glued.get(text[:3])) is not None:
            found += _glued(place, text, labels, exact, forms)
        if indexes:
            continue
        if text[-1] in ":：" and (indexes := exact.get(fold(undecorated(text[:-1])))):
            following = units[place + 1].text if place + 1 < len(units) else ""
            for index in indexes:
                if _is_value(labels[index], following):
                    loose.append((Candidate(place, index, ""), place + 2))
                elif labels[index].reads is None:
                    weak.append(Candidate(place, index, ""))
        elif not unit.opens_row and (forms := inline.get(beginning)) is not None:
            loose += [(candidate, place + 1) for candidate in _inline(place, text, labels, exact, forms)]
    kept, refused = _with_loose(found, loose, labels, len(units))
    return Candidates(kept, weak, refused)


def _with_loose(
    found: Sequence[Candidate], loose: Sequence[tuple[Candidate, int]], labels: Sequence[Label], end: int
) -> tuple[list[Candidate], list[Candidate]]:
    """Add the candidates that do not stand by themselves, where what stands behind their value allows it.

    Behind a label's one value the next label stands. `Enrollment: 20 patients` within prose is followed by more of it,
    unless several missing labels stand so one after the other, in their order.
    """
    kept = list(found)
    refused: list[Candidate] = []
    places = {candidate.unit for candidate in found} | {end}
    shown = {candidate.label for candidate in found}
    run: Candidate | None = None  # of those refused, the first of the lines that follow each other
    for candidate, behind in reversed(loose):
        known = labels[candidate.label]
        if known.inline or known.holds != "one" or behind in places:
            kept.append(candidate)
            places.add(candidate.unit)
        elif run is not None and run.unit == behind and candidate.label < run.label and candidate.label not in shown:
            kept += [candidate, *([run] if run in refused else [])]
            refused = [each for each in refused if each != run]
            places.add(candidate.unit)
            run = candidate
        else:
            refused.append(candidate)
            run = None if candidate.label in shown else candidate
    return sorted(kept), refused[::-1]


def is_read(known: Label, text: str) -> bool:
    """Whether the words are a value that the label's reader knows."""
    return bool(text) and known.reads is not None and len(text) <= LONGEST_LABEL and known.reads(text) is not None


def _is_value(known: Label, text: str) -> bool:
    """Whether the words can be a label's value though the label does not stand by itself."""
    return known.inline or is_read(known, text)


def _glued(
    place: int, text: str, labels: Sequence[Label], exact: dict[str, list[int]], forms: tuple[str, ...]
) -> list[Candidate]:
    """Labels that only a style sets apart from their value: `SexAll`, `Ages18 to 70 years old`. No prose begins so."""
    for form in forms:
        seam = text[len(form) : len(form) + 1]
        if (seam.isupper() or seam.isdecimal()) and text.startswith(form):
            # `Type2 diabetes` is no row of the column `Type`: a digit is a seam only where one value stands.
            found = [index for index in exact[fold(form)] if seam.isupper() or labels[index].holds == "one"]
            return [Candidate(place, index, text[len(form) :]) for index in found]
    return []


_BEHIND = re.compile(r"(?:[^\w()\[\]{}\"'“”‘’«»<>=≤≥±+.,;/~-]|[–—_ℹⁱ²³¹⁰⁴-⁹₀-₉]|[(\[][?*i†‡\d][)\]])+")
"""What can follow a label on its line: a blank, a colon, the signs of a footnote or of a help button."""


def _inline(
    place: int, text: str, labels: Sequence[Label], exact: dict[str, list[int]], forms: tuple[str, ...]
) -> list[Candidate]:
    """Labels whose value follows on the same line: `NCT number NCT04953572`, `Official title: …`, `Sex: All`."""
    start = fold(text[:48])
    for form in forms:
        if start.startswith(form) and ((signs := _BEHIND.match(text, len(form))) or form.endswith(":")):
            rest = text[signs.end() if signs else len(form) :].lstrip()
            return [Candidate(place, index, rest) for index in exact[form] if rest and _is_value(labels[index], rest)]
    return []

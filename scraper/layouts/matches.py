"""The units of a page that read like labels of its layout."""

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from normalizers.text import fold
from schemas.document import LONGEST_LABEL, Block, undecorated
from scraper.layouts.labels import Label, Unit, can_be_value, is_read


class LabelMatch(NamedTuple):
    """A unit that reads like a label."""

    unit: int
    label: int
    rest: str
    """An inline label's value on the same line."""


class LabelMatches(NamedTuple):
    """The units of a page that read like labels, in reading order."""

    found: list[LabelMatch]
    weak: list[LabelMatch]
    """Labels only where the label stands nowhere else: they end in a colon."""
    refused: list[LabelMatch]
    """A label and a value of it in one line, with more text behind: prose as often."""


class _Index(NamedTuple):
    """A layout's labels by how a block can be one."""

    exact: dict[str, list[int]]
    """Labels by each of their forms, as `fold` gives it."""
    longest: int
    patterns: tuple[tuple[int, re.Pattern[str]], ...]
    inline: dict[str, tuple[str, ...]]
    """By their beginning, forms that a value may follow on the same line, the longest first."""
    concatenated: dict[str, tuple[str, ...]]
    """By their beginning in the label's own case, forms behind which a capital or a digit is a seam."""
    beginnings: frozenset[str]
    """The first letters of all forms: most units begin otherwise."""


@cache
def _index(labels: tuple[Label, ...]) -> _Index:
    exact: dict[str, list[int]] = {}
    for index, known in enumerate(labels):
        for form in known.aliases:
            exact.setdefault(fold(form), []).append(index)
    inline: dict[str, tuple[str, ...]] = {}
    for form in sorted(exact, key=len, reverse=True):
        # `Description of the arms` is no row of `Description:`.
        if (labels[exact[form][0]].inline or labels[exact[form][0]].telling) and f"{form}:" not in exact:
            inline[form[:3]] = (*inline.get(form[:3], ()), form)
    concatenated: dict[str, tuple[str, ...]] = {}
    for form in sorted({form for known in labels for form in known.aliases}, key=len, reverse=True):
        if form[-1] != ":" and not form[-1].isupper():
            concatenated[form[:3]] = (*concatenated.get(form[:3], ()), form)
    return _Index(
        exact,
        max(map(len, exact)),
        tuple((index, known.pattern) for index, known in enumerate(labels) if known.pattern is not None),
        inline,
        concatenated,
        frozenset(form[:3] for form in exact),
    )


def is_label(labels: tuple[Label, ...], block: Block) -> bool:
    """Whether a block, or a row's first cell, is one of the labels, or one of them with its value in one line."""
    index = _index(labels)
    text = block.cells[0].partition("\n")[0] if block.kind == "row" else block.text
    if len(text) <= LONGEST_LABEL and any(regex.fullmatch(text) for _, regex in index.patterns):
        return True
    if fold(undecorated(text.rstrip(" :："))) in index.exact or fold(undecorated(text)) in index.exact:
        return True
    forms = index.inline.get(text[:3].lower(), ())
    return any(_inline(0, text, labels, index.exact, forms))


def label_matches(units: Sequence[Unit], labels: Sequence[Label]) -> LabelMatches:
    """The units that read like a label. Signs that a page sets around a label make no difference."""
    index = _index(tuple(labels))
    found: list[LabelMatch] = []
    loose: list[tuple[LabelMatch, int]] = []  # not by themselves in their line, with the first place behind their value
    weak: list[LabelMatch] = []
    for place, unit in enumerate(units):
        found += _fitting(place, unit.text, index)
        text = unit.text if unit.text[0].isalnum() else undecorated(unit.text)
        beginning = text[:3].lower()
        if (beginning not in index.beginnings and beginning.isascii()) or _is_value_of(found[-1:], place, text, labels):
            continue
        alone = _alone(place, text, index)
        found += alone
        if (forms := index.concatenated.get(text[:3])) is not None:
            found += _concatenated(place, text, labels, index.exact, forms)
        if alone:
            continue
        if text[-1] in ":：" and (indexes := index.exact.get(fold(undecorated(text[:-1])))):
            following = units[place + 1].text if place + 1 < len(units) else ""
            for each in indexes:
                if can_be_value(labels[each], following):
                    loose.append((LabelMatch(place, each, ""), place + 2))
                elif labels[each].telling is None:
                    weak.append(LabelMatch(place, each, ""))
        elif (not unit.opens_row or unit.text == unit.block.text) and (
            forms := index.inline.get(beginning)
        ) is not None:
            loose += [(candidate, place + 1) for candidate in _inline(place, text, labels, index.exact, forms)]
    kept, refused = _with_loose(found, loose, labels, len(units))
    return LabelMatches(kept, weak, refused)


def _fitting(place: int, text: str, index: _Index) -> list[LabelMatch]:
    """The labels by a pattern that a unit fits."""
    if not index.patterns or len(text) > LONGEST_LABEL:
        return []
    plain = undecorated(text)
    return [
        LabelMatch(place, each, "")
        for each, regex in index.patterns
        if regex.fullmatch(text) or (plain is not text and regex.fullmatch(plain))
    ]


def _alone(place: int, text: str, index: _Index) -> list[LabelMatch]:
    """The labels that a unit is and nothing else; a block's white space is folded already."""
    if len(text) > index.longest + _SIGNS:
        return []
    indexes = index.exact.get(fold(text)) or index.exact.get(fold(undecorated(text))) or ()
    return [_new(LabelMatch, (place, each, "")) for each in indexes]


_SIGNS = 4
"""Characters of the signs around a label at the most."""


def _with_loose(
    found: Sequence[LabelMatch], loose: Sequence[tuple[LabelMatch, int]], labels: Sequence[Label], end: int
) -> tuple[list[LabelMatch], list[LabelMatch]]:
    """Add the candidates that do not stand by themselves, where what stands behind their value allows it.

    Behind a label's one value the next label stands. `Enrollment: 20 patients` within prose is followed by more of it,
    unless several missing labels stand so one after the other, in their order.
    """
    kept = list(found)
    refused: list[LabelMatch] = []
    places = {candidate.unit for candidate in found} | {end}
    shown = {candidate.label for candidate in found}
    run: LabelMatch | None = None  # of those refused, the first of the lines that follow each other
    for candidate, behind in reversed(loose):
        known = labels[candidate.label]
        if known.inline or known.kind != "one" or behind in places:
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


def _is_value_of(above: Sequence[LabelMatch], place: int, text: str, labels: Sequence[Label]) -> bool:
    """Whether the words of a label are its value, right below it: `Accepts healthy volunteers`."""
    if not above or above[0].unit != place - 1 or above[0].rest:
        return False
    known = labels[above[0].label]
    return fold(text) in map(fold, known.aliases) and is_read(known, text)


def _concatenated(
    place: int, text: str, labels: Sequence[Label], exact: dict[str, list[int]], forms: tuple[str, ...]
) -> list[LabelMatch]:
    """Labels that only a style sets apart from their value: `SexAll`, `Ages18 to 70 years old`. No prose begins so."""
    for form in forms:
        seam = text[len(form) : len(form) + 1]
        if (seam.isupper() or seam.isdecimal()) and text.startswith(form):
            # `Type2 diabetes` is no row of the column `Type`: a digit is a seam only where one value stands.
            found = [index for index in exact[fold(form)] if seam.isupper() or labels[index].kind == "one"]
            return [LabelMatch(place, index, text[len(form) :]) for index in found]
    return []


_BEHIND = re.compile(r"(?:[^\w()\[\]{}\"'“”‘’«»<>=≤≥±+.,;/~-]|[–—_ℹⁱ²³¹⁰⁴-⁹₀-₉]|[(\[][?*i†‡\d][)\]])+")
"""What can follow a label on its line: a blank, a colon, the signs of a footnote or of a help button."""


def _inline(
    place: int, text: str, labels: Sequence[Label], exact: dict[str, list[int]], forms: tuple[str, ...]
) -> list[LabelMatch]:
    """Labels whose value follows on the same line: `NCT number NCT04953572`, `Official title: …`, `Sex: All`."""
    start = fold(text[:48])
    for form in forms:
        if start.startswith(form) and ((signs := _BEHIND.match(text, len(form))) or form.endswith(":")):
            rest = text[signs.end() if signs else len(form) :].lstrip()
            return [
                LabelMatch(place, index, rest) for index in exact[form] if rest and can_be_value(labels[index], rest)
            ]
    return []


# Named tuples are made without their keyword-reading constructor where hundreds are made.
_new = tuple.__new__

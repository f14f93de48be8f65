"""What opens a section of a page: known labels in their order or out of it, and labels that nobody knows.

The layout's order finds the labels among texts that read like them. What they look like on this page then tells the
rest: labels that stand out of order or twice, and labels of no layout, which end the section before them.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from normalizers.text import fold
from schemas.document import LONGEST_LABEL, Document
from scraper.layouts.containers import outsiders
from scraper.layouts.intruders import is_short
from scraper.layouts.labels import Label, Unit, is_read, units
from scraper.layouts.matches import LabelMatch, label_matches
from scraper.layouts.sequence import best_sequence
from scraper.layouts.shapes import Forms
from scraper.layouts.strays import strays

State = Literal["read", "same", "told"]
"""`read`: a known label, its section is read · `same`: it stands once more and holds the same · `told`: nobody knows
the label, or it stands once more and holds something else: its section stays unread."""


class Opener(NamedTuple):
    """A unit that opens a section."""

    unit: int
    label: int
    """Which of the layout's labels it is; -1 where it is none of them."""
    rest: str = ""
    """The value on the same line."""
    state: State = "read"


def openers(
    document: Document, units: Sequence[Unit], labels: Sequence[Label]
) -> tuple[list[Opener], list[LabelMatch]]:
    """All that opens a section, in reading order, and what says within a text what a label says that is missing."""
    found, weak, refused = label_matches(units, labels)
    ordered = best_sequence(units, labels, _with_absent(found, weak, labels))
    forms = Forms(document, units, [candidate.unit for candidate in ordered])
    opened = {candidate.unit: _new(Opener, (*candidate, "read")) for candidate in ordered}
    in_order = {candidate.unit: candidate.label for candidate in ordered}
    for candidate in strays(sorted([*found, *refused]), in_order, units, labels, forms):
        opened[candidate.unit] = Opener(*candidate)
    unknown = [*_unknown(opened, units, labels, forms), *outsiders(document, units, sorted(opened))]
    for unit in unknown:
        opened.setdefault(unit, Opener(unit, -1, state="told"))
    names = {labels[opener.label].name for opener in opened.values() if opener.label >= 0}
    refused += [candidate for candidate in found if candidate.rest and _may_be_a_row(candidate, units, labels)]
    suspects = [each for each in refused if each.unit not in opened and labels[each.label].name not in names]
    suspects += _in_texts([each for each in found if each.unit not in opened], opened, units, labels)
    return _repeats([opened[unit] for unit in sorted(opened)], units, labels), suspects


def first_opening(document: Document, labels: Sequence[Label]) -> int:
    """The place of the first block that opens a section; how many blocks there are where none does."""
    parts = units(document.blocks)
    opened, _ = openers(document, parts, labels)
    block = parts[opened[0].unit].block if opened else None
    return next((place for place, each in enumerate(document.blocks) if each is block), len(document.blocks))


def _in_texts(
    found: Sequence[LabelMatch], opened: dict[int, Opener], units: Sequence[Unit], labels: Sequence[Label]
) -> Iterator[LabelMatch]:
    """LabelMatches that stand within running text, and are no part of it that is known."""
    places = sorted(opened)
    for candidate in found:
        before = bisect_left(places, candidate.unit)
        opener = places[before - 1] if before else -1
        around = labels[opened[opener].label] if opener >= 0 and opened[opener].label >= 0 else None
        if around is None or around.kind != "prose" or candidate.rest or labels[candidate.label].pattern is not None:
            continue
        if around.is_own is None or not around.is_own(units, candidate.unit):
            yield candidate


def _may_be_a_row(candidate: LabelMatch, units: Sequence[Unit], labels: Sequence[Label]) -> bool:
    """Whether a line of a text, a label and what follows it, may be a row: `Contact Dr. A` rather than a sentence."""
    text = units[candidate.unit].text
    is_pair = is_short(units[candidate.unit]) or ":" in text[: -len(candidate.rest)]
    return is_pair or is_read(labels[candidate.label], candidate.rest)


def _with_absent(found: list[LabelMatch], weak: list[LabelMatch], labels: Sequence[Label]) -> list[LabelMatch]:
    """Add candidates that are labels only where no other says what they say: `Inclusion criteria:` among criteria."""
    present = {field for candidate in found for field in labels[candidate.label].fields}
    absent = [candidate for candidate in weak if present.isdisjoint(labels[candidate.label].fields)]
    return sorted([*found, *absent]) if absent else found


def _unknown(opened: dict[int, Opener], units: Sequence[Unit], labels: Sequence[Label], forms: Forms) -> Iterator[int]:
    """Labels that nobody knows: written as the page writes labels, or with a value below that belongs to one."""
    names = {labels[opener.label].name for opener in opened.values()}
    absent = [known for known in labels if known.name not in names and known.kind == "one" and known.telling]
    around: Label | None = None
    start = 0
    for place, unit in enumerate(units):
        if place in opened:
            around, start = labels[opened[place].label], place
            continue
        if around is None:
            continue
        told = place if forms.is_label(place) or _is_above(unit, units[start]) else None
        if told is None and around.kind in ("prose", "many") and place > start + 1:
            told = _above_value(units, place, absent)
        # Asked last: most units are none of it, and some layouts look hard at what is their own.
        if told is not None and not is_read(around, unit.text) and not (around.is_own and around.is_own(units, place)):
            yield told


def _above_value(units: Sequence[Unit], place: int, absent: Sequence[Label]) -> int | None:
    """Where the label stands whose value a unit can only be: right above it, or the unit is all there is of both."""
    unit, before = units[place], units[place - 1]
    is_label = is_short(before) and _is_plain(before)
    if len(unit.text) > LONGEST_LABEL or before.text[-1] in ":：" or not (is_label or _is_plain(unit)):
        return None
    return (place - 1 if is_label else place) if any(is_read(known, unit.text) for known in absent) else None


def _is_above(unit: Unit, label: Unit) -> bool:
    """Whether a heading stands above the heading of the section before it, so that it ends the section."""
    return (
        unit.block.kind == label.block.kind == "heading"
        and 0 < unit.block.depth < label.block.depth
        and unit.text[-1] not in ":："
    )


def _is_plain(unit: Unit) -> bool:
    return unit.block.kind == "line" and not unit.block.depth


def _repeats(opened: list[Opener], units: Sequence[Unit], labels: Sequence[Label]) -> list[Opener]:
    """Tell the sections of a label that stands more often than the layout has it, unless they say the same."""
    left = Counter(known.name for known in labels)
    shown = Counter(labels[opener.label].name for opener in opened if opener.label >= 0)
    repeated = {name for name, times in shown.items() if times > left[name]}
    if not repeated:  # nearly all pages
        return opened
    texts: dict[str, set[str]] = {}
    result = []
    for position, opener in enumerate(opened):
        state = opener.state
        name = labels[opener.label].name if opener.label >= 0 else ""
        if name in repeated:
            end = opened[position + 1].unit if position + 1 < len(opened) else len(units)
            text = fold(" ".join([opener.rest, *(unit.text for unit in units[opener.unit + 1 : end])]))
            if not text and position + 1 < len(opened) and opened[position + 1].label == opener.label:
                result.append(opener._replace(state="same"))  # the label twice, and its section below the second
                continue
            left[name] -= 1
            if left[name] < 0:
                state = "same" if not text or text in texts[name] else "told"
            texts.setdefault(name, set()).add(text)
        result.append(opener._replace(state=state))
    return result


# Named tuples are made without their keyword-reading constructor where hundreds are made.
_new = tuple.__new__


def has_same_value(again: Opener, opened: Sequence[Opener], units: Sequence[Unit], labels: Sequence[Label]) -> bool:
    """Whether a label that stands once more has the one value that it had before, whatever follows that.

    Args:
        again: the label that stands once more.
        opened: all that opens a section.
        units: of the page.
        labels: of the layout.
    """
    known = labels[again.label]
    before = [each for each in opened if each.state == "read" and labels[each.label].name == known.name]
    value = _first_value(again, units)
    return known.kind == "one" and bool(value) and value in (_first_value(each, units) for each in before)


def _first_value(opener: Opener, units: Sequence[Unit]) -> str:
    below = units[opener.unit + 1].text if opener.unit + 1 < len(units) else ""
    return fold(opener.rest or below)

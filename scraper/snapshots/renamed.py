"""Which known label of a layout has another name on a changed page: told by place, and by what stands below."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from normalizers.notes import name_of
from normalizers.text import fold
from schemas.document import LONGEST_LABEL, undecorated
from scraper.layouts.labels import Label, Unit, is_read
from scraper.layouts.layout import Layout


class Renamed(NamedTuple):
    """A label that is gone, and the unknown words that stand in its place."""

    old: str
    new: str
    fields: tuple[str, ...]
    """The canonical fields that what stands below it becomes."""
    why: str
    """What makes it probable, in a few words."""


def renamed(layout: Layout, old: Sequence[Unit], new: Sequence[Unit], matcher: SequenceMatcher[str]) -> list[Renamed]:
    """The labels of a layout that a changed page probably calls by another name, in the order of the page.

    Args:
        layout: of the page as it was.
        old: the pieces of that page that can be labels or values.
        new: those of the changed one.
        matcher: which of the two are the same.
    """
    there = {known for unit in new if (known := known_label(layout, unit.text)) is not None}
    found: list[Renamed] = []
    taken: set[int] = set()
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind != "replace":
            continue
        for place in range(start, end):
            label = known_label(layout, old[place].text)
            if label is None or label in there:  # what stands elsewhere has moved
                continue
            candidates = [
                index
                for index in range(first, last)
                if index not in taken and _can_be_label(layout, new[index]) and not _stands_in(old, new[index])
            ]
            ranked = [(_proof(label, old, new, place, index), index) for index in candidates]
            proven = next(((proof, index) for proof, index in ranked if proof is not None), None)
            if proven is None and len(candidates) == 1 and end - start == last - first == 1:
                proven = (_between(new, first, last), candidates[0])
            if proven is not None:
                why, index = proven
                taken.add(index)
                found.append(Renamed(_head(old[place].text), _head(new[index].text), label.fields, why))
    return found


def known_label(layout: Layout, text: str) -> Label | None:
    """The label that a text is, alone or with its value behind a colon; None where it is none of the layout."""
    words = {fold(undecorated(part.rstrip(" :："))) for part in (text, _head(text))} | {fold(text)}
    for known in layout.labels:
        if any(fold(alias) in words for alias in known.aliases):
            return known
        if known.pattern is not None and known.pattern.fullmatch(text):
            return known
    return None


def _head(text: str) -> str:
    """What stands before a colon, where more stands behind it."""
    head, colon, rest = text.partition(":")
    return head if colon and rest.strip() else text


def _tail(units: Sequence[Unit], place: int) -> str:
    """The value of a label: behind its colon, else the next piece."""
    _, colon, rest = units[place].text.partition(":")
    if colon and rest.strip():
        return rest.strip()
    return units[place + 1].text if place + 1 < len(units) else ""


def _can_be_label(layout: Layout, unit: Unit) -> bool:
    return len(_head(unit.text)) <= LONGEST_LABEL and known_label(layout, unit.text) is None


def _stands_in(old: Sequence[Unit], unit: Unit) -> bool:
    """Whether the page had these words before: they are no new label."""
    return any(unit.text == known.text for known in old)


def _proof(label: Label, old: Sequence[Unit], new: Sequence[Unit], place: int, index: int) -> str | None:
    """What stands below both that tells that they are one label; None where nothing does."""
    before, after = _tail(old, place), _tail(new, index)
    if before and fold(before) == fold(after):
        return f"above the same words {_short(after)!r}"
    if is_read(label, after) and label.telling is not None:
        return f"above {_short(after)!r}, which {name_of(label.telling)} reads"
    return None


def _between(units: Sequence[Unit], first: int, last: int) -> str:
    """Between which neighbours some units stand."""
    above = repr(_short(units[first - 1].text)) if first else "the beginning"
    below = repr(_short(units[last].text)) if last < len(units) else "the end"
    return f"between {above} and {below}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"


_LONGEST_SHOWN = 60
"""Characters of a neighbour that are told."""

"""Sub-headings among criteria that only their form tells: a line without marker above each of several marked lists."""

from collections.abc import Sequence
from typing import NamedTuple

from normalizers.criteria.cohorts import has_form_of_heading, is_cohort, is_named_cohort, is_sex_or_age, states_limit
from normalizers.criteria.punctuation import COLONS


class Line(NamedTuple):
    """What the form of a block of criteria is told by."""

    words: str
    is_marked: bool
    is_nested: bool
    """It stands within an item."""
    is_side: bool
    """It is the heading of a side."""


def find_subheadings(lines: Sequence[Line]) -> frozenset[int]:
    """Return which lines head the lists right below them, though their words alone would not tell.

    One short line above a list can be a criterion that lost its bullet. Where each of several lists below one heading
    of a side has such a line, or lists on both sides have the same, they are headings.
    """
    found: set[int] = set()
    by_words: dict[str, list[int]] = {}
    start = 0
    for end in [*(position for position, line in enumerate(lines) if line.is_side), len(lines)]:
        candidates, is_certain = _candidates(lines, start, end)
        if is_certain:
            found.update(candidates)
        for position in candidates:
            by_words.setdefault(lines[position].words, []).append(position)
        start = end + 1
    for positions in by_words.values():
        if len(positions) > 1:
            found.update(positions)
    return frozenset(found)


def is_certain_subheading(text: str) -> bool:
    """Return whether a line's words alone tell that it heads a list, not what is around it."""
    if not is_cohort(text):
        return False
    return is_named_cohort(text) or not (states_limit(text) or (text[-1] not in COLONS and is_sex_or_age(text)))


def _candidates(lines: Sequence[Line], start: int, end: int) -> tuple[list[int], bool]:
    """Return which lines of one side could head a list by their form, and whether the others show that they do."""
    candidates = []
    heads = 0
    for position in range(start, end):
        line = lines[position]
        if line.is_marked or line.is_nested:
            continue
        is_above_list = position + 1 < end and lines[position + 1].is_marked
        if is_above_list and is_certain_subheading(line.words):
            heads += 1
        elif is_above_list and (has_form_of_heading(line.words) or is_cohort(line.words)):
            heads += 1
            candidates.append(position)
        elif line.words[-1] not in COLONS:
            return candidates, False  # criteria without markers stand here too
    return candidates, heads > 1

"""Of all units that read like a label, those that make the longest and most plausible sequence in the layout's order.

So a paragraph which happens to read `Enrollment` inside a description does not derail the reading.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from scraper.layouts.labels import Label, Unit
from scraper.layouts.matches import LabelMatch


def best_sequence(units: Sequence[Unit], labels: Sequence[Label], found: Sequence[LabelMatch]) -> list[LabelMatch]:
    """Of all candidates, the sequence in label order that explains the page best."""
    if all(a.label < b.label and a.unit < b.unit for a, b in pairwise(found)):
        return list(found)
    headings = {candidate.label for candidate in found if units[candidate.unit].block.kind == "heading"}
    # Where the page's labels are headings, a heading is more of a label than a line; elsewhere prose may hold headings.
    bonus = 3.0 if 2 * len(headings) > len({candidate.label for candidate in found}) else 0.0
    steps: list[_Step] = []  # best sequence that starts at each candidate, from the page's end backwards
    far: dict[int, int] = {}  # of each label the best of the steps that are too far for `_fit` to tell apart
    near = 0  # the first of the others
    for candidate in reversed(found):
        unit, index, _ = candidate
        known = labels[index]
        while near < len(steps) and steps[near].candidate.unit > unit + _NEAR:
            label = steps[near].candidate.label
            if label not in far or steps[near].score > steps[far[label]].score:
                far[label] = near
            near += 1
        # What is the label and nothing else is more of one than what begins like it (`Eligibility criteria:`).
        own = 3.75 if candidate.rest else 4.0 + bonus * (units[unit].block.kind == "heading")
        best = own + _fit(known, candidate, len(units))
        following: _Step | None = None
        # The nearest first: of equals the one farthest away is taken.
        for place in (*range(len(steps) - 1, near - 1, -1), *sorted(far.values(), reverse=True)):
            step = steps[place]
            if step.candidate.label > index and step.candidate.unit > unit:
                score = own + _fit(known, candidate, step.candidate.unit) + step.score
                if score >= best:
                    best, following = score, step
        steps.append(_Step(best, candidate, following))
    # Of equals the later one wins: what reads like a label within prose stands before the label itself.
    top: _Step | None = max(steps, key=lambda step: step.score)
    sequence: list[LabelMatch] = []
    while top is not None:
        sequence.append(top.candidate)
        top = top.following
    return sequence


class _Step(NamedTuple):
    """The best sequence of candidates that begins with this one."""

    score: float
    candidate: LabelMatch
    following: "_Step | None"


_NEAR = 2
"""Units behind a label; where the next label stands farther away, `_fit` is the same wherever that is."""


def _fit(known: Label, candidate: LabelMatch, end: int) -> float:
    """How well the length of a section fits what its label holds."""
    size = end - candidate.unit - 1 + bool(candidate.rest)
    if known.kind == "prose":
        return 0.5
    if known.kind == "heading":
        return 2.0 if size == 0 else 0.0
    if known.kind == "one":
        return 2.0 if size == 1 else 1.0 if size == 0 else 0.0
    return 1.0 if size else 0.5

"""Labels: the words that open a section of a page, in all the forms that pages give them."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple

from normalizers import boilerplate
from normalizers.criteria.cohorts import is_named_cohort
from normalizers.criteria.heading_words import mentions_criteria
from normalizers.criteria.sides import parse_side_heading
from schemas.document import LONGEST_LABEL, Block

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
    return (mentions_criteria(text) and parse_side_heading(text) is not None) or is_named_cohort(text.rstrip(" :"))


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


def is_read(known: Label, text: str) -> bool:
    """Whether the words are a value that the label's reader knows."""
    return bool(text) and known.reads is not None and len(text) <= LONGEST_LABEL and known.reads(text) is not None


def _is_value(known: Label, text: str) -> bool:
    """Whether the words can be a label's value though the label does not stand by itself."""
    return known.inline or is_read(known, text)


# Named tuples are made without their keyword-reading constructor where hundreds are made.
_new = tuple.__new__

"""The rows of a layout's table: each says once what a label is called, and what stands below it becomes.

A row is made by the function that says what stands below its label: `heading`, `one`, `many`, `prose`, `criteria`. What
stands below no label has a row, too: `unlabelled`. All else that is known of a layout is derived from its rows.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple

from normalizers.criteria.cohorts import is_named_cohort
from normalizers.criteria.heading_words import mentions_criteria
from normalizers.criteria.sides import parse_side_heading
from normalizers.criteria.tree import parse_criteria
from normalizers.notes import free_words
from normalizers.text import paragraphs
from schemas.document import LONGEST_LABEL, Block
from schemas.extraction import Parser, Side

Kind = Literal["heading", "one", "many", "prose"]
"""What stands below a label: nothing of its own (a group's heading), one value, a value per line, or running text."""

Fields = tuple[str, ...]
Check = Callable[[str], str | None]
"""Says in one phrase what is wrong with words; None where nothing is."""
IsOwn = Callable[[Sequence["Unit"], int], bool]
"""Whether a unit belongs to a section although it is written as a label: an arm's name, a heading of criteria."""


@dataclass(frozen=True, slots=True, eq=False)
class Label:
    """A row of a layout's table."""

    aliases: tuple[str, ...]
    """The words of the label in all the forms that pages give them; the first one is its name in code."""
    kind: Kind
    values: tuple[tuple[Fields, Parser], ...] = ()
    """What the values below it become: the canonical fields, and who knows what the words mean. Of several, the first
    value below the label is the first, and all that follow the last are like the last."""
    fields: Fields = ()
    """All canonical fields that come of what stands below it, also those that code of the site reads."""
    side: Side | None = None
    """Of criteria: which side they are of."""
    pattern: re.Pattern[str] | None = None
    """For labels that carry a value: matched against the whole block."""
    inline: bool = False
    """The value may follow on the same line, as in a table row that was flattened to text."""
    lines: bool = False
    """Of a label with one value: the value may be several, a line each."""
    telling: Parser | None = None
    """Gives None for what is no value of its own: a value may follow on the same line, and the label end in a colon."""
    is_own: IsOwn | None = None
    refuses: Check | None = None
    """What makes words none of the values that stand below the label, where they are free words."""
    doubts: Check | None = None
    """What makes a value doubtful that is kept."""
    may_be_blank: bool = False
    """Pages show the label although they have no value for it."""
    required: bool = False
    """Every page of the layout has a value for the first of its fields."""
    marker: bool = False
    """The label tells the layout."""

    @property
    def name(self) -> str:
        """The first alias."""
        return self.aliases[0]

    @property
    def places(self) -> tuple[str, ...]:
        """What its values stand below, as people write it."""
        return tuple(f'"{alias}"' for alias in self.aliases)

    def parsers(self, field: str) -> tuple[Callable[..., object], ...]:
        """Who reads a field of it."""
        if self.side is not None:
            return (parse_criteria,)
        if self.kind == "prose" and not self.is_structured:
            return (paragraphs,)
        return tuple(parser for fields, parser in self.values if field in fields)

    @property
    def is_structured(self) -> bool:
        """Whether lines of several kinds stand below it, such as arms, that are no running text."""
        return self.kind == "prose" and self.is_own is not None and self.is_own is not heads_criteria


@dataclass(frozen=True, slots=True, eq=False)
class Unlabelled:
    """A row for what stands below no label: the site's code reads it."""

    place: str
    """Where it stands, in words."""
    fields: Fields
    required: bool = False

    @property
    def places(self) -> tuple[str, ...]:
        """Where it stands, in words."""
        return (self.place,)


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A row for words that stand where the trial's part of the page begins or ends: they tell the layout."""

    aliases: tuple[str, ...]

    @property
    def name(self) -> str:
        """The first alias."""
        return self.aliases[0]


Row = Label | Unlabelled | Frame
Reads = Mapping[str | Fields, Parser]
"""By canonical field, or by several that one phrase holds, who knows what the words mean."""


def heading(*aliases: str, marker: bool = False) -> Label:
    """A heading of a group of labels; nothing stands below it."""
    return Label(aliases, "heading", marker=marker)


def one(
    *aliases: str,
    reads: Reads | None = None,
    fields: Fields = (),
    telling: Parser | None = None,
    tells: bool = True,
    inline: bool = False,
    lines: bool = False,
    doubts: Check | None = None,
    may_be_blank: bool = False,
    required: bool = False,
    marker: bool = False,
) -> Label:
    """A label with one value.

    Args:
        aliases: the words of the label, in any case and with any white space.
        reads: what the value becomes; None where the site's code reads it.
        fields: what it becomes where the site's code reads it.
        telling: who knows the value where no parser of `reads` does.
        tells: whether the parser of `reads` gives None for what is no value.
        inline: the value may follow on the same line, whatever it is.
        lines: the value may be several, a line each.
        doubts: what makes the value doubtful.
        may_be_blank: pages show the label without a value.
        required: every page has the value.
        marker: the label tells the layout.
    """
    values = _values(reads)
    return Label(
        aliases,
        "one",
        values=values,
        fields=fields or _fields(values),
        telling=telling or (_telling(values) if tells else None),
        inline=inline,
        lines=lines,
        doubts=doubts,
        may_be_blank=may_be_blank,
        required=required,
        marker=marker,
    )


def many(
    *aliases: str,
    reads: Reads | None = None,
    fields: Fields = (),
    telling: Parser | None = None,
    is_own: IsOwn | None = None,
    refuses: Check | None = None,
    doubts: Check | None = None,
    may_be_blank: bool = False,
    required: bool = False,
    marker: bool = False,
) -> Label:
    """A label with a value per line.

    Args:
        aliases: as of `one`.
        reads: what the values become: of several fields the first value is the first, and so on.
        fields: as of `one`.
        telling: as of `one`.
        is_own: whether a line that is written as a label is a value.
        refuses: what makes a line no value.
        doubts: what makes a value doubtful.
        may_be_blank: as of `one`.
        required: as of `one`.
        marker: as of `one`.
    """
    values = _values(reads)
    return Label(
        aliases,
        "many",
        values=values,
        fields=fields or _fields(values),
        telling=telling or _telling(values),
        is_own=is_own,
        refuses=refuses,
        doubts=doubts,
        may_be_blank=may_be_blank,
        required=required,
        marker=marker,
    )


def prose(*aliases: str, field: str, inline: bool = False, required: bool = False, marker: bool = False) -> Label:
    """A label with running text below it."""
    return Label(aliases, "prose", fields=(field,), inline=inline, required=required, marker=marker)


def criteria(*aliases: str, side: Side = "other", inline: bool = False, marker: bool = False) -> Label:
    """A label with criteria of a side below it; `other`: their own headings tell the sides."""
    fields = SIDES if side == "other" else (f"eligibility.{side}",)
    return Label(aliases, "prose", fields=fields, side=side, inline=inline, is_own=heads_criteria, marker=marker)


def structured(
    *aliases: str,
    fields: Fields,
    is_own: IsOwn,
    pattern: str | None = None,
    marker: bool = False,
) -> Label:
    """A label with lines of several kinds below it, which the site's code reads.

    Args:
        aliases: as of `one`.
        fields: what they become.
        is_own: whether a line that is written as a label belongs to them.
        pattern: what the whole label fits, where it carries a value.
        marker: as of `one`.
    """
    regex = None if pattern is None else re.compile(pattern, re.IGNORECASE)
    return Label(aliases, "prose", fields=fields, is_own=is_own, pattern=regex, marker=marker)


def ignored(*aliases: str, kind: Kind = "one", inline: bool = False, marker: bool = False) -> Label:
    """A label that is known, and deliberately not read: the record has no field for it, or its values are no good.

    Args:
        aliases: as of `one`.
        kind: what stands below it.
        inline: as of `one`.
        marker: as of `one`.
    """
    return Label(aliases, kind, inline=inline, marker=marker, may_be_blank=True)


def pattern(name: str, regex: str) -> Label:
    """A label that carries a value and has nothing below it, by a pattern that the whole block fits."""
    return Label((name,), "heading", pattern=re.compile(regex, re.IGNORECASE))


def unlabelled(place: str, *fields: str, required: bool = False) -> Unlabelled:
    """What stands below no label and is read by the site's code: `the page's heading`."""
    return Unlabelled(place, fields, required)


def frame(*aliases: str) -> Frame:
    """Words around the trial that tell the layout."""
    return Frame(aliases)


SIDES: Fields = ("eligibility.inclusion", "eligibility.exclusion", "eligibility.other")


def _values(reads: Reads | None) -> tuple[tuple[Fields, Parser], ...]:
    items = () if reads is None else reads.items()
    return tuple(((fields,) if isinstance(fields, str) else fields, parser) for fields, parser in items)


def _fields(values: Iterable[tuple[Fields, Parser]]) -> Fields:
    return tuple(field for fields, _ in values for field in fields)


def _telling(values: Sequence[tuple[Fields, Parser]]) -> Parser | None:
    """Free words can be anything, so they tell nothing."""
    return values[0][1] if values and values[0][1] is not free_words else None


def heads_criteria(units: Sequence["Unit"], place: int) -> bool:
    """Whether a unit among criteria heads some of them: those of a side, or of a cohort by its name."""
    text = units[place].text
    return (mentions_criteria(text) and parse_side_heading(text) is not None) or is_named_cohort(text.rstrip(" :"))


@cache
def spellings(labels: tuple[Label, ...]) -> tuple[tuple[str, ...], ...]:
    """What a person calls each of the labels: its aliases; the second of one name is `Status (2)`."""
    times = Counter[str]()
    found = []
    for known in labels:
        times[known.name] += 1
        number = "" if times[known.name] == 1 else f" ({times[known.name]})"
        found.append(tuple(form + number for form in known.aliases))
    return tuple(found)


def in_lines(labels: Iterable[Label], lines: Collection[str]) -> frozenset[str]:
    """The aliases, in lower case, of labels with a telling parser that end in a colon or share a line with a value.

    Args:
        labels: a layout's.
        lines: a page's short texts, in lower case.
    """
    forms = {form.lower(): known for known in labels if known.telling is not None for form in known.aliases}
    return frozenset(
        form
        for form, known in forms.items()
        for line in lines
        if line.startswith((f"{form} ", f"{form}:"))
        and (not (rest := line[len(form) :].strip(" :")) or can_be_value(known, rest))
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
        for cell in block.cells:
            for line in cell.split("\n"):
                if line:
                    units.append(_new(Unit, (line, block, opens, False)))
                    opens = False
    return units


def is_read(known: Label, text: str) -> bool:
    """Whether the words are a value that the label's telling parser knows."""
    return bool(text) and known.telling is not None and len(text) <= LONGEST_LABEL and known.telling(text) is not None


def can_be_value(known: Label, text: str) -> bool:
    """Whether the words can be a label's value though the label does not stand by itself."""
    return known.inline or is_read(known, text)


# Named tuples are made without their keyword-reading constructor where hundreds are made.
_new = tuple.__new__

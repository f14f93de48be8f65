"""Eligibility criteria as one text, in the registry's manner: reading the text gives the same trees again."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, product
from typing import Final, NamedTuple

from normalizers.criteria.tree import parse_criteria
from normalizers.text import BULLETS, lines
from schemas.trial import Criterion, Eligibility

_SIDES: Final = {"inclusion": "Inclusion Criteria", "exclusion": "Exclusion Criteria"}
"""What heads the criteria of a side; those of neither side stand before the first heading."""
_BULLET: Final = "*"
"""What the registry sets before the items of its lists."""


def criteria_text(eligibility: Eligibility) -> str | None:
    """The criteria of all sides as Markdown, None where there are none.

    Markers and nesting stand as they are. What a heading, a loose paragraph or a lone number means depends on what
    stands around it, so that there are several manners to write them; the first is taken that reads as the same trees.
    Where none does, words and order are those of the criteria, and markers or the nesting can read otherwise.
    """
    if not (eligibility.inclusion or eligibility.exclusion or eligibility.other):
        return None
    wanted, alike = _trees(eligibility), _without_markers(_trees(eligibility))
    second = None
    for manner in _MANNERS:
        text = _written(eligibility, manner)
        read = parse_criteria(lines(text))[:3]
        if read == wanted:
            return text
        if second is None and _without_markers(read) == alike:
            second = text
    return second or _written(eligibility, _MANNERS[0])


def markup(text: str) -> str:
    r"""Words as the registry writes them in fields of Markdown: `h\*nmol/L`, `\[0-10\]`, `\<`."""
    return _MARKUP.sub(r"\\\g<0>", text)


def markdown(text: str) -> str:
    """A text of paragraphs and lists as the registry writes it: `*` before an item stays one."""
    return "\n".join(
        bullet.group() + markup(line[bullet.end() :]) if (bullet := _ITEM.match(line)) else markup(line)
        for line in text.split("\n")
    )


def plain(text: str) -> str:
    """A text for fields without Markdown, where a backslash before a sign would be read as an escape of it."""
    return _ESCAPE.sub(r"\\\g<0>", text)


_ESCAPE: Final = re.compile(r"\\(?=[!-/:-@\[-`{-~])")
_MARKUP: Final = re.compile(rf"{_ESCAPE.pattern}|[<>\[\]^&*~]")
"""The signs that the registry escapes, and a backslash that would read as an escape."""
_ITEM: Final = re.compile(r" *\* ")


class _Manner(NamedTuple):
    """A way to write what can be read in several."""

    heading: str
    """What stands over the criteria of a cohort."""
    loose_is_indented: bool
    """Whether words without a marker stand as far in as the words of the item before them."""
    bulleted: bool
    """Whether a number stands behind a bullet, and a bullet before words of a list that have none."""
    leads_are_outside: bool
    """Whether words within a list that lead to another one stand at the margin, and so does their list."""


_MANNERS: Final = tuple(
    _Manner(heading, *choices)
    for heading in ("{cohort}", "{cohort}:", "{side} for {cohort}:")
    for choices in product((False, True), (False, True), (False, True))
)


def _trees(eligibility: Eligibility) -> tuple[tuple[Criterion, ...], ...]:
    return eligibility.inclusion, eligibility.exclusion, eligibility.other


def _without_markers(sides: Iterable[Sequence[Criterion]]) -> tuple[tuple[Criterion, ...], ...]:
    return tuple(
        tuple(one.model_copy(update={"marker": None, "children": _without_markers([one.children])[0]}) for one in side)
        for side in sides
    )


def _written(eligibility: Eligibility, manner: _Manner) -> str:
    paragraphs = [*_paragraphs("", eligibility.other, manner)]
    for name, side in _SIDES.items():
        if criteria := getattr(eligibility, name):
            paragraphs += [f"{side}:", *_paragraphs(side, criteria, manner)]
    return "\n\n".join(paragraphs)


def _paragraphs(side: str, criteria: Iterable[Criterion], manner: _Manner) -> Iterator[str]:
    """Headings, lists and loose words, in order."""
    for number, (cohort, group) in enumerate(groupby(criteria, key=lambda one: one.cohort)):
        if cohort is not None:
            form = "{cohort}" if cohort.endswith(":") else manner.heading
            yield markup(form.format(cohort=cohort, side=side or "Criteria"))
        elif number and side:
            yield f"{side}:"  # ends the cohort before
        yield from _list(tuple(group), manner)


def _list(criteria: Sequence[Criterion], manner: _Manner) -> Iterator[str]:
    """The items of a list line by line, words without a marker as paragraphs of their own."""
    items: list[str] = []
    indentation = ""
    for one in criteria:
        if one.marker is None:
            if items:
                yield "\n".join(items)
            items = [*_items(one.children, "", manner)]
            yield (indentation if manner.loose_is_indented else "") + markup(one.text)
        else:
            items += _items((one,), "", manner)
            indentation = " " * (len(one.marker) + 1)
    if items:
        yield "\n".join(items)


def _items(criteria: Sequence[Criterion], indentation: str, manner: _Manner) -> Iterator[str]:
    """The lines of a list within another, words without a marker behind a blank line."""
    for place, one in enumerate(criteria):
        if one.marker is None and one.children and manner.leads_are_outside:
            yield from ("", markup(one.text), "", *_items(one.children, "", manner), "")
            continue
        if one.marker is None and place and not manner.bulleted:
            yield ""
            yield f"{indentation}{markup(one.text)}"
            yield from _items(one.children, indentation, manner)
            continue
        marker = one.marker or _BULLET
        if manner.bulleted and marker not in BULLETS:
            marker = f"{_BULLET} {marker}"
        yield f"{indentation}{marker} {markup(one.text)}"
        if one.children:
            yield ""
        yield from _items(one.children, indentation + " " * (len(marker) + 1), manner)

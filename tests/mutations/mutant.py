"""What a mutant is, and the parts of a page that mutations move."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from normalizers.identifiers import nct_id
from schemas.document import Block
from scraper.layouts.labels import Kind as LabelKind
from scraper.layouts.labels import Label
from tests.mutations.bases import Base
from tests.reskin import Dice, Group, Outline


class Mutant(NamedTuple):
    """A page with one change."""

    what: str
    """The change in a few words."""
    page: Outline
    words: tuple[str, ...]
    """What the change put in, took out or left without its label: an issue that quotes one of them tells it."""
    ends_early: bool = False
    """The page is cut: an issue that says so tells of everything that is lost."""


Kind = Callable[[Base, Dice], Iterator[Mutant]]
"""All mutants of one kind that a page has; the dice choose among words."""


class Seam(NamedTuple):
    """Where something new can stand: before a group, or before a block within one."""

    place: int
    number: int = 0
    """The block's number in the group's body; 0 where it is before the group."""


def line(text: str, *, gap: bool = True) -> Block:
    """A block that the page did not have."""
    return Block(-1, "line", text, after_gap=gap)


def heading(text: str) -> Block:
    """A heading that the page did not have."""
    return Block(-1, "heading", text, 2, after_gap=True)


def texts(group: Group) -> tuple[str, ...]:
    """The label and the values of a group, as they stand."""
    label = () if group.label is None else (group.label.text,)
    return (*label, *[block.text for block in group.body])


def with_groups(page: Outline, groups: Sequence[Group]) -> Outline:
    """The page with other groups; those without any block are left out."""
    return page._replace(groups=tuple(group for group in groups if group.label is not None or group.body))


def changed(page: Outline, place: int, *groups: Group) -> Outline:
    """The page with other groups in the place of one."""
    return with_groups(page, (*page.groups[:place], *groups, *page.groups[place + 1 :]))


def inserted(page: Outline, seam: Seam, *groups: Group) -> Outline:
    """The page with further groups at a place; a group that they stand within is parted."""
    place, number = seam
    if not number:
        return with_groups(page, (*page.groups[:place], *groups, *page.groups[place:]))
    group = page.groups[place]
    above = group._replace(body=group.body[:number])
    below = Group(None, group.holds, group.body[number:])
    return with_groups(page, (*page.groups[:place], above, *groups, below, *page.groups[place + 1 :]))


def labelled(page: Outline) -> list[int]:
    """The places of the groups whose label the layout knows."""
    return [place for place, group in enumerate(page.groups) if group.known is not None and group.label is not None]


class Section(NamedTuple):
    """A known label's group, and the groups under headings that the layout does not know, up to the next one."""

    start: int
    stop: int


def sections(base: Base) -> list[Section]:
    """The page's sections in its order."""
    page, end = base.page, base.end
    found = []
    for place in labelled(page):
        stop = place + 1
        while stop < end and _belongs(page.groups[stop], page.groups[place]):
            stop += 1
        found.append(Section(place, stop))
    return found


def _belongs(group: Group, opener: Group) -> bool:
    # Only prose has headings of its own; behind the last value others begin.
    return opener.holds == "prose" and group.label is not None and group.known is None and not group.region


def seams(base: Base) -> list[Seam]:
    """The places where something new can stand, from the title to the end of the content.

    These are the places between sections, and those between lines that no label tells apart: title, sponsor, chips,
    and what stands behind the number of a listing. Between the paragraphs of prose nothing is put.
    """
    page = base.page
    start = first_of_content(page)
    parts = sections(base)
    first = parts[0].start if parts else start + 1
    inside = {place for part in parts for place in range(part.start + 1, part.stop)}
    found = [Seam(place) for place in range(start, base.end + 1) if place not in inside]
    for place in range(start, first):
        found += [Seam(place, number) for number in range(1, len(page.groups[place].body))]
    for part in parts:
        group = page.groups[part.start]
        if group.known is not None and group.holds == "prose" and "nct_id" in group.known.fields:
            numbers = [number for number, block in enumerate(group.body) if nct_id(block.text) is not None]
            found += [Seam(part.start, number + 1) for number in range(numbers[0], len(group.body))] if numbers else []
    return found


def first_of_content(page: Outline) -> int:
    """The place of the group that holds the title, or of the first known label."""
    for place, group in enumerate(page.groups):
        if page.title is not None and any(block.number == page.title for block in group.body):
            return place
        if page.title is not None and group.label is not None and group.label.number == page.title:
            return place
    known = labelled(page)
    return known[0] if known else 0


def pair_in_own_style(name: str, value: str) -> Group:
    """A label that nobody knows and its value, written as the page's own labels are."""
    holds: LabelKind = "one"
    return Group(line(name), holds, (line(value),), Label((name,), holds))

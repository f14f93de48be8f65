"""Mutations of sections as a whole: moved, swapped, doubled; and of blocks: doubled, the page cut behind them."""

import itertools
from collections.abc import Iterator, Sequence

from schemas.document import Block
from tests.mutations.bases import Base
from tests.mutations.mutant import Mutant, Section, first_of_content, line, sections, texts, with_groups
from tests.mutations.vocabulary import OTHER_CRITERIA, OTHER_PROSE, OTHER_VALUES
from tests.reskin import Dice, Group

_BLOCKS = 40
"""How many blocks of a page are doubled, or cut behind, at the most."""


def moved(base: Base, dice: Dice) -> Iterator[Mutant]:
    """A section stands somewhere else."""
    parts = sections(base)
    for number, part in enumerate(parts):
        others = [other for place, other in enumerate(parts) if place not in (number, number + 1)]
        if others:
            yield _moved(base, part, dice.choice(others).start)
        if number != len(parts) - 1:
            yield _moved(base, part, base.end)


def swapped(base: Base, _dice: Dice) -> Iterator[Mutant]:
    """Two sections that stand one behind the other have changed places."""
    parts = sections(base)
    for first, second in itertools.pairwise(parts):
        if first.stop == second.start:
            yield _moved(base, second, first.start)


def doubled(base: Base, dice: Dice) -> Iterator[Mutant]:
    """A section stands twice, one behind the other or apart."""
    groups = base.page.groups
    parts = sections(base)
    for part in parts:
        own = groups[part.start : part.stop]
        for place in (part.stop, dice.choice(parts).start):
            page = with_groups(base.page, (*groups[:place], *own, *groups[place:]))
            yield Mutant(f"{_name(groups[part.start])!r} once more before {place}", page, _words(own))


def doubled_otherwise(base: Base, dice: Dice) -> Iterator[Mutant]:
    """A section stands twice with different values, the new one before or behind its own."""
    groups = base.page.groups
    for part in sections(base):
        body = other_body(groups[part.start])
        if body:
            other = groups[part.start]._replace(body=body)
            place = dice.choice((part.start, part.stop))
            page = with_groups(base.page, (*groups[:place], other, *groups[place:]))
            where = "before" if place == part.start else "behind"
            what = f"{_name(other)!r} once more {where} its own, with {body[0].text!r}"
            yield Mutant(what, page, (*texts(other), *_words(groups[part.start : part.stop])))


def block_doubled(base: Base, _dice: Dice) -> Iterator[Mutant]:
    """A block stands twice, one behind the other."""
    for place, number in _positions(base):
        group = base.page.groups[place]
        if number is None:
            new: tuple[Group, ...] = (Group(group.label, group.holds, (), group.known), group)
        else:
            new = (group._replace(body=(*group.body[: number + 1], *group.body[number:])),)
        page = with_groups(base.page, (*base.page.groups[:place], *new, *base.page.groups[place + 1 :]))
        block = _block(group, number)
        yield Mutant(f"{block.text[:60]!r} twice", page, (block.text,))


def cut(base: Base, _dice: Dice) -> Iterator[Mutant]:
    """The page ends behind a block."""
    for place, number in _positions(base):
        group = base.page.groups[place]
        kept = group._replace(body=() if number is None else group.body[: number + 1])
        page = with_groups(base.page, (*base.page.groups[:place], kept))
        yield Mutant(f"cut behind {_block(group, number).text[:60]!r}", page, texts(group), ends_early=True)


def other_body(group: Group) -> tuple[Block, ...]:
    """A body that the group could have instead of its own; none where nothing comes to mind."""
    if group.known is None or not group.body or not group.known.fields:
        return ()
    field = group.known.fields[0]
    own = {block.text for block in group.body}
    if field in {"eligibility.inclusion", "eligibility.exclusion"}:
        return tuple(Block(-1, "item", text, 1, "•", after_gap=True) for text in OTHER_CRITERIA)
    if group.holds == "prose":
        return (line(OTHER_PROSE[0]),) if field in {"summary", "description"} else ()
    reads = group.known.telling
    for value in OTHER_VALUES.get(field, ()):
        if value not in own and (reads is None or reads(value) is not None):
            return (line(value),)
    return ()


def _positions(base: Base) -> list[tuple[int, int | None]]:
    """Labels (None) and blocks of the content, evenly chosen where they are many."""
    found: list[tuple[int, int | None]] = []
    for place in range(first_of_content(base.page), base.end):
        group = base.page.groups[place]
        if group.label is not None:
            found.append((place, None))
        found += [(place, number) for number in range(len(group.body))]
    step = -(-len(found) // _BLOCKS)
    return found[::step]


def _block(group: Group, number: int | None) -> Block:
    block = group.label if number is None else group.body[number]
    if block is None:
        raise ValueError("a group without a label has no block there")
    return block


def _moved(base: Base, part: Section, before: int) -> Mutant:
    groups = base.page.groups
    own = groups[part.start : part.stop]
    if before <= part.start:
        order = (*groups[:before], *own, *groups[before : part.start], *groups[part.stop :])
    else:
        order = (*groups[: part.start], *groups[part.stop : before], *own, *groups[before:])
    following = groups[before] if before < len(groups) else None
    there = "the end" if following is None else repr(texts(following)[0][:40])
    return Mutant(f"{_name(own[0])!r} before {there}", with_groups(base.page, order), _words(own))


def _words(groups: Sequence[Group]) -> tuple[str, ...]:
    return tuple(text for group in groups for text in texts(group))


def _name(group: Group) -> str:
    return "" if group.label is None else group.label.text

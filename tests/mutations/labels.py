"""Mutations of labels: removed, renamed, given a sign, left without their value."""

from collections.abc import Callable, Iterator

from schemas.document import Block
from tests.mutations.bases import Base
from tests.mutations.mutant import Mutant, changed, labelled, line, texts
from tests.mutations.vocabulary import FOOTNOTES, ICONS_BEFORE, ICONS_BEHIND, IMAGES, NONSENSE, SYNONYMS
from tests.reskin import Dice, Group


def removed(base: Base, _dice: Dice) -> Iterator[Mutant]:
    """The label is gone, what stood below it stays."""
    for place in labelled(base.page):
        group = base.page.groups[place]
        page = changed(base.page, place, Group(None, group.holds, group.body))
        yield Mutant(f"{_name(group)!r} removed", page, texts(group))


def renamed(base: Base, _dice: Dice) -> Iterator[Mutant]:
    """The label has another name that means the same."""
    for place in labelled(base.page):
        group = base.page.groups[place]
        for synonym in SYNONYMS.get(group.known.name.lower(), ()) if group.known else ():
            yield _relabelled(base, place, synonym)


def nonsense(base: Base, dice: Dice) -> Iterator[Mutant]:
    """The label has a name that says nothing."""
    for place in labelled(base.page):
        yield _relabelled(base, place, dice.choice(NONSENSE))


def colon(base: Base, _dice: Dice) -> Iterator[Mutant]:
    """The label ends in a colon; where it has one, it loses it."""
    for place in labelled(base.page):
        name = _name(base.page.groups[place])
        yield _relabelled(base, place, name[:-1] if name.endswith(":") else f"{name}:")


def footnote(base: Base, dice: Dice) -> Iterator[Mutant]:
    """A footnote's sign stands behind the label."""
    yield from _signed(base, lambda name: f"{name}{dice.choice(('', ' '))}{dice.choice(FOOTNOTES)}")


def icon_before(base: Base, dice: Dice) -> Iterator[Mutant]:
    """An icon stands before the label."""
    yield from _signed(base, lambda name: f"{dice.choice(ICONS_BEFORE)} {name}")


def icon_behind(base: Base, dice: Dice) -> Iterator[Mutant]:
    """A help icon stands behind the label, on its line."""
    yield from _signed(base, lambda name: f"{name} {dice.choice(ICONS_BEHIND)}")


def icon_below(base: Base, dice: Dice) -> Iterator[Mutant]:
    """A help icon stands behind the label, on a line of its own or as an image."""
    for place in labelled(base.page):
        group = base.page.groups[place]
        icon = dice.choice((*map(line, ICONS_BEHIND), *[Block(-1, "image", text) for text in IMAGES]))
        page = changed(base.page, place, group._replace(body=(icon, *group.body)))
        yield Mutant(f"{icon.kind} {icon.text!r} below {_name(group)!r}", page, (*texts(group), icon.text))


def emptied(base: Base, _dice: Dice) -> Iterator[Mutant]:
    """The label stays, its value is gone."""
    for place in labelled(base.page):
        group = base.page.groups[place]
        if group.body:
            yield Mutant(f"{_name(group)!r} emptied", changed(base.page, place, group._replace(body=())), texts(group))


def _signed(base: Base, sign: Callable[[str], str]) -> Iterator[Mutant]:
    for place in labelled(base.page):
        yield _relabelled(base, place, sign(_name(base.page.groups[place])))


def _relabelled(base: Base, place: int, name: str) -> Mutant:
    group = base.page.groups[place]
    label = _label(group)._replace(text=name)
    page = changed(base.page, place, group._replace(label=label))
    return Mutant(f"{_name(group)!r} -> {name!r}", page, (name, *texts(group)))


def _label(group: Group) -> Block:
    if group.label is None:
        raise ValueError("only groups with a label are relabelled")
    return group.label


def _name(group: Group) -> str:
    return _label(group).text

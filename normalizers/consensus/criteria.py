"""Criteria of two pages beside each other, item by item, whatever the pages make of lists, headings and markers.

Of each side all words stand in one line: an item of one page is found where its words stand in the other's line, be
they two items there, or a part of one. What is not found reads otherwise there, is missing, or stands on another side.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from normalizers.alignment import closest
from normalizers.consensus.likeness import SAME, Compared, Likeness, of_parts
from normalizers.consensus.texts import Reading, reading, shortened, signs
from schemas.trial import Criterion, Eligibility, Trial

SIDES: Final = ("inclusion", "exclusion", "other")
_OPPOSITE: Final = {"inclusion": "exclusion", "exclusion": "inclusion", "other": None}
_TELLING: Final = 12
"""Letters and digits of an item at the least, so that its words on another side are no accident."""


class Item(NamedTuple):
    """The words of one criterion, without those below it."""

    text: str
    read: Reading


class Side(NamedTuple):
    """One list of criteria, from the first item to the last."""

    items: tuple[Item, ...]
    line: Reading
    """The words of all items, one behind the other."""
    headings: frozenset[str]
    """Sub-headings: another page may show them as items."""


def compared(side: str, chosen: Eligibility, other: Eligibility) -> Compared:
    """How one side of a page stands to the same side of the chosen page.

    Args:
        side: `inclusion`, `exclusion` or `other`.
        chosen: all criteria of the chosen page.
        other: all criteria of the other page, which shows some on this side.
    """
    ours, theirs = read(getattr(chosen, side)), read(getattr(other, side))
    missing, lost = _not_in(ours, theirs)
    extra, kept = _not_in(theirs, ours)
    found = [*lost, *(_MIRRORED.get(likeness, likeness) for likeness in kept)]
    lines = [*_other_signs(ours, theirs)]
    loud = False
    flips: list[str] = []
    for items, elsewhere, where in ((missing, other, "here"), (extra, chosen, "there")):
        for item in tuple(items):
            place = _side_of(item, side, elsewhere)
            if place is None:
                continue
            items.remove(item)
            if place == "other" or side == "other":
                found.append(Likeness.LESS if (place == "other") == (where == "here") else Likeness.MORE)
            else:
                loud = True
                mine, yours = (side, place) if where == "here" else (place, side)
                flips.append(f"{mine} there, {yours} here: {shortened(item.text)}")
    pairs = closest({n: item.text for n, item in enumerate(missing)}, {n: item.text for n, item in enumerate(extra)})
    lines += [f"{shortened(missing[old].text)} reads {shortened(extra[new].text)} here" for new, old in pairs.items()]
    gone = [item.text for place, item in enumerate(missing) if place not in pairs.values()]
    come = [item.text for place, item in enumerate(extra) if place not in pairs]
    lines += [
        *(f"missing here: {shortened(text)}" for text in gone),
        *(f"only here: {shortened(text)}" for text in come),
    ]
    if loud or pairs or (gone and come) or Likeness.DIFFERENT in found:
        why = "what one page demands, the other forbids" if loud else ""
        return Compared(Likeness.DIFFERENT, why, (*flips, *lines), is_loud=loud)
    found += [*([Likeness.LESS] if gone else []), *([Likeness.MORE] if come else [])]
    likeness = of_parts(found)
    is_damage = bool(lost or kept) and not gone and not come
    why = "a comparison sign is lost" if is_damage else _WHY.get(likeness, "")
    return Compared(likeness, why, tuple(lines), is_damage=is_damage) if found else SAME


_WHY: Final = {
    Likeness.LESS: "some of the items are missing here, or stand under no heading",
    Likeness.MORE: "items that the chosen page has not, or has under no heading",
}
_MIRRORED: Final = {Likeness.LESS: Likeness.MORE, Likeness.MORE: Likeness.LESS}


def have_no_headings(trial: Trial) -> bool:
    """Whether no criterion of a page stands under a heading of inclusion or exclusion."""
    return not (trial.eligibility.inclusion or trial.eligibility.exclusion)


def deny(side: str, chosen: Trial, other: Trial) -> bool:
    """Whether a page with headings shows most criteria of another page's side on its other sides.

    Args:
        side: the side on which the first page shows nothing.
        chosen: the first page's.
        other: the other page's.
    """
    if have_no_headings(chosen):
        return False
    ours = chosen.eligibility
    items = read(getattr(other.eligibility, side)).items
    return 2 * sum(_side_of(item, side, ours) is not None for item in items) > len(items)


@lru_cache(maxsize=64)
def read(criteria: tuple[Criterion, ...]) -> Side:
    """A list of criteria as it is compared."""
    items = tuple(Item(one.text, reading(one.text)) for one in _all(criteria))
    places: dict[int, str] = {}
    length = 0
    for item in items:
        places |= {length + place: sign for place, sign in item.read.signs.items()}
        length += len(item.read.key)
    headings = frozenset(reading(one.cohort).key for one in _all(criteria) if one.cohort is not None)
    return Side(items, Reading("".join(item.read.key for item in items), places), headings)


def _all(criteria: Iterable[Criterion]) -> Iterator[Criterion]:
    for one in criteria:
        yield one
        yield from _all(one.children)


def _not_in(side: Side, other: Side) -> tuple[list[Item], list[Likeness]]:
    """The items that another side does not hold, and how the signs of those that it holds stand to them."""
    missing: list[Item] = []
    found: list[Likeness] = []
    for item in side.items:
        place = other.line.key.find(item.read.key)
        if place >= 0:
            likeness = signs(item.read, other.line, place)
            if likeness is not Likeness.SAME:
                found.append(likeness)
        elif item.read.key not in other.headings:
            missing.append(item)
    return missing, found


def _other_signs(side: Side, other: Side) -> Iterator[str]:
    """What is to be said of signs, for people."""
    for item in side.items:
        place = other.line.key.find(item.read.key)
        if place >= 0:
            likeness = signs(item.read, other.line, place)
            if likeness is Likeness.DIFFERENT:
                yield f"another comparison sign here: {shortened(item.text)}"
            elif likeness is not Likeness.SAME:
                yield f"a comparison sign is lost in {shortened(item.text)}"


def _side_of(item: Item, side: str, elsewhere: Eligibility) -> str | None:
    """The other side on which a page shows an item's words."""
    if len(item.read.key) < _TELLING:
        return None
    for name in SIDES:
        if name != side and item.read.key in read(getattr(elsewhere, name)).line.key:
            return name
    return None

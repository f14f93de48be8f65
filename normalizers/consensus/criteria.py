"""Criteria of two pages beside each other, item by item, whatever the pages make of lists, headings and markers.

Of each side all words stand in one line: an item of one page is found where its words stand in the other's line, be
they two items there, or a part of one. What is not found reads otherwise there, is missing, or stands on another side.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple

from normalizers.alignment import closest
from normalizers.consensus.likeness import SAME, Compared, Likeness, of_parts
from normalizers.consensus.texts import LONG, MOST, Reading, between, has_end_mark, reading, shortened, signs
from schemas.trial import Criterion, Eligibility, Trial

SIDES: Final = ("inclusion", "exclusion", "other")
_TELLING: Final = 12
"""Letters and digits of an item at the least, so that its words in another place are no accident."""
_DENIAL: Final = re.compile(r"\b(?:no|not|non|never|neither|nor|without|except|unless|un)\b", re.IGNORECASE)
"""Words that turn the meaning of those beside them."""


class Item(NamedTuple):
    """The words of one criterion, without those below it."""

    text: str
    read: Reading


class Side(NamedTuple):
    """One list of criteria, from the first item to the last."""

    items: tuple[Item, ...]
    keys: frozenset[str]
    """Theirs."""
    line: Reading
    """The words of all items, one behind the other."""
    borders: frozenset[int]
    """Where items begin and end in the line."""
    headings: frozenset[str]
    """Sub-headings: another page may show them as items."""
    cohorts: Mapping[str, frozenset[str]]
    """By the key of an item, the sub-headings below which it stands."""

    def holds(self, item: Item) -> bool:
        """Whether the words of an item stand here, be they a part of one, or several."""
        return self.line.holding(item.read) >= 0

    def shows(self, item: Item) -> bool:
        """Whether the words of an item are whole items here; few words one, so that it is no accident."""
        if len(item.read.key) < _TELLING:
            return item.read.key in self.keys
        place = self.line.holding(item.read)
        return place >= 0 and {place, place + len(item.read.key)} <= self.borders


def compared(side: str, chosen: Eligibility, other: Eligibility) -> Compared:
    """How one side of a page stands to the same side of the chosen page.

    Args:
        side: `inclusion`, `exclusion` or `other`.
        chosen: all criteria of the chosen page.
        other: all criteria of the other page, which shows some on this side.
    """
    if _words(getattr(chosen, side)) == _words(getattr(other, side)):
        return SAME
    ours, theirs = read(getattr(chosen, side)), read(getattr(other, side))
    if max(len(ours.items) * len(theirs.line.key), len(theirs.items) * len(ours.line.key)) > MOST:
        return Compared(Likeness.DIFFERENT, "too many criteria to compare one by one")
    lost, kept = _signs(ours, theirs), _signs(theirs, ours)
    swapped = list(_elsewhere(ours, theirs))
    missing, extra = _not_in(ours, theirs), _not_in(theirs, ours)
    left, turned_away, not_here = _moved(side, missing, chosen, other)
    come, turned_here, not_there = _moved(side, extra, other, chosen)
    lines = [
        *(f"{side} there, {place} here: {shortened(item.text)}" for item, place in turned_away),
        *(f"{place} there, {side} here: {shortened(item.text)}" for item, place in turned_here),
        *_told(lost),
        *swapped,
    ]
    reworded = [*_reworded(left, ours, theirs), *((old, new) for new, old in _reworded(come, theirs, ours))]
    left = [item for item in left if all(item is not one for one, _ in reworded)]
    come = [item for item in come if all(item is not one for _, one in reworded)]
    pairs = closest(dict(enumerate(item.text for item in left)), dict(enumerate(item.text for item in come)))
    reworded += [(left[old], come[new]) for new, old in pairs.items()]
    gone = [item for place, item in enumerate(left) if place not in pairs.values()]
    new = [item for place, item in enumerate(come) if place not in pairs]
    lines += [f"{shortened(old.text)} reads {shortened(now.text)} here" for old, now in reworded]
    lines += [f"missing here: {shortened(item.text)}" for item in gone]
    lines += [f"only here: {shortened(item.text)}" for item in new]
    is_loud = bool(turned_away or turned_here)
    parts = [likeness for _, likeness in lost] + [_MIRRORED.get(likeness, likeness) for _, likeness in kept]
    if is_loud or reworded or swapped or (gone and new) or Likeness.DIFFERENT in parts:
        why = "what one page demands, the other forbids" if is_loud else ""
        return Compared(Likeness.DIFFERENT, why, tuple(lines), is_loud=is_loud)
    places = [*not_here, *(_MIRRORED[likeness] for likeness in not_there)]
    places += [*([Likeness.LESS] if gone else []), *([Likeness.MORE] if new else [])]
    likeness = of_parts([*parts, *places])
    why = _WHY.get(likeness, "") if places else "a comparison sign is lost" if parts else ""
    return Compared(likeness, why, tuple(lines), is_damage=bool(parts) and not places)


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
    elsewhere = [read(getattr(chosen.eligibility, name)) for name in SIDES if name != side]
    items = read(getattr(other.eligibility, side)).items
    return 2 * sum(any(one.holds(item) for one in elsewhere) for item in items) > len(items)


@lru_cache(maxsize=64)  # each side of a page is read for each of the three decisions
def read(criteria: tuple[Criterion, ...]) -> Side:
    """A list of criteria as it is compared."""
    items = tuple(Item(one.text, reading(one.text)) for one in _all(criteria))
    line = ""
    places: dict[int, str] = {}
    words: set[int] = set()
    borders: set[int] = set()
    for item in items:
        borders.add(len(line))
        line += between(line, item.read.key)
        borders.add(len(line))
        places |= {len(line) + place: sign for place, sign in item.read.signs.items()}
        words |= {len(line) + place for place in item.read.borders}
        line += item.read.key
    borders.add(len(line))
    cohorts: dict[str, frozenset[str]] = {}
    for one in _all(criteria):
        if one.cohort is not None:
            key = reading(one.text).key
            cohorts[key] = cohorts.get(key, frozenset()) | {reading(one.cohort).key}
    headings = frozenset().union(*cohorts.values())
    keys = frozenset(item.read.key for item in items)
    return Side(items, keys, Reading(line, places, frozenset(words | borders)), frozenset(borders), headings, cohorts)


def _all(criteria: Iterable[Criterion]) -> Iterator[Criterion]:
    for one in criteria:
        yield one
        yield from _all(one.children)


def _words(criteria: Iterable[Criterion]) -> list[str]:
    """The words of all items in their order, each item's behind its sub-heading where it has one."""
    found: list[str] = []
    for one in _all(criteria):
        found += [one.cohort] if one.cohort is not None else []
        found += one.text.split()
    return found


def _not_in(side: Side, other: Side) -> list[Item]:
    """The items whose words another side does not hold."""
    return [item for item in side.items if not other.holds(item) and item.read.key not in other.headings]


def _signs(side: Side, other: Side) -> list[tuple[Item, Likeness]]:
    """The items that another side holds with other comparison signs."""
    found: list[tuple[Item, Likeness]] = []
    for item in side.items:
        place = other.line.holding(item.read)
        likeness = Likeness.SAME if place < 0 else signs(item.read, other.line, place)
        if likeness is not Likeness.SAME:
            found.append((item, likeness))
    return found


def _told(differing: Iterable[tuple[Item, Likeness]]) -> Iterator[str]:
    for item, likeness in differing:
        what = "another comparison sign" if likeness is Likeness.DIFFERENT else "a comparison sign is lost"
        yield f"{what} in {shortened(item.text)}"


def _moved(
    side: str, items: Sequence[Item], own: Eligibility, elsewhere: Eligibility
) -> tuple[list[Item], list[tuple[Item, str]], list[Likeness]]:
    """Of items that another page does not show on a side: those that it shows nowhere, and on other sides.

    Args:
        side: theirs.
        items: of one page.
        own: all criteria of that page.
        elsewhere: all criteria of the other page.

    Returns:
        Those that stand nowhere; those that the other page forbids where this one demands them, or the other way round,
        with its side; and whether the other page says less or more by those that stand under no heading on one of both.
    """
    left: list[Item] = []
    turned: list[tuple[Item, str]] = []
    unheaded: list[Likeness] = []
    # Words can be a part of their contrary on the other side, and one page can show them on both.
    opposite = [name for name in ("inclusion", "exclusion") if side in {"inclusion", "exclusion"} - {name}]
    for item in items:
        if any(
            read(getattr(elsewhere, name)).shows(item) and not read(getattr(own, name)).holds(item) for name in opposite
        ):
            turned.append((item, opposite[0]))
        elif len(item.read.key) < _TELLING:
            left.append(item)
        elif side != "other" and read(elsewhere.other).holds(item):
            unheaded.append(Likeness.LESS)
        elif side == "other" and any(read(getattr(elsewhere, name)).holds(item) for name in SIDES[:2]):
            unheaded.append(Likeness.MORE)
        else:
            left.append(item)
    return left, turned, unheaded


def _reworded(items: Iterable[Item], own: Side, elsewhere: Side) -> Iterator[tuple[Item, Item]]:
    """Items that hold another page's item, and are other criteria by the words around it.

    `ECOG 0 or 1 or 2` is another than `ECOG 0 or 1`, and `No history of seizures` than `A history of seizures`.

    Args:
        items: of one page, which the other page does not hold.
        own: this side of the first page.
        elsewhere: this side of the other page.
    """
    for item in items:
        held = (other for other in elsewhere.items if other.read.key and other.read.key in item.read.key)
        partner = next((other for other in held if not own.shows(other) and _differ(other, elsewhere, item, own)), None)
        if partner is not None:
            yield item, partner


def _differ(short: Item, of_short: Side, long: Item, of_long: Side) -> bool:
    """Whether an item that holds another is another criterion, rather than two of them, or one that is not cut off."""
    place, size = long.read.holding(short.read), len(short.read.key)
    if place < 0 or (place > 0 and size < _TELLING):
        return False
    if size >= _TELLING and len(_DENIAL.findall(long.text)) > len(_DENIAL.findall(short.text)):
        return True
    if {place, place + size} <= _sentences(long.text) or has_end_mark(short.text):
        return False
    is_last = short is of_short.items[-1]
    is_cut = long is not of_long.items[-1] or (len(of_short.items) == 1 and size >= LONG)
    return not (is_last and is_cut)


@lru_cache(maxsize=2048)
def _sentences(text: str) -> frozenset[int]:
    """Where the sentences and the points of an item begin and end in its key."""
    places = {0, len(text), *(place for match in islice(_POINT.finditer(text), _MOST_POINTS) for place in match.span())}
    return frozenset(len(reading(text[:place]).key) for place in places)


_MOST_POINTS: Final = 50
"""Sentences of one item that are told apart at the most: before each, the item is read anew."""
_POINT: Final = re.compile(r"[.!?:;](?=\s)|\n|\s[-–—•*·](?=\s)|\s\(?(?:\d{1,2}|[a-z])[.)](?=\s)", re.IGNORECASE)
"""What parts two criteria that stand in one item: the end of a sentence, a bullet, a number."""


def _elsewhere(ours: Side, theirs: Side) -> Iterator[str]:
    """What differs in words where two pages show an item below different headings of which both know both."""
    for item in ours.items:
        here, there = ours.cohorts.get(item.read.key), theirs.cohorts.get(item.read.key)
        if here and there and here.isdisjoint(there) and here <= theirs.headings and there <= ours.headings:
            yield f"under another sub-heading here: {shortened(item.text)}"

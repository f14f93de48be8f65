"""Entries: what blocks of criteria hold, with markers read and the headings of sides found.

An entry is a block, or the part of one before, in, or after a heading that stands in it. What the entries mean to each
other is said elsewhere: `context` tells which headings hold, `tree` builds trees of criteria.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from normalizers.criteria.cohorts import is_named_cohort, names_people_or_topic
from normalizers.criteria.heading_words import mentions_criteria
from normalizers.criteria.markers import Interpretation, Item, Marker, list_marker, parse_item, parse_marker
from normalizers.criteria.punctuation import COLONS
from normalizers.criteria.sides import SideHeading, find_side_headings, parse_side_heading
from normalizers.text import unescaped
from schemas.document import Block

# Named tuples are made without their keyword-reading constructor where hundreds are made.
_new = tuple.__new__


class Entry(NamedTuple):
    """A block, or the part of one before, in, or after a heading that stands in it."""

    words: str
    marker: Marker | None = None
    depth: int = 0
    """How deep the item stands in lists, from 1; without marker: which item the words continue, or 0."""
    is_heading: bool = False
    """By its markup, or since it announces a side."""
    side_heading: SideHeading | None = None
    after_gap: bool = False
    level: int = 0
    """Of a heading by its markup, from 1 to 6."""
    mentions_criteria: bool = False
    """Some of the words are about sides or criteria."""


def read_entries(blocks: Iterable[Block]) -> list[Entry]:
    """Return what the blocks hold, with markers read and the headings of sides found."""
    entries: list[Entry] = []
    seen: set[Interpretation] = set()
    waiting: Marker | None = None  # it has a block of its own, and its words the next
    for block in blocks:
        words = unescaped(block.text)
        if not words:
            continue
        is_heading = block.kind == "heading" and not _goes_on(words, entries)
        item = _listed(block, words, seen) if block.kind == "item" else _opened(words, seen)
        if waiting is not None:
            if item is None and block.kind == "line":
                item = Item(waiting, words)
            else:
                entries.append(Entry(waiting.text))
            waiting = None
        elif item is None and block.kind == "line" and len(words) <= _LONGEST_MARKER:
            waiting = parse_marker(words)
            if waiting is not None:
                continue
        depth = block.depth if block.kind in _IN_LISTS else 0
        if item is None:
            entry = _new(Entry, (words, None, depth, False, None, block.after_gap, 0, mentions_criteria(words)))
        else:
            depth = max(depth, 1) if block.kind == "item" else depth + 1
            entry = _new(Entry, (item.words, item.marker, depth, False, None, False, 0, mentions_criteria(item.words)))
        if entry.mentions_criteria or is_heading:
            entries += _headed(entry, block if is_heading else block._replace(kind="line"), seen)
        else:
            entries.append(entry)
    if waiting is not None:
        entries.append(Entry(waiting.text))
    return entries


NO_MARKER = Marker("", (Interpretation("", 0),))
"""That of an item that shows none."""

_LONGEST_MARKER = len("xviii)")

_IN_LISTS = frozenset({"item", "line"})


def _listed(block: Block, words: str, seen: set[Interpretation]) -> Item:
    """Return an item of a list; a marker that its own words open with wins over the list's bullet."""
    inner = _opened(words, seen)
    if not block.marker:
        return inner or Item(NO_MARKER, words)
    marker = list_marker(block.marker)
    if inner is not None and marker.text == inner.marker.text:
        return inner
    if inner is not None and marker.interpretations[0].ordinal == 0:
        return _behind(marker, inner)
    if marker.interpretations[0].ordinal:  # nobody asks which bullets were seen
        seen.update(marker.interpretations)
    return _new(Item, (marker, words))


def _goes_on(words: str, entries: Sequence[Entry]) -> bool:
    """Return whether a heading is the next item of a list, and announces more: `6. Adequate organ function:`."""
    item = parse_item(words) if words[-1] in COLONS else None
    if item is None:
        return False
    before = {(style, ordinal - bool(ordinal)) for style, ordinal in item.marker.interpretations}
    return any(not before.isdisjoint(entry.marker.interpretations) for entry in entries if entry.marker is not None)


def _opened(words: str, seen: set[Interpretation]) -> Item | None:
    """Return words as an item where they open with a marker; a bullet before another marker is left out."""
    item = parse_item(words)
    if item is None:
        return None
    if item.marker.interpretations[0].ordinal == 0:
        inner = parse_item(item.words)
        if inner is None or not _holds(inner.marker, seen):
            return item
        item = _behind(item.marker, inner)
    elif not _holds(item.marker, seen):
        return None
    seen.update(item.marker.interpretations)
    return item


def _behind(bullet: Marker, item: Item) -> Item:
    """Return an item whose marker stands behind a bullet."""
    return _new(Item, (item.marker._replace(bullet=bullet.interpretations), item.words))


def _holds(marker: Marker, seen: set[Interpretation]) -> bool:
    """Return whether a marker is one: a letter before a point is, where it is the first or the next of a list."""
    return not marker.is_weak or any(
        ordinal == 1 or Interpretation(style, ordinal - 1) in seen for style, ordinal in marker.interpretations
    )


def _headed(entry: Entry, block: Block, seen: set[Interpretation]) -> list[Entry]:
    """Return an entry as a heading where it is one, as several where headings of sides stand within it."""
    words = entry.words
    announced = parse_side_heading(words) if entry.marker is None or is_short(words) else None
    is_item = entry.marker is not None and block.kind != "heading"
    if announced is not None and is_item and not _is_item_heading(words, announced):
        announced = None
    if announced is not None or block.kind == "heading":
        level = block.depth if block.kind == "heading" else 0
        heading = with_marker(entry, words)
        return [entry._replace(words=heading, marker=None, is_heading=True, side_heading=announced, level=level)]
    entries: list[Entry] = []
    done = 0
    for start, end, announced in find_side_headings(words):
        before, heading = words[done:start].strip(), words[start:end].strip()
        if before:
            entries.append(_after_heading(before, seen) if done else entry._replace(words=before))
        elif not done:
            heading = with_marker(entry, heading)
        entries.append(Entry(heading, is_heading=True, side_heading=announced))
        done = end
    if not done:
        return [entry]
    rest = words[done:].strip()
    return [*entries, _after_heading(rest, seen)] if rest else entries


def _is_item_heading(words: str, announced: SideHeading) -> bool:
    """Return whether an item that reads like a side's heading is one, and says nothing else.

    `• Stable relationship Exclusion Criteria:` is a criterion first.
    """
    if announced.side is None:
        return False
    cohort = announced.cohort
    before = cohort.partition(", ")[0]
    if before and words.startswith(before) and not (" " not in before or is_named_cohort(before)):
        return False
    return (
        words[-1] in COLONS or not cohort or (len(cohort.split()) <= _LONGEST_COHORT and names_people_or_topic(cohort))
    )


_LONGEST_COHORT = 5  # words of one that an item's heading names


def _after_heading(words: str, seen: set[Interpretation]) -> Entry:
    """Return the words after a heading in the same paragraph."""
    item = _opened(words, seen)
    if item is None:
        return Entry(words, mentions_criteria=mentions_criteria(words))
    return Entry(item.words, item.marker, 1, mentions_criteria=mentions_criteria(item.words))


def with_marker(entry: Entry, words: str) -> str:
    """Return words with the entry's marker before them, as the page shows them."""
    return words if entry.marker is None else f"{entry.marker.text} {words}"


def is_short(words: str) -> bool:
    """Return whether an item can be a heading by its length or end."""
    return len(words) <= _LONGEST_ITEM_HEADING or words[-1] in COLONS


_LONGEST_ITEM_HEADING = 80  # characters; an item that says more is a criterion

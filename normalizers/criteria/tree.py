"""Eligibility criteria: from a page's blocks to trees of criteria, for inclusion and for exclusion.

Every word of the blocks ends up in one criterion's text or marker, or in a heading. Where it is not certain that one
criterion ends and the next begins, they stay one: a longer criterion is right, a torn one is wrong.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypedDict

from pydantic import TypeAdapter

from normalizers.criteria.cohorts import cohort_before
from normalizers.criteria.context import Doubt, HeadingContext
from normalizers.criteria.entries import NO_MARKER, Entry, read_entries, with_marker
from normalizers.criteria.heading_guard import could_head
from normalizers.criteria.inline_lists import Split, split_dashed, split_lead, split_numbered, unsplit
from normalizers.criteria.markers import Interpretation, Item, Marker, has_words
from normalizers.criteria.punctuation import COLONS
from normalizers.criteria.sides import Side, SideHeading
from normalizers.criteria.wrapping import unwrap
from schemas.document import Block
from schemas.trial import Criterion

MAX_DEPTH = 12
"""How deep criteria are nested at most; what stands deeper on a page follows in order on the last level."""


class ParsedCriteria(NamedTuple):
    """Criteria by side, in order, and the headings that divided them."""

    inclusion: tuple[Criterion, ...]
    exclusion: tuple[Criterion, ...]
    other: tuple[Criterion, ...]
    """Those of neither side."""
    headings: tuple[str, ...]
    """The words that are no criterion but head some, cleaned like those of criteria."""
    doubts: tuple[Doubt, ...] = ()
    """Where the reading is not certain: doubtful line breaks first, then the others in reading order."""
    blanks: tuple[str, ...] = ()
    """Items without a word, as `-` where a registrant had nothing to say; no criteria."""


def parse_criteria(blocks: Iterable[Block], side: Side = "other") -> ParsedCriteria:
    """Return the criteria of both sides.

    Headings among the blocks say which side the criteria below them are of; those before the first such heading are
    of the side that is given. Headings of another kind (`Cohort B`, `Age:`) become the criteria's cohort.

    Args:
        blocks: the criteria in reading order, from markup, a text capture or a registry's text.
        side: what the heading over all blocks says.
    """
    joined = unwrap(tuple(blocks), could_head)
    divided = _Reader(read_entries(joined.blocks), side).read()
    doubts = tuple(Doubt(text, "the words may go on with the line before") for text in joined.doubts)
    return divided._replace(doubts=doubts + divided.doubts) if doubts else divided


class _Node(TypedDict):
    """A criterion in the making."""

    text: str
    marker: str | None
    cohort: str | None
    children: list["_Node"]


class _Level(NamedTuple):
    """An open list with its last item, or words without marker that items can stand below."""

    depth: int
    reading: Interpretation
    node: _Node


# Named tuples are made without their keyword-reading constructor where hundreds are made.
_new = tuple.__new__

_NO_LIST = Interpretation("words without marker", 0)

_built = TypeAdapter(tuple[Criterion, ...]).validate_python


class _Reader:
    """Builds the trees, entry by entry."""

    def __init__(self, entries: Sequence[Entry], side: Side) -> None:
        self.entries = entries
        self.side: Side = side
        self.sides: dict[Side, list[_Node]] = {"inclusion": [], "exclusion": [], "other": []}
        self.heads = HeadingContext(entries, side)
        self.doubts = self.heads.doubts
        self.blanks: list[str] = []
        self.cohort: str | None = None
        self.levels: list[_Level] = []
        self.last_depth = 0  # of the item that the words after it can continue
        self.position = 0
        self.following: Entry | None = None

    def read(self) -> ParsedCriteria:
        """Return the criteria of the entries."""
        for position, entry in enumerate(self.entries):
            self.position = position
            self.following = self.entries[position + 1] if position + 1 < len(self.entries) else None
            sentence = self.heads.sentence(position)
            if not has_words(entry.words):
                self.blanks.append(with_marker(entry, entry.words))
            elif entry.side_heading is not None:
                self._head(entry, entry.side_heading)
            elif sentence is not None:
                self._head(entry, SideHeading(sentence, ""))
            elif self.heads.is_unclear(position):
                self._unclear(entry)
            elif entry.is_heading:
                self._head(entry)
            elif entry.marker is not None:
                self._items(entry, _new(Item, (entry.marker, entry.words)))
            elif not self.heads.is_part(position):
                self._words(entry)
            elif entry.depth == 0 or self.heads.inner:
                self._head(entry)
            else:
                self._words(entry, stands_alone=True)
        self.heads.close()
        return ParsedCriteria(
            _built(self.sides["inclusion"]),
            _built(self.sides["exclusion"]),
            _built(self.sides["other"]),
            tuple(self.heads.words),
            tuple(self.doubts),
            tuple(self.blanks),
        )

    def _head(self, entry: Entry, announced: SideHeading | None = None) -> None:
        """Go on below a heading."""
        self.heads.head(self.position, entry, announced)
        self._turn()

    def _unclear(self, entry: Entry) -> None:
        """Go on with neither side below words that could be the heading of another one."""
        is_heading = self.heads.unclear(self.position)
        self._turn()
        if is_heading:
            return
        if entry.marker is not None:
            self._items(entry, Item(entry.marker, entry.words))
        else:
            self._words(entry._replace(depth=0))

    def _turn(self) -> None:
        """Begin the lists below a heading anew."""
        self.side = self.heads.side
        self.cohort = self.heads.cohort
        self.levels.clear()
        self.last_depth = 0

    def _words(self, entry: Entry, *, stands_alone: bool = False) -> None:
        """Read words without marker: they go on with an item, or are a criterion."""
        words = entry.words
        depth = entry.depth
        levels = self.levels
        if depth and depth == self.last_depth and not stands_alone:
            node = levels[-1].node
            while node["children"]:
                node = node["children"][-1]
            node["text"] = f"{node['text']} {words}"
            return
        self.last_depth = 0
        leads = self.following is not None and self.following.marker is not None
        name = cohort_before(words) if leads and depth == 0 else 0
        if name and has_words(words[name:].lstrip()):
            self._head(Entry(words[:name]))
            words = words[name:].lstrip()
        if depth:
            while (
                levels
                and levels[-1].depth >= depth
                and (stands_alone or levels[-1].depth > depth or levels[-1].reading is _NO_LIST)
            ):
                levels.pop()
        elif not (leads and words[-1] in COLONS and self._goes_on()):
            levels.clear()
        node = self._add(Item(NO_MARKER, words))
        if leads and _is_lead(node):
            levels.append(_Level(depth, _NO_LIST, node))

    def _goes_on(self) -> bool:
        """Return whether a numbered list that is open goes on below, so that the words stand within its last item."""
        last = {level.reading.style: level.reading.ordinal for level in self.levels}
        for entry in self._ahead():
            if entry.is_heading:
                return False
            for style, ordinal in entry.marker.interpretations if entry.marker is not None else ():
                if ordinal and style in last:
                    if ordinal == last[style] + 1:
                        return True
                    if ordinal == 1:
                        return False
        return False

    def _ahead(self) -> Sequence[Entry]:
        """Return the entries below, as far as a list is looked for among them."""
        return self.entries[self.position + 1 : self.position + 100]

    def _items(self, entry: Entry, item: Item) -> None:
        """Read an item, or several that one paragraph holds."""
        split = self._split(item)
        items = split.items
        is_numbered = item.marker.interpretations[0].ordinal > 0
        ends = [is_numbered and words.endswith((" or", "/or")) for _, words in items[:-1]]
        is_joined = len(items) > 1 or bool(split.doubts)
        if any(ends) and not (self.levels and self.levels[-1].depth <= entry.depth and _is_lead(self.levels[-1].node)):
            # Alternatives are one criterion: `a) BMI of 27 with a complication or b) BMI of 35`.
            items = [item]
            split = split if ends[-1] else unsplit(item)
        self._doubt(split)
        # Bullets before all numbers of a list say nothing about where it stands; one before a lone number does.
        bullet = item.marker.bullet
        if bullet and self._begins(item.marker, entry.depth):
            bullet = ()
        for part in items:
            depth, reading = self._place(part.marker.interpretations + bullet, entry.depth)
            node = self._add(part, may_lead=len(items) > 1 or not is_joined)
            self.levels.append(_new(_Level, (depth, reading, node)))
        self.last_depth = entry.depth

    def _split(self, item: Item) -> Split:
        """Return the items that one paragraph holds."""
        if item.marker.interpretations[0].ordinal == 0:
            if item.marker.text not in item.words:  # most items: their bullet joins no further ones to the words
                return Split([item])
            split = split_dashed(item, is_alone=self._is_alone())
            if len(split.items) > 1 or split.doubts:
                return split
        return split_numbered(item, None if self.following is None else self.following.marker)

    def _doubt(self, split: Split) -> None:
        """Note what is doubtful about a paragraph."""
        for text, uncertain in split.doubts:
            doubt = Doubt(text, f"the words {uncertain}")
            if self.doubts[-1:] != [doubt]:
                self.doubts.append(doubt)

    def _begins(self, marker: Marker, depth: int) -> bool:
        """Return whether the next item at the same depth has the second number of the list that a marker begins."""
        for entry in self._ahead():
            if entry.marker is None or entry.depth < depth:
                return False
            if entry.depth == depth:
                seconds = {Interpretation(style, 2) for style, ordinal in marker.interpretations if ordinal == 1}
                return not seconds.isdisjoint(entry.marker.interpretations)
        return False

    def _is_alone(self) -> bool:
        """Return whether the entry is all there is between two headings."""
        return (self.position == 0 or self.entries[self.position - 1].is_heading) and (
            self.following is None or self.following.is_heading
        )

    def _add(self, item: Item, *, may_lead: bool = True) -> _Node:
        """Add a criterion below the last open level, or on the page's own.

        Args:
            item: its marker and words.
            may_lead: whether its paragraph can end with a list of its own: not where it may be a list itself.
        """
        node = self._node(item, may_lead=may_lead)
        self.heads.fill()
        if self.levels:
            self.levels[-1].node["children"].append(node)
        else:
            self.sides[self.side].append(node)
        return node

    def _node(self, item: Item, *, may_lead: bool = True) -> _Node:
        """Return a criterion, with the items of a list that its own paragraph ends with."""
        lead = split_lead(item.words) if may_lead else None
        items: list[Item] = []
        if lead is not None:
            self._doubt(lead.split)
            items = lead.split.items
        return {
            "text": lead.text if lead is not None and items else item.words,
            "marker": item.marker.text or None,
            "cohort": self.cohort,
            "children": [self._node(item) for item in items] if items else [],
        }

    def _place(self, interpretations: tuple[Interpretation, ...], depth: int) -> tuple[int, Interpretation]:
        """Close the lists that an item ends; return the depth of its own and how its marker reads there."""
        levels = self.levels
        if levels and levels[-1].depth == depth:
            style, last = levels[-1].reading
            if interpretations[0] == (style, last + 1 if last else 0):  # most items: the next of the innermost list
                levels.pop()
                return depth, interpretations[0]
        while levels and levels[-1].reading is _NO_LIST and levels[-1].depth >= depth:
            levels.pop()
        found = self._open_list(interpretations, depth)
        if found is not None:
            index, reading = found
            depth = levels[index].depth
            del levels[index:]
            return depth, reading
        while levels and levels[-1].depth > depth:
            levels.pop()
        if levels and (
            len(levels) >= MAX_DEPTH or (levels[-1].depth == depth and not self._nests(levels[-1], interpretations))
        ):
            levels.pop()
        return depth, next((reading for reading in interpretations if reading.ordinal == 1), interpretations[0])

    def _open_list(self, interpretations: tuple[Interpretation, ...], depth: int) -> tuple[int, Interpretation] | None:
        """Return which open list an item goes on with, and how its marker reads there.

        The next number of a list goes on with it even where it stands deeper than the last: lists broken by bullets
        come like that. Otherwise a list at the same depth with the same style does.
        """
        same_style = next_number = None
        for index in range(len(self.levels) - 1, -1, -1):
            level = self.levels[index]
            if level.depth > depth:
                continue
            style, last = level.reading
            for reading in interpretations:
                if reading.style != style:
                    continue
                if reading.ordinal == last + 1:
                    if level.depth == depth:
                        return index, reading
                    next_number = next_number or (index, reading)
                elif level.depth == depth and (reading.ordinal <= 1 or interpretations[0].ordinal > 1):
                    same_style = same_style or (index, reading)
        found = next_number or same_style
        is_first = found is not None and (
            found[1].ordinal == 1 or (found[1].ordinal == 0 and interpretations[0].ordinal == 1)
        )
        if found is not None and is_first and found[0] == len(self.levels) - 1:
            return None if _is_lead(self.levels[-1].node) else found  # `2. Any of:`, then a new `1.`
        return found

    def _nests(self, last: _Level, interpretations: tuple[Interpretation, ...]) -> bool:
        """Return whether an item whose marker is of a new style stands below the last item at its depth."""
        if _is_lead(last.node):
            return True
        style, ordinal = last.reading
        if ordinal and any(reading.ordinal == 1 for reading in interpretations):
            return True
        for entry in self._ahead():
            if entry.marker is None:
                if entry.depth == 0:
                    return False
            elif entry.depth < last.depth:
                return False
            elif entry.depth == last.depth and any(
                reading.style == style and reading.ordinal in {0, ordinal + 1}
                for reading in entry.marker.interpretations
            ):
                return True
        return False


def _is_lead(node: _Node) -> bool:
    """Return whether words announce what stands below them: they end with a colon, and nothing stands there yet."""
    return node["text"][-1] in COLONS and not node["children"]

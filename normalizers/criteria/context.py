"""Which side and which cohort the headings above a criterion give it."""

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from normalizers.criteria.cohorts import has_form_of_heading, is_cohort, is_named_cohort, names_people_or_topic
from normalizers.criteria.entries import Entry, is_short, with_marker
from normalizers.criteria.heading_guard import (
    announces_list,
    is_negative_lead,
    is_requirement_lead,
    names_criteria,
    names_side,
    opens_as_heading,
    sentence_side,
    suspected_heading,
)
from normalizers.criteria.punctuation import COLONS, HEADING_END
from normalizers.criteria.sides import Side, SideHeading, parse_side_heading
from normalizers.criteria.subheadings import Line, find_subheadings, is_certain_subheading


class Doubt(NamedTuple):
    """Words of the criteria that can be read in two ways."""

    text: str
    """The words, as they stand in the criterion or heading."""
    message: str
    """What is doubtful about them, in one sentence."""


class HeadingContext:
    """The headings that hold, entry by entry."""

    def __init__(self, entries: Sequence[Entry], side: Side) -> None:
        self.entries = entries
        self.side: Side = side
        """Of the criteria below the last heading."""
        self.cohort: str | None = None
        """Whom the headings restrict them to, and what they are about."""
        self.inner = ""
        """The last heading below that of a side."""
        self.words: list[str] = []
        """All headings so far."""
        self.doubts: list[Doubt] = []
        self.is_divided = False  # a heading has said a side
        self.is_filled = False  # criteria stand below it
        self.level = 0  # of that heading, by its markup
        self.unsaid: Doubt | None = None  # which side the next criterion is of
        self.outer = ""  # the heading right above the heading of a side: `Cohort 1`
        self.announced = ""  # the cohort that the heading of a side names
        self.cohorts: set[str] = set()  # all of them
        self.topic = ""  # the heading right above the heading of a part: `PATIENT CHARACTERISTICS`
        self.topic_level = 0
        self.subheadings = find_subheadings(
            [
                Line(entry.words, entry.marker is not None, entry.depth > 0, entry.side_heading is not None)
                for entry in entries
            ]
        )

    def head(self, position: int, entry: Entry, announced: SideHeading | None = None) -> None:
        """Read a heading: of a side, of a cohort whose sides follow, or of a part of a side.

        Args:
            position: where it stands among the entries.
            entry: its words, which can be a part of the entry there.
            announced: what it says, where it is of a side.
        """
        words = entry.words
        name = words.rstrip(HEADING_END)
        self.words.append(words)
        self.inner = ""
        if announced is not None:
            self.topic = ""
            self._doubt_qualifier(words, announced)
            self.announced = announced.cohort
            self._turn(words, announced.side)
            self.level = entry.level
            if announced.side is None and announced.cohort and self._heads_sides(position):
                self.outer, self.announced = announced.cohort, ""
        elif self._heads_sides(position):
            self.outer = name
            if not names_people_or_topic(words) and not is_cohort(words):
                self.doubts.append(Doubt(words, _NO_COHORT))
            self.topic = ""
        elif self._heads_topics(position, entry):
            self.topic = name
            self.topic_level = entry.level
        else:
            is_as_high = 0 < entry.level <= self.topic_level and not self.topic.isupper()
            if words.isupper() or is_named_cohort(words) or is_as_high:
                self.topic = ""
            self.inner = name
        self._join()

    def _join(self) -> None:
        """Set the cohort that the headings name together."""
        parts = (self.outer, self.announced, self.topic, self.inner)
        self.cohort = ", ".join(part for part in parts if part) or None

    def _turn(self, words: str, side: Side | None) -> None:
        """Go on with the side that a heading announces; one over both, behind criteria of a side, says neither."""
        self.unsaid = None
        if side == "other":
            self.doubts.append(Doubt(words, _UNCLEAR))
        if side is not None:
            self.side = side
            self.is_divided = True
        elif self.is_divided and self.is_filled:
            self.side = "other"
            self.unsaid = Doubt(words, "the heading does not say which side the criteria below it are of")
        self.is_filled = False

    def _doubt_qualifier(self, words: str, announced: SideHeading) -> None:
        """Note where words before a side can be a criterion: `Stable relationship Exclusion Criteria:`."""
        before = announced.cohort.partition(", ")[0]
        if (
            self.is_filled
            and before
            and before not in self.cohorts
            and words.startswith(before)
            and not names_people_or_topic(before)
        ):
            self.doubts.append(Doubt(words, "the words before the heading of the side can be a criterion"))
        self.cohorts.add(before)

    def _heads_sides(self, position: int) -> bool:
        """Return whether the heading of a side follows."""
        following = self._following(position)
        return following is not None and following.side_heading is not None

    def _following(self, position: int) -> Entry | None:
        """Return the next entry."""
        return self.entries[position + 1] if position + 1 < len(self.entries) else None

    def _heads_topics(self, position: int, entry: Entry) -> bool:
        """Return whether a heading of a lower rank follows, so that the entry heads all of its kind."""
        following = self._following(position)
        if following is None or following.marker is not None or not self._is_subheading(position + 1):
            return False
        if entry.level < following.level and entry.level:
            return True
        return (entry.words.isupper() and not following.words.isupper()) or (
            is_named_cohort(entry.words) and not is_named_cohort(following.words)
        )

    def _is_subheading(self, position: int) -> bool:
        """Return whether an entry heads a part of a side."""
        entry = self.entries[position]
        return entry.side_heading is None and (entry.is_heading or (entry.marker is None and self.is_part(position)))

    def sentence(self, position: int) -> Side | None:
        """Return the side that a sentence turns to: `Patients will be excluded if:` below inclusion criteria.

        Below the heading of its own side it is a criterion. Where no heading names a side, sentences do that are
        of both.
        """
        entry = self.entries[position]
        if not entry.mentions_criteria or self.side == "exclusion" or not self._can_head(position) or entry.depth:
            return None
        side = sentence_side(entry.words)
        if self.side == "inclusion":
            return "exclusion" if side == "exclusion" else None
        return (
            side if side is not None and not self.is_divided and self._sentences == {"inclusion", "exclusion"} else None
        )

    @cached_property
    def _sentences(self) -> set[Side]:
        """The sides that sentences announce."""
        lines = [
            entry for entry in self.entries if entry.mentions_criteria and entry.marker is None and not entry.depth
        ]
        return {side for entry in lines if (side := sentence_side(entry.words)) is not None}

    def _can_head(self, position: int) -> bool:
        """Return whether words without marker have criteria below them, which they could head."""
        following = self._following(position)
        return self.entries[position].marker is None and following is not None and following.side_heading is None

    def is_unclear(self, position: int) -> bool:
        """Return whether words could be the heading of another side, and are not understood."""
        entry = self.entries[position]
        following = self._following(position)
        if following is None:
            return False
        words = entry.words
        if self._denies(position) or self._demands(position):
            return True
        if not entry.mentions_criteria:
            return entry.is_heading and self._can_head(position) and self._is_foreign(entry)
        is_label = words[-1] in COLONS
        if entry.marker is not None:
            return is_short(words) and self._is_unclear_item(words)
        if not self._can_head(position):
            return False
        if self.side == "exclusion" and not entry.depth and sentence_side(words) == "inclusion":
            return True
        spoken = suspected_heading(words)
        if spoken is None:
            return entry.is_heading and self._is_foreign(entry)
        is_above_list = following.marker is not None
        if spoken == "criteria":
            return not entry.depth or is_label
        if spoken == self.side or (spoken == "inclusion" and self.side == "other"):
            return False
        return (
            announces_list(words)
            or entry.is_heading
            or is_above_list
            or names_criteria(words)
            or opens_as_heading(words)
        )

    def _denies(self, position: int) -> bool:
        """Return whether a line below inclusion criteria denies what stands below it, which is no list of its own.

        `Patients must not have:` above lines without marker can be the heading of the exclusion criteria. Above a
        list it is a criterion with parts, unless it is no sentence: `Not permitted:`. `Patients without diabetes:` is
        a cohort.
        """
        entry = self.entries[position]
        if self.side != "inclusion" or entry.marker is not None or entry.depth or not self._can_head(position):
            return False
        if not is_negative_lead(entry.words):
            return False
        is_above_list = self.entries[position + 1].marker is not None
        is_sentence = entry.words[-1] in COLONS and not is_cohort(entry.words)
        return not is_above_list or not (is_sentence or names_people_or_topic(entry.words))

    def _demands(self, position: int) -> bool:
        """Return whether a line below exclusion criteria says what people must have, as no such criterion does."""
        entry = self.entries[position]
        return (
            self.side == "exclusion"
            and entry.marker is None
            and not entry.depth
            and self._can_head(position)
            and is_requirement_lead(entry.words)
        )

    def _is_unclear_item(self, words: str) -> bool:
        """Return whether an item could be the heading of the other side: it opens like one."""
        if self.side == "other":
            return False
        if self.side == "inclusion" and words[-1] in COLONS and sentence_side(words) == "exclusion":
            return True
        announced = parse_side_heading(words)
        if announced is not None:
            return announced.side not in {None, self.side}
        return opens_as_heading(words) and suspected_heading(words) not in {None, "criteria", self.side}

    def _is_foreign(self, entry: Entry) -> bool:
        """Return whether a heading by its markup can end the criteria of a side: `Study results`."""
        return (
            self.side != "other"
            and not (self.level and entry.level > self.level)
            and not is_cohort(entry.words)
            and not names_people_or_topic(entry.words)
        )

    def unclear(self, position: int) -> bool:
        """Go on with neither side below an entry that `is_unclear`; return whether it is a heading, not a criterion."""
        entry = self.entries[position]
        following = self._following(position)
        words = with_marker(entry, entry.words)
        self.doubts.append(Doubt(words, _UNCLEAR if entry.mentions_criteria else _FOREIGN))
        self.side = "other"
        self.unsaid = None
        self.is_divided = True
        self.announced = self.topic = self.inner = ""
        is_above_list = following is not None and following.marker is not None
        is_heading = entry.is_heading or words[-1] in COLONS or is_above_list
        if is_heading:
            self.words.append(words)
            self.inner = words.rstrip(HEADING_END)
            self.level = entry.level
        self._join()
        return is_heading

    def fill(self) -> None:
        """Note that a criterion stands below the headings."""
        self.is_filled = True
        if self.unsaid is not None:
            self.doubts.append(self.unsaid)
            self.unsaid = None

    def close(self) -> None:
        """Note words that speak of a side where no heading divided the criteria, so that all are of neither."""
        if self.is_divided or self.side != "other":
            return
        spoken = (entry.words for entry in self.entries if entry.mentions_criteria and names_side(entry.words))
        if (words := next(spoken, None)) is not None:
            self.doubts.append(Doubt(words, "the words speak of a side, and no heading of a side is understood"))

    def is_part(self, position: int) -> bool:
        """Return whether words without marker head what follows them."""
        entry = self.entries[position]
        following = self._following(position)
        if following is None:
            return False
        words = entry.words
        is_label = words[-1] in COLONS
        if following.side_heading is not None and self._is_group(position):
            return True
        if position in self.subheadings:
            return True
        if not is_certain_subheading(words):
            return False
        if following.is_heading:
            return is_label or is_named_cohort(words)
        if entry.depth == 0:
            return is_label or following.marker is not None or following.words[-1] in COLONS
        # A paragraph of an item is a heading where the next item is none of the item's own.
        return (
            following.marker is not None
            and following.depth <= entry.depth
            and (is_label or (entry.after_gap and words[0].isupper()))
        )

    def _is_group(self, position: int) -> bool:
        """Return whether a line heads a group that has sides of its own: its heading of inclusion follows.

        It stands where no criterion of its form does: behind the items of a list, or before all criteria.
        """
        entry = self.entries[position]
        heading_below = self.entries[position + 1].side_heading
        if (
            entry.depth
            or heading_below is None
            or heading_below.side == "exclusion"
            or not has_form_of_heading(entry.words)
        ):
            return False
        if position == 0:
            return self.side == "other"
        before = self.entries[position - 1]
        return self.is_divided and before.marker is not None


_NO_COHORT = "the words stand as a heading of both sides, and do not say whom or what it is about"
_UNCLEAR = "the words can be the heading of another side; what follows is of neither"
_FOREIGN = "the heading can be that of another section; what follows is of neither side"

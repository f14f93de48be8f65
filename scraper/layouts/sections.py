"""Reading a page by its labels: a label opens a section, the next label closes it, and nothing inherits.

Nothing here knows a site or a markup. A layout names its labels in reading order. Between the first and the last of
them a page is a closed world: a unit is a known label, what the section before it can hold, or told.
"""

from collections.abc import Iterable, Sequence

from normalizers.phrases import blank
from normalizers.text import fold
from schemas.document import Block, Document, undecorated
from schemas.extraction import Passage, Quote
from schemas.record import Issue, IssueCode
from scraper.errors import ExtractError
from scraper.layouts.intruders import Text, intruders, is_short
from scraper.layouts.labels import Label, Unit, heads_criteria, is_read, spellings, units
from scraper.layouts.openers import Opener, has_same_value, openers


class Sections:
    """The labelled sections of one page, and which of its units were read."""

    def __init__(self, document: Document, labels: Sequence[Label]) -> None:
        """Find the labels.

        Args:
            document: the page, from its first block of content on.
            labels: in reading order; a name that stands twice means the label occurs twice.
        """
        self.units = units(document.blocks)
        self._labels = labels
        self._by_name = {known.name: known for known in reversed(labels)}
        self._places: dict[str, list[tuple[int, int, int]]] = {}
        self._read = [False] * len(self.units)
        self._label_of = [""] * len(self.units)
        opened, suspects = openers(document, self.units, labels)
        self._openers = {opener.unit: opener for opener in opened}
        for position, opener in enumerate(opened):
            end = opened[position + 1].unit if position + 1 < len(opened) else len(self.units)
            if opener.state == "read":
                self._label_of[opener.unit : end] = [self._written(opener)] * (end - opener.unit)
                first = self._after_signs(opener.unit + 1, end)
                self._places.setdefault(labels[opener.label].name, []).append((opener.unit, first, end))
            elif opener.state == "same":
                self._read[opener.unit : end] = [True] * (end - opener.unit)
            self._read[opener.unit] = opener.state != "told"
        self._label_rows = {self.units[place].block.number for place in self._openers if not self.units[place].is_block}
        self._doubts: dict[tuple[str | None, IssueCode, str, str], Issue] = {}
        self._tell_blanks()
        for opener in opened:
            if opener.state == "told" and opener.label >= 0 and not has_same_value(opener, opened, self.units, labels):
                for field in labels[opener.label].fields:
                    message = "the label stands once more, with other words below it"
                    self.doubt(field, self.units[opener.unit].text, message, IssueCode.MISMATCH)
        for suspect in suspects:
            message = "this line of a text reads like a label, and was not taken for one"
            known = labels[suspect.label]
            # A row that no field reads can stand within a text, too.
            for name in known.fields or ((None,) if known.kind == "one" else ()):
                self.doubt(name, self.units[suspect.unit].text, message)
        self.first = opened[0].unit if opened else len(self.units)
        """The unit of the first label; what stands before it belongs to no section."""
        self._tell_intruders()
        self._tell_repeated_titles()

    def doubt(self, field: str | None, text: str, message: str, code: IssueCode = IssueCode.AMBIGUOUS) -> None:
        """Note a doubt about a field."""
        key = (field, code, text, message)
        if key not in self._doubts:
            self._doubts[key] = Issue(field=field, code=code, text=text, message=message)

    @property
    def issues(self) -> tuple[Issue, ...]:
        """What is doubtful about the values that were asked for, in the order of asking."""
        return tuple(self._doubts.values())

    def _tell_blanks(self) -> None:
        """Tell labels with nothing below, unless the layout's pages show them without a value."""
        filled = {
            field
            for known in self._labels
            if known.kind == "prose" and any(first < end for _, first, end in self._places.get(known.name, ()))
            for field in known.fields
        }
        for known in dict.fromkeys(self._labels):
            places = self._places.get(known.name, ())
            if known.may_be_blank or known.pattern is not None or not known.fields:
                continue
            if known.kind == "prose" and not filled.isdisjoint(known.fields):
                continue  # `Inclusion and exclusion criteria` above the headings of both sides
            if any(self._openers[start].rest for start, _, _ in places):
                continue
            if places and all(first >= end for _, first, end in places):
                message = "the label is shown with nothing below it"
                for field in known.fields if known.kind != "prose" else known.fields[:1]:
                    self.doubt(field, self.units[places[0][0]].text, message, IssueCode.MISSING)

    def _tell_intruders(self) -> None:
        """Tell what stands within running text and can hardly belong to it."""
        for known in dict.fromkeys(self._labels):
            if known.kind != "prose" or not known.fields:
                continue
            kind: Text = "summary" if known.fields[0] == "summary" else "text"
            if known.is_own is heads_criteria:
                kind = "criteria"
            for start, first, end in self._places.get(known.name, ()):
                # A text that begins on the label's line.
                begin = start if self._openers[start].rest else first
                for place, reason in intruders(self.units, range(begin, end), kind):
                    if place == start:
                        continue
                    is_own = known.is_own is not None and known.is_own(self.units, place)
                    is_twice = kind == "criteria" and self.units[place].text == self.units[place - 1].text
                    if not is_own or is_twice:
                        self.doubt(known.fields[0], self.units[place].text, f"within the text this {reason}")

    def _tell_repeated_titles(self) -> None:
        """Tell a title that stands once more within a text or a list, as one that stays in sight does."""
        above = {text for unit in self.units[: self.first] if len(text := fold(unit.text)) >= _SHORTEST_TITLE}
        for known in self._labels if above else ():
            if known.kind not in ("prose", "many") or not known.fields:
                continue
            for _, first, end in self._places.get(known.name, ()):
                # A text may begin with the title, or be nothing else.
                for place in range(first + (known.kind == "prose"), end):
                    if fold(self.units[place].text) in above:
                        message = "the same words stand above the first label"
                        self.doubt(known.fields[0], self.units[place].text, message)

    def tell_intruders(self, field: str, places: Sequence[int]) -> None:
        """Tell what can hardly belong to a text that is a part of a section.

        Args:
            field: that the text is of.
            places: the units of the text, in reading order.
        """
        # A text with headings of its own may end with a pair, too.
        if places and not any(self.units[place].text[-1] in ":：" for place in places):
            for place, reason in intruders(self.units, range(places[0], places[-1] + 1), "text"):
                self.doubt(field, self.units[place].text, f"within the text this {reason}")

    def tell_lone_side(self, inclusion: str, exclusion: str, both: str) -> None:
        """Tell a label of one side of the criteria that stands alone: below it those of the other side may stand, too.

        Args:
            inclusion: the label of one side.
            exclusion: that of the other.
            both: a label for both.
        """
        lone = [name for name in (inclusion, exclusion) if name in self]
        if len(lone) == 1 and both not in self:
            message = "the page shows criteria of this side alone: those of the other may stand among them"
            for field in ("eligibility.inclusion", "eligibility.exclusion"):
                self.doubt(field, lone[0], message)

    def texts_outside(self, name: str) -> list[str]:
        """The words of all units that do not stand below a label, wherever that stands."""
        places = {place for _, first, end in self._places.get(name, ()) for place in range(first, end)}
        return [unit.text for place, unit in enumerate(self.units) if place not in places]

    def _after_signs(self, first: int, end: int) -> int:
        """Pass over the sign of a button beside a label."""
        while first + 1 < end and _is_sign(self.units[first].text):
            self._read[first] = True
            first += 1
        return first

    def __contains__(self, name: str) -> bool:
        return name in self._places

    def shown(self) -> list[str]:
        """The labels of the page, in its order, each in the form that it has there, as `spellings` gives them."""
        found = []
        forms = spellings(tuple(self._labels))
        for unit, opener in self._openers.items():
            if opener.label < 0:
                continue
            known = self._labels[opener.label]
            text = fold(undecorated(self.units[unit].text))
            fitting = [place for place, form in enumerate(known.aliases) if text.startswith(fold(form))]
            # Of `Status` and `Status and phase` the longer one; a pattern has but its name.
            place = max(fitting, key=lambda place: len(known.aliases[place]), default=0)
            found.append(forms[opener.label][place])
        return found

    def start(self, name: str) -> int:
        """The unit of a label that is present."""
        return self._places[name][0][0]

    def label_words(self, name: str, occurrence: int = 0) -> str:
        """A label that is present, as the page writes it."""
        return self._label_of[self._places[name][occurrence][0]]

    def _written(self, opener: Opener) -> str:
        text = self.units[opener.unit].text
        return text[: len(text) - len(opener.rest)].rstrip(" :：") if opener.rest else text

    def beside(self, name: str) -> Quote | None:
        """The words behind a label on its own line."""
        places = self._places.get(name)
        return self._quote_value(places[0][0]) if places and self._openers[places[0][0]].rest else None

    def label(self, name: str) -> Quote | None:
        """The words of the label itself, for labels that carry a value."""
        places = self._places.get(name)
        return self.quote(places[0][0]) if places else None

    def quote(self, index: int) -> Quote:
        """The words of one unit; it counts as read."""
        self._read[index] = True
        unit = self.units[index]
        number = unit.block.number
        return _new(Quote, (unit.text, number, number + 1, "", self._label_of[index]))

    def quotes(self, index: int) -> tuple[Quote, ...]:
        """The values of one unit, of a line of links each link's words; it counts as read."""
        return self._apart(index, self.quote(index))

    def _apart(self, index: int, quote: Quote) -> tuple[Quote, ...]:
        block = self.units[index].block
        if block.kind == "row" or not block.cells or index in self._openers:
            return (quote,)
        return tuple(quote._replace(text=words) for words in block.cells)

    def maybe(self, name: str, occurrence: int = 0) -> Quote | None:
        """The one value below a label, or None where the label or its value is not there.

        Of several texts below the label the one that its reader knows is the value; the others are told.
        """
        places = self._values(name, occurrence)
        if not places:
            return None
        known = self._known(name)
        chosen = next((place for place in places if is_read(known, self._text(place))), places[0])
        for place in places:
            if place != chosen and known.fields:
                self._read[place] = True
                self.doubt(known.fields[0], self._text(place), "it stands beside the one value of the label")
        self._doubt_value(known, self._text(chosen))
        return self._quote_value(chosen)

    def one(self, name: str) -> Quote:
        """The one value below a label that every page has.

        Raises:
            ExtractError: the label is not there, or nothing stands below it.
        """
        value = self.maybe(name)
        if value is None:
            raise ExtractError(f"the page has no value for its required label {name!r}")
        return value

    def many(self, name: str, occurrence: int = 0) -> tuple[Quote, ...]:
        """The values below a label, one per line or link; none where the label is not there.

        What cannot be one of its values is told, and the same value twice in a row is one.
        """
        known = self._known(name)
        found: list[Quote] = []
        places = self._values(name, occurrence)
        for place in places:
            quote = self._quote_value(place)
            for value in self._apart(place, quote):
                reason = known.refuses(value.text) if known.refuses is not None and known.fields else None
                if reason is not None and not is_read(known, value.text):
                    message = f"{reason} stands where the values stand"
                    self.doubt(known.fields[0], value.text, message, IssueCode.NOT_UNDERSTOOD)
                elif not found or found[-1].text != value.text:
                    found.append(value)
                    # Of a lone value there is no other that it could have been put beside.
                    if len(places) > 1:
                        self._doubt_value(known, value.text)
        return tuple(found)

    def passage(self, name: str, occurrence: int = 0, until: int | None = None) -> Passage:
        """The running text below a label, with its lists; empty where the label is not there.

        Args:
            name: of the label.
            occurrence: which of several labels of the name, from 0.
            until: the unit at which the text ends if that stands in it.
        """
        places = self._places.get(name, ())
        if occurrence >= len(places):
            return ()
        start, first, end = places[occurrence]
        if until is not None and until in range(first, end):
            return self.blocks(range(first, until))
        passage = self.blocks(range(first, end))
        if len(passage) > 1 and blank(passage[0].text) and self._known(name).is_own is None:
            message = "it stands behind words that mean that there is no text"
            self.doubt(self._known(name).fields[0], passage[1].text, message)
        if rest := self._openers[start].rest:
            return (Block(self.units[start].block.number, "line", rest), *passage)
        return passage

    def blocks(self, places: Iterable[int]) -> Passage:
        """Units as running text, each block once; they count as read."""
        blocks: list[Block] = []
        for index in places:
            self._read[index] = True
            block = self.block(index)
            if not blocks or blocks[-1] is not block:
                blocks.append(block)
        return tuple(blocks)

    def block(self, index: int) -> Block:
        """A unit's block; of a row that a label stands in, the unit's own line."""
        text, block, _, is_block = self.units[index]
        return block if is_block or block.number not in self._label_rows else Block(block.number, "line", text)

    def between(self, name: str, occurrence: int = 0) -> range:
        """The units of a section, for layouts that read them by their own rules."""
        places = self._places.get(name, ())
        if occurrence >= len(places):
            return range(0)
        _, first, end = places[occurrence]
        return range(first, end)

    def unread(self) -> list[int]:
        """The units that nobody read, in reading order."""
        return [index for index, read in enumerate(self._read) if not read]

    def stands_like_a_label(self, index: int) -> bool:
        """Whether a unit is short and stands where labels of this page stand."""
        unit = self.units[index]
        if index in self._openers:
            return True
        if not is_short(unit):
            return False
        if unit.block.kind == "heading" or unit.opens_row or unit.block.after_gap:
            return True
        # Behind the one value that a label has.
        opener = next((self._openers[place] for place in (index - 1, index - 2) if place in self._openers), None)
        return (
            opener is not None
            and opener.label >= 0
            and self._labels[opener.label].kind == "one"
            and index == opener.unit + 2 - bool(opener.rest)
        )

    def _doubt_value(self, known: Label, text: str) -> None:
        reason = known.doubts(text) if known.doubts is not None and not is_read(known, text) else None
        if reason is not None:
            self.doubt(known.fields[0] if known.fields else None, text, f"{reason}, where the values stand")

    def _known(self, name: str) -> Label:
        return self._by_name[name]

    def _text(self, place: int) -> str:
        """The words of a value: of a unit, or of what follows a label. A colon before them is the label's."""
        text = self._openers[place].rest if place in self._openers else self.units[place].text
        return (text.lstrip(" :：") or text) if text[0] in ":：" else text

    def _quote_value(self, place: int) -> Quote:
        return self.quote(place)._replace(text=self._text(place))

    def _values(self, name: str, occurrence: int) -> list[int]:
        """The units of a label's values; the label's own unit where the value follows on its line."""
        places = self._places.get(name, ())
        if occurrence >= len(places):
            return []
        start, first, end = places[occurrence]
        opener = self.units[start]
        found = [start] if self._openers[start].rest else []
        for index in range(first, end):
            # A row with a blank cell has no value in the row below it.
            has_value = bool(found) or (opener.opens_row and len(opener.block.cells) > 1)
            if has_value and _breaks_off(self.units[index], opener):
                break
            found.append(index)
        return found


def _is_sign(text: str) -> bool:
    """Whether the words are a sign, such as the `?` of a button beside a label, and none that stands for a blank."""
    return not any(map(str.isalnum, text.strip("ℹⁱ"))) and not blank(text)


def _breaks_off(unit: Unit, opener: Unit) -> bool:
    """Whether a unit below a label can no longer be one of its values: it looks like a label nobody knows."""
    if unit.block.kind == "heading":
        return True
    if unit.opens_row:
        return opener.opens_row
    return unit.block.after_gap and opener.block is not unit.block


_SHORTEST_TITLE = 40
"""Characters of a title at the least that no condition has by chance."""

# Named tuples are made without their keyword-reading constructor where hundreds are made.
_new = tuple.__new__

"""What stands within running text and can hardly belong to it, told by its form and its place.

Where a page writes its labels as it writes its prose, nothing in the markup parts a text from what follows it. Its own
words often do: a text ends with a sentence, not with `Data monitoring` and `Independent committee`. Nothing is left
out for that, since some texts do end so; it is told.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from normalizers.criteria.sides import find_side_headings, parse_side_heading
from normalizers.page_chrome import addresses_reader, explains_field, is_control
from normalizers.text import opening
from scraper.layouts.labels import Unit

LONGEST_TAIL = 8
"""Lines behind the last sentence at the most: more of them are a list that the text ends with."""
LONGEST_ASIDE = 160
"""Characters of a sentence to the reader, or about the page, at the most."""
SPEAKS_SO = 3
"""From so many units on that speak to the reader, a text is written so."""


# `Recruiting NCT00000000 - A trial`, or the number alone.
_OTHER_TRIAL = re.compile(r"(?:[A-Z][A-Za-z, ]{0,30} )?NCT[0-9]{8}(?: ?[-–—|:] ?.*)?", re.IGNORECASE)


Text = Literal["summary", "text", "criteria"]
"""What stands in a section: a summary, without parts and headings, other prose, or criteria, most of them items."""


def intruders(units: Sequence[Unit], section: range, kind: Text) -> Iterator[tuple[int, str]]:
    """The units of a section of text that are doubtful, each with the reason as the end of a sentence.

    Args:
        units: of the page.
        section: the indexes of the section's units.
        kind: what the section holds.
    """
    told: set[int] = set()
    spoken = {place for place in section if _is_aside(units[place]) and addresses_reader(units[place].text)}
    for place in section:
        reason = _reason(units, section, place)
        if reason is None and place in spoken and len(spoken) < SPEAKS_SO:
            reason = "speaks to the reader of the page"
        if reason is not None:
            told.add(place)
            yield place, reason
    for place in _tail(units, section, kind):
        if place not in told:
            told.add(place)
            yield place, "stands behind the end of the text as labels and values do"
    for place in section[1:] if kind == "summary" else ():
        is_end = units[place - 1].text[-1] in _SENTENCE_ENDS
        is_heading = _is_plain(units[place]) and is_short(units[place]) and units[place].text[-1] not in ":："
        if place not in told and is_end and is_heading:
            yield place, "stands as a heading, which summaries do not have"


def _reason(units: Sequence[Unit], section: range, place: int) -> str | None:
    text = units[place].text
    is_plain = _is_plain(units[place])
    is_twice = place > section.start and text == units[place - 1].text
    if is_twice and (is_plain or units[place].block.depth == units[place - 1].block.depth):
        return "stands twice in a row"
    if not is_plain:
        return None
    if is_control(text):
        return "can be the words of a control"
    if _OTHER_TRIAL.fullmatch(text):
        return "names a trial as a list of trials does"
    if len(text) <= LONGEST_ASIDE and explains_field(text):
        return "explains a term of the page"
    return None


def _tail(units: Sequence[Unit], section: range, kind: Text) -> list[int]:
    """The short lines behind the last sentence or the last item."""
    tail: list[int] = []
    for place in reversed(section):
        unit = units[place]
        can_be = _is_plain(unit) or (place == section[-1] and place > section.start and _is_lone(units, place))
        is_value = can_be and is_short(unit) and unit.text[-1] not in ":：" and unit.text[0].isalnum()
        if not is_value or unit.text.lower() in _NOTHING or find_side_headings(unit.text):  # `Exclusion Criteria: none`
            break
        tail.append(place)
    if not tail or len(tail) > LONGEST_TAIL or tail[-1] == section.start:
        return []
    before = units[tail[-1] - 1]
    if kind == "criteria":
        # All criteria can stand in one line with their headings.
        is_whole = len(before.text) > LONGEST_LABEL and bool(find_side_headings(before.text))
        is_end = is_whole or before.block.kind == "item" or opening(before.text) > 0
    else:
        is_end = before.text[-1] in _SENTENCE_ENDS or len(before.text) > LONGEST_LABEL
    return tail[::-1] if is_end else []


def _is_lone(units: Sequence[Unit], place: int) -> bool:
    """Whether an item stands alone below a short line that heads no list: a value below its label can be so written."""
    before = units[place - 1]
    is_name = _is_plain(before) and is_short(before) and before.text[-1] not in ":："
    return units[place].block.kind == "item" and is_name and parse_side_heading(before.text) is None


_SENTENCE_ENDS = frozenset(".!?)。")


LONGEST_LABEL = 60
"""Characters of a short line at the most."""


def is_short(unit: Unit) -> bool:
    """Whether a unit has the length and the end of a label, not of a sentence."""
    return len(unit.text) <= LONGEST_LABEL and unit.text[-1] not in ".;,!?"


def _is_plain(unit: Unit) -> bool:
    """Whether a unit is no item, and goes on with none."""
    kind = unit.block.kind
    return (kind in ("heading", "row") or (kind == "line" and not unit.block.depth)) and not opening(unit.text)


def _is_aside(unit: Unit) -> bool:
    return len(unit.text) <= LONGEST_ASIDE and _is_plain(unit)


_NOTHING = frozenset({"n/a", "na", "none", "none.", "no", "not applicable"})

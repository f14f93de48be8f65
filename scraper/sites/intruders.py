"""What stands within running text and can hardly belong to it, told by its manner and its place.

Where a page writes its labels as it writes its prose, nothing in the markup parts a text from what follows it. Its own
words often do: a text ends with a sentence, not with `Data monitoring` and `Independent committee`. Nothing is left
out for that, since some texts do end so; it is told.
"""

import re
from collections.abc import Iterator, Sequence

from normalizers.strangers import control, explains_field, speaks_to_reader
from scraper.sites.labels import Unit

LONGEST_TAIL = 8
"""Lines behind the last sentence at the most: more of them are a list that the text ends with."""
LONGEST_ASIDE = 160
"""Characters of a sentence to the reader, or about the page, at the most."""
SPEAKS_SO = 3
"""From so many units on that speak to the reader, a text is written so."""
MIN_WORDS_TWICE = 3
"""Words that stand twice in a row by chance are fewer."""


# `Recruiting NCT00000000 - A trial`, or the number alone.
_OTHER_TRIAL = re.compile(r"(?:[A-Z][A-Za-z, ]{0,30} )?NCT[0-9]{8}(?: ?[-–—|:] ?.*)?", re.IGNORECASE)


def intruders(units: Sequence[Unit], section: range, *, is_list: bool) -> Iterator[tuple[int, str]]:
    """The units of a section of text that are doubtful, each with the reason as the end of a sentence.

    Args:
        units: of the page.
        section: the indexes of the section's units.
        is_list: whether it is one of criteria, most of which are items.
    """
    told: set[int] = set()
    spoken = [place for place in section if _is_aside(units[place]) and speaks_to_reader(units[place].text)]
    for place in section:
        reason = _reason(units, section, place)
        if reason is None and place in spoken and len(spoken) < SPEAKS_SO:
            reason = "speaks to the reader of the page"
        if reason is not None:
            told.add(place)
            yield place, reason
    for place in _tail(units, section, is_list=is_list):
        if place not in told:
            yield place, "stands behind the end of the text as labels and values do"


def _reason(units: Sequence[Unit], section: range, place: int) -> str | None:
    text = units[place].text
    if place > section.start and text == units[place - 1].text and len(text.split()) >= MIN_WORDS_TWICE:
        return "stands twice in a row"
    if not _is_plain(units[place]):
        return None
    if control(text):
        return "can be the words of a control"
    if _OTHER_TRIAL.fullmatch(text):
        return "names a trial as a list of trials does"
    if len(text) <= LONGEST_ASIDE and explains_field(text):
        return "explains a term of the page"
    return None


def _tail(units: Sequence[Unit], section: range, *, is_list: bool) -> list[int]:
    """The short lines behind the last sentence or the last item."""
    tail: list[int] = []
    for place in reversed(section):
        unit = units[place]
        is_value = _is_plain(unit) and is_short(unit) and unit.text[-1] not in ":：" and unit.text[0].isalnum()
        if not is_value or unit.text.lower() in _NOTHING:
            break
        tail.append(place)
    if not tail or len(tail) > LONGEST_TAIL or tail[-1] == section.start:
        return []
    before = units[tail[-1] - 1]
    is_end = before.block.kind == "item" if is_list else before.text[-1] in ".!?)" or len(before.text) > LONGEST_LABEL
    return tail[::-1] if is_end else []


LONGEST_LABEL = 60
"""Characters of a short line at the most."""


def is_short(unit: Unit) -> bool:
    """Whether a unit has the length and the end of a label, not of a sentence."""
    return len(unit.text) <= LONGEST_LABEL and unit.text[-1] not in ".;,!?"


def _is_plain(unit: Unit) -> bool:
    return unit.block.kind in ("line", "heading", "row") and not (unit.block.kind == "line" and unit.block.depth)


def _is_aside(unit: Unit) -> bool:
    return _is_plain(unit) and len(unit.text) <= LONGEST_ASIDE


_NOTHING = frozenset({"n/a", "na", "none", "none.", "no", "not applicable"})

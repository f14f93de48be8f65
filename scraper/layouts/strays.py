"""Known labels that stand out of the layout's order, told from words of a text or a value that read like them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from scraper.layouts.labels import Label, Unit, is_read
from scraper.layouts.matches import LabelMatch
from scraper.layouts.shapes import Forms

WORDS_OF_NO_PROSE = 3
"""Words from which on a label that the page lacks is one by its words alone, by itself in its line."""


def strays(
    found: Sequence[LabelMatch],
    opened: Mapping[int, int],
    units: Sequence[Unit],
    labels: Sequence[Label],
    forms: Forms,
) -> Iterator[LabelMatch]:
    """The candidates that are labels out of their order.

    They stand where only values stand, are written as labels are, or a value follows that nothing but the label has.

    Args:
        found: what reads like a label, in reading order.
        opened: the labels that were found in their order: of each unit which label it is.
        units: of the page.
        labels: of the layout.
        forms: what labels look like on the page.
    """
    around: Label | None = None
    shown = {labels[label].name for label in opened.values()}
    places = {candidate.unit: candidate for candidate in reversed(found)}
    for place in range(len(units)):
        if place in opened:
            around = labels[opened[place]]
            continue
        candidate = places.get(place)
        if around is not None and candidate is not None:
            known = labels[candidate.label]
            at = _Place(units, place, around, known, place - 1 in opened, known.name not in shown)
            if _is_line(at, candidate.rest) if candidate.rest else _is_label(at, forms):
                yield candidate


class _Place(NamedTuple):
    """A candidate in its surroundings."""

    units: Sequence[Unit]
    place: int
    around: Label
    """The label of the section that it stands in."""
    known: Label
    """The label that it reads like."""
    is_first: bool
    """It stands right below the section's label."""
    is_missing: bool
    """The page has the label nowhere else."""

    @property
    def text(self) -> str:
        return self.units[self.place].text


def _is_line(at: _Place, rest: str) -> bool:
    """Whether a label and a value in one line are that: in prose such a line is prose as often."""
    if at.around.kind == "prose" and not (at.around.is_structured and at.is_missing):
        return False
    has_free_words = at.is_missing and at.known.inline and at.known.telling is None
    return has_free_words or is_read(at.known, rest)


def _is_label(at: _Place, forms: Forms) -> bool:
    around, known = at.around, at.known
    if around.kind == "prose" and at.text[-1] in ":：":
        return False
    # A value may be named as a group of labels: `Contact | Sponsor`.
    if at.is_first and around.kind == "one" and around.telling is None and known.kind == "heading" and not known.fields:
        return False
    if is_read(known, at.units[at.place + 1].text if at.place + 1 < len(at.units) else ""):
        return True
    if at.is_first and around is known and around.kind == "prose":
        return True  # the label twice: it stands right below itself
    is_own = around.is_own is not None and around.is_own(at.units, at.place)
    if is_own and (at.is_missing or around.is_structured):
        return False
    return is_own or _is_no_value(at) or _is_sure(at) or forms.is_label(at.place)


def _is_no_value(at: _Place) -> bool:
    """Whether nothing but a label can stand there; a value can have its label's words: `Accepts healthy volunteers`."""
    is_own_name = at.around.inline and at.around is at.known and at.is_first
    return at.around.kind != "prose" and not is_read(at.around, at.text) and not is_own_name


def _is_sure(at: _Place) -> bool:
    """Whether the words alone are enough: of a label with a text of its own form, or of one that the page lacks."""
    if at.known.pattern is not None:
        return at.known.kind == "prose"
    is_long = at.units[at.place].is_block and len(at.text.split()) >= WORDS_OF_NO_PROSE
    return at.is_missing and (at.around.is_structured or is_long)

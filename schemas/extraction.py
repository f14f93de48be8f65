"""What a page says, word for word, and where: the stage between the page and the canonical record."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from schemas.document import Block

Parser = Callable[[str], Any]
"""Tells what words mean, and gives None where it does not know them: `normalizers.phrases.status`."""


class Quote(NamedTuple):
    """Verbatim words and the half-open range of blocks they stood in."""

    text: str
    start: int
    end: int
    pointer: str = ""
    """Registry records: the JSON Pointer of the value."""
    label: str = ""
    """The label as the page writes it; blank where the words stand below none."""


class Words(NamedTuple):
    """The words of a value, the canonical fields that it is, and who knows what it means."""

    fields: tuple[str, ...]
    """Canonical paths. Where there are several, the parser gives a tuple with a value for each."""
    quote: Quote
    parser: Parser
    repeats: bool = False
    """The page shows the field once more: the value must be the same there."""


Passage = tuple[Block, ...]
"""Blocks of running text or criteria, in reading order, with their list structure."""


class Prose(NamedTuple):
    """A running text."""

    field: str
    passage: Passage
    label: str = ""


Side = Literal["inclusion", "exclusion", "other"]


class CriteriaText(NamedTuple):
    """Criteria below one label."""

    side: Side
    """What the label says; `other` where the criteria's own headings divide them."""
    passage: Passage
    label: str = ""


class RawArm(NamedTuple):
    """One arm as the page shows it."""

    label: Quote
    type: Quote | None
    description: Passage
    interventions: tuple[Quote, ...]
    """Each `<Type>: <name>`, or the name alone."""


class RawContact(NamedTuple):
    """One contact, or several whose names the page joins in one line."""

    names: Quote | None
    phone: tuple[Quote, ...]
    email: Quote | None
    extension: Quote | None = None
    """Of the number, where it stands apart."""


class RawLocation(NamedTuple):
    """One place where the trial runs."""

    facility: Quote | None
    city: Quote | None
    state: Quote | None
    country: Quote | None


class RawOutcome(NamedTuple):
    """One outcome measure."""

    type: Quote | None
    measure: Quote
    description: Passage
    time_frame: Quote | None


class RawId(NamedTuple):
    """A secondary id whose kind, and who gave it, stand apart from it."""

    id: Quote
    kind: Quote | None
    domain: Quote | None = None


@dataclass(slots=True)
class Extraction:
    """All that was read off one page. What a site's code has not added is not on the page."""

    words: list[Words] = field(default_factory=list)
    prose: list[Prose] = field(default_factory=list)
    criteria: list[CriteriaText] = field(default_factory=list)
    secondary_ids: tuple[RawId, ...] = ()
    arms: tuple[RawArm, ...] = ()
    arms_heading: Quote | None = None
    """`3,234 participants in 3 patient groups`"""
    contacts: tuple[RawContact, ...] = ()
    locations: tuple[RawLocation, ...] = ()
    outcomes: tuple[RawOutcome, ...] = ()

    def quotes(self, name: str) -> list[Quote]:
        """The words of a canonical field that are not repeated, in the order of the page."""
        return [words.quote for words in self.words if name in words.fields and not words.repeats]

    @property
    def nct_id(self) -> Quote | None:
        """The words of the trial's number."""
        return next(iter(self.quotes("nct_id")), None)
